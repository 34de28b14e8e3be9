package io.spillway.router.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.spillway.contract.RecordHeaders;
import io.spillway.router.topology.TestRouter.Answer;
import io.spillway.v1.ChatError;
import io.spillway.v1.DecisionKind;
import io.spillway.v1.ErrorCode;
import io.spillway.v1.Lane;

/** Records that cannot be served: told to the caller where there is one, kept in the dead-letter topic where there is none. */
class RefusalTest {

    private final TestRouter router = new TestRouter(Entries.chat("openai/gpt"));

    @AfterEach
    void close() {
        router.close();
    }

    @Test
    void shouldNameEverythingWrongWithARequest() {
        // Given
        String body = "{\"model\":\"chat\",\"temperature\":\"hot\",\"messages\":[{\"role\":\"wizard\",\"content\":\"x\"}]}";
        // When
        router.send(Lane.INTERACTIVE, "k", body, TestRouter.id("r1"));
        // Then
        ChatError error = error(ErrorCode.INVALID_REQUEST);
        assertThat(error.getMessage()).contains("temperature").contains("messages[0].role");
        assertThat(error.getRetryable()).isFalse();
        assertThat(router.attempts("openai")).isEmpty();
        assertThat(router.deadLetters()).isEmpty();
        assertThat(router.entries("requests-interactive")).isZero();
        assertThat(router.decisions()).singleElement().satisfies(decision -> {
            assertThat(decision.getKind()).isEqualTo(DecisionKind.REJECT);
            assertThat(decision.getError()).isEqualTo(ErrorCode.INVALID_REQUEST);
        });
    }

    @Test
    void shouldRefuseBrokenJson() {
        router.send(Lane.INTERACTIVE, "k", "{\"model\":\"chat\",", TestRouter.id("r1"));
        assertThat(error(ErrorCode.INVALID_REQUEST).getMessage()).contains("(body)");
    }

    @Test
    void shouldRefuseAnInvalidAvroRequestInTheSameWords() {
        router.send(Lane.INTERACTIVE, "k", router.avro(io.spillway.v1.ChatRequest.newBuilder().setModel("chat").build()),
                TestRouter.id("r1"));
        assertThat(router.avro(router.answer()).getError().getMessage()).contains("messages");
    }

    @Test
    void shouldNameTheRoutesThereAre() {
        router.send(Lane.INTERACTIVE, "k", TestRouter.body("x").replace("\"chat\"", "\"gpt-9\""), TestRouter.id("r1"));
        assertThat(error(ErrorCode.INVALID_REQUEST).getMessage()).isEqualTo("model: there is no route 'gpt-9' (routes: chat)");
    }

    @Test
    void shouldNotRepeatAtLengthWhatStandsInPlaceOfAName() {
        router.send(Lane.INTERACTIVE, "k", TestRouter.body("x").replace("\"chat\"", "\"" + "m".repeat(9_000) + "\""),
                TestRouter.id("r1"));
        assertThat(error(ErrorCode.INVALID_REQUEST).getMessage()).hasSizeLessThan(300);
        assertThat(router.decisions().getFirst().getReason()).hasSizeLessThan(300);
    }

    @ParameterizedTest
    @CsvSource({
            "spillway-deadline,    tomorrow,            is neither an instant",
            "spillway-region,      ',',                 names no region",
            "spillway-data-class,  secret,              unknown data class",
            "spillway-reply-topic, llm.attempts.openai, is not on the router's allow-list",
            "spillway-reply-topic, replies.two,         or does not exist",
            "kafka_replyTopic,     other,               is not on the router's allow-list"})
    void shouldRefuseAHeaderItCannotHonour(String name, String value, String message) {
        // When
        router.send(Lane.INTERACTIVE, "k", TestRouter.body("x"), TestRouter.headers(RecordHeaders.REQUEST_ID, "r1", name, value));
        // Then the answer goes to the responses topic
        assertThat(error(ErrorCode.INVALID_REQUEST).getMessage()).contains("'" + value + "'").contains(message);
        assertThat(router.topicsWritten()).doesNotContain(value);
        assertThat(router.attempts("openai")).isEmpty();
    }

    @Test
    void shouldRefuseARequestThatIsTooLarge() {
        router.send(Lane.INTERACTIVE, "k", TestRouter.body("x".repeat(TestRouter.MAX_BYTES)), TestRouter.id("r1"));
        assertThat(error(ErrorCode.INVALID_REQUEST).getMessage()).contains("the most is " + TestRouter.MAX_BYTES);
    }

