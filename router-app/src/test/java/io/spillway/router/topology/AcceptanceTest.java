package io.spillway.router.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.spillway.contract.RecordHeaders;
import io.spillway.router.topology.TestRouter.Answer;
import io.spillway.v1.Attempt;
import io.spillway.v1.ChatMessage;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.ErrorCode;
import io.spillway.v1.FailureKind;
import io.spillway.v1.Lane;
import io.spillway.v1.Role;

/** From a caller's record to its answer, and what of the record is kept on the way. */
class AcceptanceTest {

    private final TestRouter router = new TestRouter(Entries.chat("openai/gpt", "anthropic/claude"));

    @AfterEach
    void close() {
        router.close();
    }

    @ParameterizedTest
    @EnumSource(value = Lane.class, names = {"INTERACTIVE", "BATCH"})
    void shouldAnswerAJsonRequestInJson(Lane lane) {
        // Given
        router.request(lane, "r1");
        List<Attempt> attempts = router.attempts("openai", lane);
        assertThat(attempts).singleElement().satisfies(attempt -> {
            assertThat(attempt.getRequestId()).isEqualTo("r1");
            assertThat(attempt.getAttempt()).isEqualTo(1);
            assertThat(attempt.getDeployment()).isEqualTo("openai/gpt");
            assertThat(attempt.getLane()).isEqualTo(lane);
            assertThat(attempt.getOwnerPartition()).isZero();
            assertThat(attempt.getTimeoutMillis()).isEqualTo(Entries.TIMEOUT_MILLIS);
            assertThat(attempt.getStartBy()).isEqualTo(
                    TestRouter.START.plusMillis(lane == Lane.BATCH ? 10 * Entries.QUEUE_MILLIS : Entries.QUEUE_MILLIS));
            assertThat(attempt.getDeadline()).isEqualTo(TestRouter.START.plusMillis(Entries.DEADLINE_MILLIS));
            assertThat(attempt.getRequest().getMessages().getFirst().getContent()).isEqualTo("hello from r1");
        });
        assertThat(router.answers()).isEmpty();
        // When
        router.started(attempts.getFirst());
        router.succeeded(attempts.getFirst(), "hi");
        // Then
        Answer answer = router.answer();
        assertThat(answer.text()).startsWith("{");
        assertThat(answer.json().getChoices().getFirst().getMessage().getContent()).isEqualTo("hi");
        assertThat(answer.header(RecordHeaders.OUTCOME)).isEqualTo("ok");
        assertThat(answer.header(RecordHeaders.DEPLOYMENT)).isEqualTo("openai/gpt");
        assertThat(answer.header(RecordHeaders.TIER)).isEqualTo("0");
        assertThat(answer.header(RecordHeaders.ATTEMPTS)).isEqualTo("1");
    }

    @ParameterizedTest
    @EnumSource(value = Lane.class, names = {"INTERACTIVE", "BATCH"})
    void shouldAnswerAnAvroRequestInAvro(Lane lane) {
        // Given
        router.send(lane, "k", router.avro(chatRequest("hello")), TestRouter.id("r1"));
        // When
        router.succeeded(router.attempts("openai", lane).getFirst(), "hi");
        // Then
        Answer answer = router.answer();
        assertThat(answer.value()[0]).isZero();
        assertThat(router.avro(answer).getChoices().getFirst().getMessage().getContent()).isEqualTo("hi");
    }

    @Test
    void shouldAnswerInTheFormatAsked() {
        // Given one of each, the other way round
        router.send(Lane.INTERACTIVE, "a", TestRouter.body("x"),
                TestRouter.headers(RecordHeaders.REQUEST_ID, "json", RecordHeaders.REPLY_FORMAT, "avro"));
        router.send(Lane.INTERACTIVE, "b", router.avro(chatRequest("x")),
                TestRouter.headers(RecordHeaders.REQUEST_ID, "avro", RecordHeaders.REPLY_FORMAT, "JSON"));
        // When
        router.attempts("openai").forEach(attempt -> router.succeeded(attempt, "hi"));
        // Then
        List<Answer> answers = router.answers();
        assertThat(answers.get(0).value()[0]).isZero();
        assertThat(answers.get(1).text()).startsWith("{");
    }

