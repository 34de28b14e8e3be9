package io.spillway.cli.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.spillway.cli.submit.FakeCluster.Reply;
import io.spillway.cli.submit.SubmitSession.End;
import io.spillway.contract.Topics;
import io.spillway.v1.Lane;

/** One run from the beginning. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class BatchSubmissionTest {

    @TempDir
    Path folder;
    private BatchFixture batch;
    private final FakeCluster cluster = new FakeCluster();

    @BeforeEach
    void begin() {
        batch = new BatchFixture(folder);
    }

    @Test
    void shouldWriteOneOpenAiLinePerAnswer() throws IOException {
        // Given
        batch.write(BatchFixture.lines(10));
        // When
        BatchSubmission.Outcome outcome = batch.run(cluster);
        // Then
        assertThat(outcome.end()).isEqualTo(End.COMPLETE);
        assertThat(outcome.progress().succeeded()).isEqualTo(10);
        assertThat(outcome.progress().promptTokens()).isEqualTo(100);
        assertThat(batch.answers()).hasSize(10);
        ObjectNode line = batch.answers().get("a7");
        assertThat(line.path("id").asText()).startsWith("batch_req_");
        assertThat(line.path("error").isNull()).isTrue();
        assertThat(line.at("/response/status_code").asInt()).isEqualTo(200);
        assertThat(line.at("/response/request_id").asText()).matches("batch-[0-9a-f]{12}-[0-9a-f]{16}");
        assertThat(line.at("/response/body/choices/0/message/content").asText()).isEqualTo("answer to a7");
        assertThat(line.at("/response/spillway/deployment").asText()).isEqualTo("gpt-4o-eu");
        assertThat(line.at("/response/spillway/attempts").asInt()).isEqualTo(1);
        assertThat(batch.errors).doesNotExist();
    }

    @Test
    void shouldSendAbsoluteDeadlineTenantAndRoute() throws IOException {
        batch.write(BatchFixture.lines(1));
        batch.tenant = Optional.of("acme");
        batch.route = Optional.of("cheap");
        FakeCluster.Connection connection = cluster.connect();
        batch.submission(connection).run();
        String id = cluster.requestIds().getFirst();
        assertThat(cluster.header(id, "spillway-deadline")).isEqualTo("2026-11-22T12:00:00Z");
        assertThat(cluster.header(id, "spillway-tenant")).isEqualTo("acme");
        assertThat(new String(connection.producer.history().getFirst().value(), StandardCharsets.UTF_8))
                .contains("\"model\":\"cheap\"");
        assertThat(connection.producer.history().getFirst().topic()).isEqualTo("llm.requests.batch");
    }

    @Test
    void shouldNeverHaveMoreOpenThanTheWindow() throws IOException {
        batch.write(BatchFixture.lines(20));
        batch.maxInFlight = 4;
        cluster.answersPerPoll = 1;
        FakeCluster.Connection connection = cluster.connect();
        List<Integer> open = new ArrayList<>();
        int[] answered = {0};
        cluster.router = customId -> {
            answered[0]++;
            return Reply.ok("x");
        };
        connection.everyPoll(() -> open.add(connection.producer.history().size() - answered[0]));
        batch.submission(connection).run();
        assertThat(open).allMatch(count -> count <= 4).contains(4);
        assertThat(batch.answers()).hasSize(20);
    }

    @Test
    void shouldPutTerminalErrorsIntoTheErrorFileWithAnHttpStatus() throws IOException {
        batch.write(BatchFixture.lines(3));
        cluster.router = customId -> customId.equals("a1") ? Reply.error("deadline_exceeded") : Reply.ok("x");
        BatchSubmission.Outcome outcome = batch.run(cluster);
        assertThat(outcome.progress().failed()).isEqualTo(1);
        assertThat(batch.answers()).containsOnlyKeys("a0", "a2");
        assertThat(batch.failures()).containsOnlyKeys("a1");
        assertThat(batch.failures().get("a1").at("/response/status_code").asInt()).isEqualTo(504);
        assertThat(batch.failures().get("a1").at("/response/body/error/code").asText()).isEqualTo("deadline_exceeded");
    }

    @Test
    void shouldReportBadLinesAndSendTheOthers() throws IOException {
        List<String> lines = new ArrayList<>(BatchFixture.lines(2));
        lines.add(1, "{\"custom_id\":\"bad\",\"method\":\"GET\",\"url\":\"/v1/chat/completions\",\"body\":{}}");
        lines.add("");
        lines.add("not json");
        batch.write(lines);
        BatchSubmission.Outcome outcome = batch.run(cluster);
        assertThat(outcome.end()).isEqualTo(End.COMPLETE);
        assertThat(outcome.progress().bad()).isEqualTo(2);
        assertThat(batch.answers()).containsOnlyKeys("a0", "a1");
        assertThat(batch.failures()).containsOnlyKeys("bad", "line 5");
        assertThat(batch.failures().get("bad").at("/error/code").asText()).isEqualTo("invalid_method");
        assertThat(batch.failures().get("bad").path("response").isNull()).isTrue();
        assertThat(batch.badLines).hasSize(2);
        assertThat(batch.badLines.getFirst()).startsWith("line 2: ");
    }

    @Test
    void shouldCountDuplicateAnswersAndWriteTheFirstOnly() throws IOException {
        batch.write(BatchFixture.lines(4));
        cluster.duplicatesOfEach = 1;
        // The duplicate of the last answer may come after the end; the others must be counted.
        BatchSubmission.Outcome outcome = batch.run(cluster);
        assertThat(batch.answers()).hasSize(4);
        assertThat(outcome.progress().duplicates()).isBetween(3L, 4L);
        assertThat(outcome.progress().succeeded()).isEqualTo(4);
    }

    @Test
    void shouldIgnoreAnswersToOthers() throws IOException {
        batch.write(BatchFixture.lines(1));
        cluster.respond("somebody-else", "a0", Reply.ok("wrong"));
        FakeCluster.Connection connection = cluster.connect();
        connection.everyPoll(() -> {
            cluster.respond("somebody-else", "a0", Reply.ok("wrong"));
            cluster.respond("batch-ffffffffffff-0123456789abcdef", "a0", Reply.ok("wrong"));
        });
        batch.submission(connection).run();
        assertThat(Files.readString(batch.output)).contains("answer to a0").doesNotContain("wrong");
    }

    @Test
    void shouldPutARequestThatKafkaRefusesIntoTheErrorFileAndGoOn() throws IOException {
        batch.write(BatchFixture.lines(1));
        FakeCluster.Connection refusing = cluster.connect();
        MockProducer<byte[], byte[]> manual = new MockProducer<>(false, null, new ByteArraySerializer(),
                new ByteArraySerializer());
        refusing.everyPoll(() -> manual.errorNext(new RecordTooLargeException("1048576 bytes at most")));
        BatchPlan plan = new BatchPlan(batch.input, batch.output, batch.errors, Lane.BATCH, Optional.empty(),
                Optional.empty(), Duration.ofHours(1), 10, false);
        List<String> told = new ArrayList<>();
        BatchSubmission submission = new BatchSubmission(plan, Topics.standard(),
                new BatchSubmission.Edges(manual, refusing.consumer, () -> batch.now, System::nanoTime, () -> "0123456789ab"),
                new ConsoleReporterTest.Collected(told));
        BatchSubmission.Outcome outcome = submission.run();
        assertThat(outcome.progress().refused()).isEqualTo(1);
        assertThat(batch.failures().get("a0").at("/error/code").asText()).isEqualTo("refused_by_kafka");
        assertThat(told).hasSize(1);
    }

    @Test
    void shouldRefuseToBeginWhereItCannotGoOn() throws IOException {
        batch.write(List.of("", "  "));
        assertThatThrownBy(() -> batch.run(cluster)).isInstanceOf(SubmitException.class).hasMessageContaining("has no lines");
        Files.delete(batch.input);
        assertThatThrownBy(() -> batch.run(cluster)).hasMessageContaining("is not a readable file");
        batch.write(BatchFixture.lines(1));
        Files.writeString(batch.output, "something\n");
        assertThatThrownBy(() -> batch.run(cluster)).hasMessageContaining("out.jsonl.state");
        assertThat(cluster.received).isEmpty();
    }

    @Test
    void shouldKeepASecondSubmitAway() throws IOException {
        batch.write(BatchFixture.lines(2));
        FakeCluster.Connection connection = cluster.connect();
        List<String> refused = new ArrayList<>();
        connection.everyPoll(() -> {
            try {
                batch.run(new FakeCluster());
            } catch (SubmitException e) {
                refused.add(e.getMessage());
            }
        });
        batch.submission(connection).run();
        assertThat(refused).isNotEmpty().allMatch(message -> message.contains("another submit is writing"));
        assertThat(folder.resolve("out.jsonl.lock")).doesNotExist();
    }
}