    @Test
    void shouldReplaceAnAnswerThatIsTooLarge() {
        // Given
        router.request("r1");
        // When
        router.succeeded(router.attempt("openai"), "y".repeat(TestRouter.MAX_BYTES));
        // Then
        Answer answer = router.answer();
        assertThat(answer.value()).hasSizeLessThan(1_000);
        assertThat(answer.json().getError().getCode()).isEqualTo(ErrorCode.INTERNAL);
        assertThat(answer.header(RecordHeaders.OUTCOME)).isEqualTo("internal");
    }

    @Test
    void shouldRefuseADataClassNoDeploymentMayServe() {
        router.send(Lane.INTERACTIVE, "k", TestRouter.body("x"),
                TestRouter.headers(RecordHeaders.REQUEST_ID, "r1", RecordHeaders.DATA_CLASS, "phi"));
        ChatError error = error(ErrorCode.POLICY_NO_TARGET);
        assertThat(error.getMessage()).doesNotContain("openai");
        assertThat(router.attempts("openai")).isEmpty();
    }

    @Test
    void shouldRefuseARepeatedRefusalOnlyOnce() {
        router.send(Lane.INTERACTIVE, "k", "{}", TestRouter.id("r1"));
        assertThat(router.answers()).hasSize(1);
        router.send(Lane.INTERACTIVE, "k", "{}", TestRouter.id("r1"));
        assertThat(router.answers()).isEmpty();
    }

    static Stream<Arguments> poison() {
        return Stream.of(Arguments.argumentSet("empty", new byte[0], "EMPTY_VALUE"),
                Arguments.argumentSet("null", null, "EMPTY_VALUE"),
                Arguments.argumentSet("text", "hello".getBytes(StandardCharsets.UTF_8), "UNKNOWN_FORMAT"),
                Arguments.argumentSet("random", new byte[]{(byte) 0x99, 1, 2, 3}, "UNKNOWN_FORMAT"),
                Arguments.argumentSet("unknown schema id", new byte[]{0, 0, 0, 99, 99, 1, 2}, "UNDECODABLE_AVRO"),
                Arguments.argumentSet("truncated frame", new byte[]{0, 0}, "UNDECODABLE_AVRO"));
    }

    @ParameterizedTest
    @MethodSource("poison")
    void shouldKeepAPoisonRecordWithItsReasonAndGoOn(byte[] value, String reason) {
        // Given
        Headers headers = TestRouter.headers("theirs", "kept");
        // When
        router.send(Lane.INTERACTIVE, "k", value, headers);
        // Then
        assertThat(router.deadLetters()).singleElement().satisfies(letter -> {
            assertThat(letter.value()).isEqualTo(value == null ? new byte[0] : value);
            assertThat(text(letter, RecordHeaders.DLQ_REASON)).isEqualTo(reason);
            assertThat(text(letter, RecordHeaders.DLQ_DETAIL)).isNotBlank();
            assertThat(text(letter, RecordHeaders.DLQ_TOPIC)).isEqualTo("llm.requests");
            assertThat(text(letter, RecordHeaders.DLQ_PARTITION)).isEqualTo("0");
            assertThat(text(letter, RecordHeaders.DLQ_OFFSET)).isEqualTo("0");
            assertThat(text(letter, "theirs")).isEqualTo("kept");
        });
        assertThat(router.answers()).as("nobody asked under an id").isEmpty();
        assertThat(router.count("spillway.dlq", "reason", reason)).isEqualTo(1);
        // And the partition moves on
        router.request("next");
        assertThat(router.attempts("openai")).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("poison")
    void shouldAlsoTellACallerWhoGaveAnId(byte[] value, String reason) {
        router.send(Lane.INTERACTIVE, "k", value,
                TestRouter.headers(RecordHeaders.REQUEST_ID, "r1", RecordHeaders.REPLY_FORMAT, "json"));
        assertThat(router.deadLetters()).hasSize(1);
        assertThat(error(ErrorCode.INVALID_REQUEST).getMessage()).isNotBlank();
    }

    @Test
    void shouldKeepAPoisonResultAndGoOn() {
        // Given
        router.request("r1");
        // When
        router.pipe("llm.attempt-results", null, "garbage".getBytes(StandardCharsets.UTF_8), TestRouter.headers());
        router.pipe("llm.attempt-results", null, null, TestRouter.headers());
        // Then
        List<TestRecord<byte[], byte[]>> letters = router.deadLetters();
        assertThat(letters).hasSize(1);
        assertThat(text(letters.getFirst(), RecordHeaders.DLQ_TOPIC)).isEqualTo("llm.attempt-results");
        router.succeeded(router.attempt("openai"), "hi");
        assertThat(router.answers()).hasSize(1);
    }

    private ChatError error(ErrorCode code) {
        ChatError error = router.answer().json().getError();
        assertThat(error.getCode()).isEqualTo(code);
        return error;
    }

    private static String text(TestRecord<byte[], byte[]> item, String name) {
        return RecordHeaders.text(item.headers(), name).orElse(null);
    }
}