    @Test
    void shouldKeepKeyIdTraceAndSpringsHeaders() {
        // Given
        Headers headers = TestRouter.headers(RecordHeaders.REQUEST_ID, "r1", RecordHeaders.TRACEPARENT, "00-abc-def-01",
                RecordHeaders.SPRING_REPLY_TOPIC, "replies.one", RecordHeaders.TENANT, "acme");
        byte[] correlation = {1, 2, 3, (byte) 0xFF};
        headers.add(RecordHeaders.SPRING_CORRELATION_ID, correlation);
        headers.add(RecordHeaders.SPRING_REPLY_PARTITION, ByteBuffer.allocate(4).putInt(0).array());
        // When
        router.send(Lane.INTERACTIVE, "order-7", TestRouter.body("x"), headers);
        Attempt attempt = router.attempt("openai");
        router.succeeded(attempt, "hi");
        // Then
        assertThat(attempt.getTraceparent()).isEqualTo("00-abc-def-01");
        assertThat(attempt.getTenant()).isEqualTo("acme");
        assertThat(router.answers()).isEmpty();
        assertThat(router.answers("replies.one")).singleElement().satisfies(answer -> {
            assertThat(new String(answer.key(), StandardCharsets.UTF_8)).isEqualTo("order-7");
            assertThat(answer.header(RecordHeaders.REQUEST_ID)).isEqualTo("r1");
            assertThat(answer.header(RecordHeaders.TRACEPARENT)).isEqualTo("00-abc-def-01");
            assertThat(answer.headers().lastHeader(RecordHeaders.SPRING_CORRELATION_ID).value()).isEqualTo(correlation);
        });
    }

    @Test
    void shouldGoByTheKeyWhenTheReplyPartitionIsNotThere() {
        // One the topic lacks would stop the stream thread for good.
        Outgoing outgoing = new Outgoing("replies.one", java.util.OptionalInt.of(3), new byte[0]);
        assertThat(outgoing.partition(4)).contains(java.util.Set.of(3));
        assertThat(outgoing.partition(3)).isEmpty();
        assertThat(new Outgoing("t", java.util.OptionalInt.of(-1), new byte[0]).partition(3)).isEmpty();
        assertThat(new Outgoing("t", java.util.OptionalInt.empty(), new byte[0]).partition(3)).isEmpty();
    }

