package io.spillway.cli.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.spillway.cli.submit.FakeCluster.Reply;
import io.spillway.cli.submit.SubmitSession.End;

/** Runs that go on with what an earlier one left. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class BatchResumeTest {

    @TempDir
    Path folder;
    private BatchFixture batch;
    private final FakeCluster cluster = new FakeCluster();

    @BeforeEach
    void begin() {
        batch = new BatchFixture(folder);
    }

    @Test
    void shouldSendNothingWhenRepeatedAfterTheEnd() throws IOException {
        batch.write(List.of(BatchFixture.line("a", "1"), "oops", BatchFixture.line("b", "2")));
        cluster.router = customId -> customId.equals("b") ? Reply.error("internal") : Reply.ok("x");
        batch.run(cluster);
        List<String> before = Files.readAllLines(batch.errors);
        BatchSubmission.Outcome again = batch.run(cluster);
        assertThat(again.end()).isEqualTo(End.COMPLETE);
        assertThat(again.progress().answeredBefore()).isEqualTo(2);
        assertThat(cluster.received).hasSize(2);
        assertThat(Files.readAllLines(batch.errors)).containsExactlyInAnyOrderElementsOf(before);
    }

    @Test
    void shouldFinishAStoppedRunWithoutPayingTwice() throws IOException {
        // Given a run that is stopped with some lines answered, some open, some not sent
        batch.write(BatchFixture.lines(12));
        cluster.answers = customId -> List.of("a0", "a2").contains(customId);
        FakeCluster.Connection first = cluster.connect();
        BatchSubmission submission = batch.submission(first);
        int[] polls = {0};
        first.everyPoll(() -> {
            if (++polls[0] == 10) {
                submission.stop();
            }
        });
        assertThat(submission.run().end()).isEqualTo(End.STOPPED);
        assertThat(batch.answers()).containsOnlyKeys("a0", "a2");
        assertThat(cluster.paid()).isEqualTo(5);
        // When
        cluster.answers = customId -> true;
        BatchSubmission.Outcome outcome = batch.run(cluster);
        // Then
        assertThat(outcome.end()).isEqualTo(End.COMPLETE);
        assertThat(outcome.progress().answeredBefore()).isEqualTo(2);
        assertThat(batch.answers()).hasSize(12);
        assertThat(cluster.paid()).isEqualTo(12);
        assertThat(outcome.progress().duplicates()).isZero();
    }

    @Test
    void shouldFindAnswersThatCameWhileNobodyWasListening() throws IOException {
        // Given a process that dies right after sending
        batch.write(BatchFixture.lines(3));
        cluster.answers = customId -> false;
        FakeCluster.Connection first = cluster.connect();
        int[] polls = {0};
        first.everyPoll(() -> {
            if (++polls[0] == 3) {
                first.route();
                first.consumer.setPollException(new KafkaException("killed"));
            }
        });
        assertThatThrownBy(() -> batch.submission(first).run()).hasMessage("killed");
        assertThat(cluster.paid()).isEqualTo(3);
        // When the router answers before the second run
        cluster.answers = customId -> true;
        first.route();
        FakeCluster.Connection second = cluster.connect();
        batch.submission(second).run();
        // Then nothing was sent again
        assertThat(batch.answers()).hasSize(3);
        assertThat(second.producer.history()).isEmpty();
        assertThat(cluster.paid()).isEqualTo(3);
    }

    @Test
    void shouldGoOnFromTheFilesOfAKilledProcess() throws IOException {
        // Given the files as they stood at every poll of a run
        batch.write(BatchFixture.lines(9));
        cluster.answersPerPoll = 1;
        FakeCluster.Connection first = cluster.connect();
        List<Path> snapshots = new ArrayList<>();
        first.everyPoll(() -> {
            Path target = folder.resolve("snapshot" + snapshots.size());
            batch.snapshot(target);
            snapshots.add(target);
        });
        batch.submission(first).run();
        assertThat(snapshots).hasSizeGreaterThanOrEqualTo(9);
        // When each of them is gone on with
        for (Path snapshot : snapshots) {
            BatchFixture killed = new BatchFixture(snapshot);
            assertThat(killed.run(cluster).end()).isEqualTo(End.COMPLETE);
            // Then
            assertThat(killed.answers()).as("resumed from %s", snapshot).hasSize(9);
        }
        assertThat(cluster.paid()).isEqualTo(9);
    }

    @Test
    void shouldMendATornLastLineAndReadItsAnswerAgain() throws IOException {
        batch.write(BatchFixture.lines(4));
        FakeCluster.Connection first = cluster.connect();
        AtomicBoolean torn = new AtomicBoolean();
        Path killed = folder.resolve("killed");
        first.everyPoll(() -> {
            if (Files.exists(batch.output) && torn.compareAndSet(false, true)) {
                batch.snapshot(killed);
            }
        });
        batch.submission(first).run();
        BatchFixture resumed = new BatchFixture(killed);
        byte[] bytes = Files.readAllBytes(resumed.output);
        Files.write(resumed.output, Arrays.copyOf(bytes, bytes.length - 7));
        // When
        resumed.run(cluster);
        // Then
        assertThat(resumed.answers()).hasSize(4);
        assertThat(resumed.told).anyMatch(message -> message.startsWith("cut "));
        assertThat(cluster.paid()).isEqualTo(4);
    }

    @Test
    void shouldRefuseAnOutputThatSomebodyElseChanged() throws IOException {
        batch.write(BatchFixture.lines(2));
        batch.run(cluster);
        List<String> lines = new ArrayList<>(Files.readAllLines(batch.output));
        lines.add(1, "edited by hand");
        Files.write(batch.output, lines);
        assertThatThrownBy(() -> batch.run(cluster)).isInstanceOf(SubmitException.class).hasMessageContaining("line 2 of ");
    }

    @Test
    void shouldSendAChangedBodyAgainAndKeepItsOldAnswerAside() throws IOException {
        batch.write(BatchFixture.lines(3));
        batch.run(cluster);
        // When
        List<String> lines = new ArrayList<>(BatchFixture.lines(3));
        lines.set(1, BatchFixture.line("a1", "another question"));
        batch.write(lines);
        cluster.router = customId -> Reply.ok("new answer");
        BatchSubmission.Outcome outcome = batch.run(cluster);
        // Then
        assertThat(outcome.progress().succeeded()).isEqualTo(1);
        assertThat(batch.answers()).hasSize(3);
        assertThat(batch.answers().get("a1").toString()).contains("new answer");
        assertThat(batch.answers().get("a0").toString()).contains("answer to a0");
        assertThat(Files.readString(folder.resolve("out.jsonl.superseded"))).contains("answer to a1");
        assertThat(batch.told).anyMatch(message -> message.contains("1 lines have another body") && message.contains("a1"));
        assertThat(cluster.paid()).isEqualTo(4);
    }

    @Test
    void shouldTakeAnotherSpellingOfTheSameBodyForTheSameLine() throws IOException {
        batch.write(List.of(BatchFixture.line("a", "q")));
        batch.run(cluster);
        batch.write(List.of("{ \"body\": {\"messages\": [ {\"content\":\"q\", \"role\":\"user\"} ], \"model\":\"chat\"},"
                + " \"url\":\"/v1/chat/completions\", \"method\":\"POST\", \"custom_id\":\"a\" }"));
        batch.run(cluster);
        assertThat(cluster.paid()).isEqualTo(1);
    }

    @Test
    void shouldAskFailedLinesAgainWhenTold() throws IOException {
        batch.write(BatchFixture.lines(4));
        cluster.router = customId -> customId.equals("a2") ? Reply.error("all_providers_unavailable") : Reply.ok("x");
        batch.run(cluster);
        assertThat(batch.failures()).containsOnlyKeys("a2");
        // When
        cluster.router = customId -> Reply.ok("at last");
        batch.retryErrors = true;
        BatchSubmission.Outcome outcome = batch.run(cluster);
        // Then
        assertThat(outcome.progress().succeeded()).isEqualTo(1);
        assertThat(batch.answers()).hasSize(4);
        assertThat(batch.failures()).isEmpty();
        assertThat(cluster.paid()).isEqualTo(5);
        // And a plain repetition has nothing to do
        batch.retryErrors = false;
        batch.run(cluster);
        assertThat(cluster.paid()).isEqualTo(5);
    }

    @Test
    void shouldRefuseToRetryErrorsOfAnUnfinishedBatch() throws IOException {
        batch.write(BatchFixture.lines(3));
        cluster.answers = customId -> customId.equals("a0");
        FakeCluster.Connection first = cluster.connect();
        BatchSubmission submission = batch.submission(first);
        int[] polls = {0};
        first.everyPoll(() -> {
            if (++polls[0] == 5) {
                submission.stop();
            }
        });
        submission.run();
        batch.retryErrors = true;
        assertThatThrownBy(() -> batch.run(cluster)).isInstanceOf(SubmitException.class).hasMessageContaining("2 lines");
        // And the refusal changed nothing
        batch.retryErrors = false;
        cluster.answers = customId -> true;
        batch.run(cluster);
        assertThat(cluster.paid()).isEqualTo(3);
    }

    @Test
    void shouldAskAnewWhenTheDeadlineOfTheEarlierRunHasPassed() throws IOException {
        batch.write(BatchFixture.lines(2));
        cluster.answers = customId -> false;
        FakeCluster.Connection first = cluster.connect();
        BatchSubmission submission = batch.submission(first);
        int[] polls = {0};
        first.everyPoll(() -> {
            if (++polls[0] == 3) {
                submission.stop();
            }
        });
        submission.run();
        // When the router has given up on them by then
        cluster.router = customId -> Reply.error("deadline_exceeded");
        cluster.answers = customId -> true;
        first.route();
        cluster.router = customId -> Reply.ok("in time");
        batch.now = batch.now.plus(Duration.ofHours(25));
        BatchSubmission.Outcome outcome = batch.run(cluster);
        // Then
        assertThat(outcome.progress().succeeded()).isEqualTo(2);
        assertThat(batch.failures()).isEmpty();
        assertThat(cluster.header(cluster.requestIds().getLast(), "spillway-deadline")).isEqualTo("2026-11-23T13:00:00Z");
    }

    @Test
    void shouldRefuseAnotherTenantOnTheSameOutput() throws IOException {
        batch.write(BatchFixture.lines(1));
        batch.run(cluster);
        batch.tenant = Optional.of("other");
        assertThatThrownBy(() -> batch.run(cluster)).hasMessageContaining("another tenant (none)");
    }

    @Test
    void shouldSayWhenTheStateFileIsDamaged() throws IOException {
        batch.write(BatchFixture.lines(1));
        batch.run(cluster);
        Files.writeString(folder.resolve("out.jsonl.state"), "{\"version\":", StandardOpenOption.TRUNCATE_EXISTING);
        assertThatThrownBy(() -> batch.run(cluster)).isInstanceOf(SubmitException.class).hasMessageContaining("restore it");
    }
}