    @Test
    void shouldWriteAvroRepliesUnderTheSubjectOfTheResponsesTopic() {
        // Given a reply topic nobody registered a schema for
        router.send(Lane.INTERACTIVE, "k", router.avro(chatRequest("x")),
                TestRouter.headers(RecordHeaders.REQUEST_ID, "r1", RecordHeaders.REPLY_TOPIC, "replies.one"));
        router.succeeded(router.attempt("openai"), "hi");
        // Then
        assertThat(router.answers("replies.one")).hasSize(1);
        assertThat(router.serdes.registry().latest("llm.responses-value").version()).isEqualTo(1);
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> router.serdes.registry().latest("replies.one-value"))
                .isInstanceOf(io.spillway.contract.registry.SchemaNotFoundException.class);
    }

    @Test
    void shouldKeepAMissingKeyMissing() {
        router.send(Lane.INTERACTIVE, null, TestRouter.body("x"), TestRouter.id("r1"));
        router.succeeded(router.attempt("openai"), "hi");
        assertThat(router.answer().key()).isNull();
    }

    @Test
    void shouldDeriveTheIdFromThePosition() {
        router.send(Lane.INTERACTIVE, "k", TestRouter.body("one"), TestRouter.headers());
        router.send(Lane.BATCH, "k", TestRouter.body("two"), TestRouter.headers());
        router.send(Lane.INTERACTIVE, "k", TestRouter.body("three"), TestRouter.headers());
        assertThat(router.attempts("openai")).extracting(Attempt::getRequestId).containsExactly("llm.requests-0-0",
                "llm.requests-0-1");
        assertThat(router.attempts("openai", Lane.BATCH)).extracting(Attempt::getRequestId)
                .containsExactly("llm.requests.batch-0-0");
    }

    @Test
    void shouldNotServeADuplicateAgain() {
        // Given a request that is open
        router.request("r1");
        Attempt attempt = router.attempt("openai");
        router.request("r1");
        assertThat(router.attempts("openai")).isEmpty();
        // And then answered
        router.succeeded(attempt, "hi");
        assertThat(router.answers()).hasSize(1);
        // When
        router.request("r1");
        // Then
        assertThat(router.answers()).isEmpty();
        assertThat(router.attempts("openai")).isEmpty();
        assertThat(router.count("spillway.requests.duplicate")).isEqualTo(2);
        assertThat(router.count("spillway.requests.accepted")).isEqualTo(1);
    }

    @Test
    void shouldRememberAnIdForTheDedupTtlAndNotForEver() {
        router.request("r1");
        router.succeeded(router.attempt("openai"), "hi");
        // When
        router.standStill(TestRouter.DEDUP_TTL.minusSeconds(1));
        router.request("r1");
        assertThat(router.attempts("openai")).isEmpty();
        // Then
        router.standStill(TestRouter.DEDUP_TTL.plusSeconds(1));
        router.request("r1");
        assertThat(router.attempts("openai")).hasSize(1);
    }

    @Test
    void shouldReportAConflictWhenTheIdComesWithAnotherBody() {
        // Given
        router.request("r1");
        Attempt attempt = router.attempt("openai");
        // When open
        router.send(Lane.INTERACTIVE, "r1", TestRouter.body("something else"), TestRouter.id("r1"));
        // Then
        Answer conflict = router.answer();
        assertThat(conflict.json().getError().getCode()).isEqualTo(ErrorCode.IDEMPOTENCY_CONFLICT);
        assertThat(conflict.json().getError().getRetryable()).isFalse();
        assertThat(conflict.header(RecordHeaders.OUTCOME)).isEqualTo("idempotency_conflict");
        // And the first is served all the same
        router.succeeded(attempt, "hi");
        assertThat(router.answer().header(RecordHeaders.OUTCOME)).isEqualTo("ok");
        // When finished
        router.send(Lane.INTERACTIVE, "r1", TestRouter.body("something else"), TestRouter.id("r1"));
        assertThat(router.answer().header(RecordHeaders.OUTCOME)).isEqualTo("idempotency_conflict");
    }

    @Test
    void shouldWriteOneRecordForARequestThatNeedsOneDecision() {
        router.request("r1");
        assertThat(router.entries("requests-interactive")).isEqualTo(1);
        assertThat(router.entries("progress-interactive")).isZero();
    }

    @Test
    void shouldForgetPayloadAndProgressOfAFinishedRequest() {
        // Given one that needed a second decision and one that did not
        router.request("r1");
        router.failed(router.attempt("openai"), FailureKind.SERVER_ERROR);
        assertThat(router.entries("progress-interactive")).isEqualTo(1);
        router.request("r2");
        // When
        router.succeeded(router.attempt("anthropic"), "hi");
        router.succeeded(router.attempt("openai"), "hi");
        // Then
        assertThat(router.entries("requests-interactive")).isZero();
        assertThat(router.entries("progress-interactive")).isZero();
    }

    @Test
    void shouldTakeTheDeadlineFromTheHeader() {
        router.send(Lane.INTERACTIVE, "k", TestRouter.body("x"),
                TestRouter.headers(RecordHeaders.REQUEST_ID, "r1", RecordHeaders.DEADLINE, "7s"));
        router.send(Lane.INTERACTIVE, "k", TestRouter.body("x"),
                TestRouter.headers(RecordHeaders.REQUEST_ID, "r2", RecordHeaders.DEADLINE, "2026-01-01T12:00:09Z"));
        assertThat(router.attempts("openai")).extracting(Attempt::getDeadline).containsExactly(TestRouter.START.plusSeconds(7),
                TestRouter.START.plusSeconds(9));
    }

    @Test
    void shouldAnswerAtOnceWhenTheDeadlineIsPast() {
        for (String deadline : List.of("2020-01-01T00:00:00Z", "-1000000000-01-01T00:00:00Z")) {
            router.send(Lane.INTERACTIVE, "k", TestRouter.body("x"),
                    TestRouter.headers(RecordHeaders.REQUEST_ID, deadline, RecordHeaders.DEADLINE, deadline));
            assertThat(router.answer().json().getError().getCode()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        }
        assertThat(router.attempts("openai")).isEmpty();
    }

    @Test
    void shouldCutAFarDeadlineToTheRetentionOfTheTopic() {
        assertThat(DeadlineHeader.parse("+999999999-12-31T23:59:59Z", TestRouter.START))
                .contains(TestRouter.START.plus(DeadlineHeader.FURTHEST));
        assertThat(DeadlineHeader.parse("999d", TestRouter.START)).contains(TestRouter.START.plus(DeadlineHeader.FURTHEST));
        assertThat(DeadlineHeader.parse("PT90S", TestRouter.START)).contains(TestRouter.START.plus(Duration.ofSeconds(90)));
        assertThat(DeadlineHeader.parse("250ms", TestRouter.START)).contains(TestRouter.START.plusMillis(250));
        assertThat(DeadlineHeader.parse("soon", TestRouter.START)).isEmpty();
    }

    @Test
    void shouldKeepTheLanesApart() {
        // The same id in both lanes is two requests: the lanes share nothing.
        router.request(Lane.INTERACTIVE, "r1");
        router.request(Lane.BATCH, "r1");
        assertThat(router.attempts("openai", Lane.INTERACTIVE)).hasSize(1);
        List<Attempt> batch = router.attempts("openai", Lane.BATCH);
        assertThat(batch).hasSize(1);
        router.succeeded(batch.getFirst(), "to the batch");
        assertThat(router.answer().text()).contains("to the batch");
        assertThat(router.gauge("spillway.requests.open", "interactive")).isZero();
        router.tick();
        assertThat(router.gauge("spillway.requests.open", "interactive")).isEqualTo(1);
        assertThat(router.gauge("spillway.requests.open", "batch")).isZero();
    }

    static ChatRequest chatRequest(String prompt) {
        ChatMessage message = ChatMessage.newBuilder().setRole(Role.USER).setContent(prompt).build();
        return ChatRequest.newBuilder().setModel("chat").setMessages(List.of(message)).build();
    }
}
