package io.spillway.worker.consume;

import static io.spillway.worker.consume.FaultCalls.ANSWER;
import static io.spillway.worker.consume.FaultCalls.HEAD;
import static io.spillway.worker.consume.FaultCalls.answer;
import static io.spillway.worker.consume.FaultCalls.expect;
import static io.spillway.worker.consume.FaultCalls.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.spillway.v1.ChatResponse;
import io.spillway.v1.Failure;
import io.spillway.v1.FailureKind;
import io.spillway.v1.FailureScope;
import io.spillway.v1.FinishReason;
import io.spillway.v1.Lane;
import io.spillway.v1.Limits;
import io.spillway.v1.SendState;
import io.spillway.worker.domain.AimdLimit;
import io.spillway.worker.http.FaultServer;

/** Faults of what a provider says, each on a raw socket and through a whole call. */
@DisplayName("Fault matrix, the answers")
class FaultAnswersTest {

    private final FaultCalls calls = new FaultCalls();

    @AfterEach
    void close() {
        calls.close();
    }

    static Stream<Arguments> garbage() {
        return Stream.of(argumentSet("Row 12: nothing", ""), argumentSet("Row 12: blanks", " \n "),
                argumentSet("Row 12: HTML", "<html><body>502 Bad Gateway</body></html>"),
                argumentSet("Row 12: cut off", ANSWER.substring(0, ANSWER.length() - 10)),
                argumentSet("Row 12: two documents", ANSWER + ANSWER), argumentSet("Row 12: an array", "[" + ANSWER + "]"),
                argumentSet("Row 12: a string", "\"hi\""), argumentSet("Row 12: null", "null"),
                argumentSet("Row 12: choices of the wrong type", "{\"choices\":{\"message\":1}}"),
                argumentSet("Row 12: a choice of the wrong type", "{\"choices\":[7]}"),
                argumentSet("Row 12: a message of the wrong type", "{\"choices\":[{\"message\":\"hi\"}]}"),
                argumentSet("Row 12: nested 65 deep", with("\"x\":" + "[".repeat(65) + "]".repeat(65))),
                argumentSet("Row 12: nested without end", "[".repeat(200_000)),
                argumentSet("Row 12: nested objects without end", "{\"a\":".repeat(30_000)),
                argumentSet("Row 12: NaN usage", ANSWER.replace("\"prompt_tokens\":3", "\"prompt_tokens\":NaN")),
                argumentSet("Row 12: infinite usage", ANSWER.replace("\"prompt_tokens\":3", "\"prompt_tokens\":-Infinity")),
                argumentSet("Row 12: a number of 5000 digits", with("\"created\":" + "9".repeat(5_000))),
                argumentSet("Row 12: an exponent beyond all", with("\"created\":1e99999999999")),
                argumentSet("Row 12: a name of 60000 letters", with("\"" + "n".repeat(60_000) + "\":1")),
                argumentSet("Row 12: a control character", ANSWER.replace("hi", "h\u0001i")),
                argumentSet("Row 12: a bad escape", ANSWER.replace("hi", "h\\qi")));
    }

    @ParameterizedTest
    @MethodSource("garbage")
    void shouldCallGarbageMalformed(String body) throws IOException {
        CallEnd end = calls.answeredWith(FaultServer.json(body).getBytes(StandardCharsets.UTF_8));

        expect(end, FailureKind.MALFORMED_RESPONSE, SendState.ANSWERED, null);
        assertThat(failure(end).getMaybePaid()).as("tokens may have been made").isTrue();
    }

    @ParameterizedTest(name = "Row 12: invalid UTF-8 ({0})")
    @ValueSource(strings = {"ff", "c328", "c0af", "e28228", "f0288cbc", "eda080", "f8a1a1a1a1"})
    void shouldCallAnAnswerMalformedWhenItIsNotUtf8(String bytes) throws IOException {
        String marked = ANSWER.replace("hi", "@");
        int at = marked.indexOf('@');
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(marked.substring(0, at).getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(HexFormat.of().parseHex(bytes));
        body.writeBytes(marked.substring(at + 1).getBytes(StandardCharsets.US_ASCII));
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes((HEAD + "Content-Length: " + body.size() + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        whole.writeBytes(body.toByteArray());

        expect(calls.answeredWith(whole.toByteArray()), FailureKind.MALFORMED_RESPONSE, SendState.ANSWERED, null);
    }

    @ParameterizedTest(name = "Row 12: usage {0}")
    @ValueSource(strings = {"null", "{}", "[]", "7", "{\"prompt_tokens\":\"NaN\",\"completion_tokens\":2}",
            "{\"prompt_tokens\":-3,\"completion_tokens\":2}", "{\"prompt_tokens\":1e300,\"completion_tokens\":2}",
            "{\"prompt_tokens\":3}"})
    void shouldEstimateTheUsageAndSaySoWhenItCannotBeTrue(String usage) throws IOException {
        ChatResponse answer = answer(calls.answeredWith(FaultServer
                .json(ANSWER.replace("{\"prompt_tokens\":3,\"completion_tokens\":2}", usage)).getBytes(StandardCharsets.UTF_8)));

        assertThat(answer.getUsage().getEstimated()).isTrue();
        assertThat(answer.getUsage().getPromptTokens()).isPositive();
    }

    /** The answer is paid for and one reading of it is as good as the other, so it is not thrown away. */
    @Test
    @DisplayName("Row 12: duplicate keys, the last one counts")
    void shouldTakeTheLastOfRepeatedFields() throws IOException {
        ChatResponse answer = answer(calls.answeredWith(FaultServer
                .json(ANSWER.replace("\"completion_tokens\":2", "\"completion_tokens\":9,\"completion_tokens\":2"))
                .getBytes(StandardCharsets.UTF_8)));

        assertThat(answer.getUsage().getCompletionTokens()).isEqualTo(2);
        assertThat(answer.getUsage().getEstimated()).isFalse();
    }

    static Stream<Arguments> contradictions() {
        return Stream.of(
                argumentSet("Row 14: error", "{\"error\":{\"message\":\"boom\"}}", FailureKind.MALFORMED_RESPONSE),
                argumentSet("Row 14: error beside choices", with("\"error\":{\"message\":\"boom\",\"code\":502}"),
                        FailureKind.MALFORMED_RESPONSE),
                argumentSet("Row 14: rate limit", "{\"error\":{\"message\":\"slow\",\"code\":429}}", FailureKind.RATE_LIMITED),
                argumentSet("Row 14: quota", "{\"error\":{\"code\":\"insufficient_quota\"}}", FailureKind.QUOTA_EXHAUSTED),
                argumentSet("Row 14: key", "{\"error\":{\"code\":\"invalid_api_key\"}}", FailureKind.AUTHENTICATION_FAILED),
                argumentSet("Row 14: no choices", "{\"choices\":[]}", FailureKind.MALFORMED_RESPONSE),
                argumentSet("Row 14: choices missing", "{\"id\":\"c1\"}", FailureKind.MALFORMED_RESPONSE),
                argumentSet("Row 14: empty text",
                        ANSWER.replace("\"hi\"", "\"\"").replace("\"completion_tokens\":2", "\"completion_tokens\":0"),
                        FailureKind.MALFORMED_RESPONSE),
                argumentSet("Row 14: filtered", ANSWER.replace("\"hi\"", "null").replace("\"stop\"", "\"content_filter\""),
                        FailureKind.CONTENT_FILTERED),
                argumentSet("Row 14: server error as finish reason", ANSWER.replace("\"stop\"", "\"error\""),
                        FailureKind.SERVER_ERROR));
    }

    @ParameterizedTest
    @MethodSource("contradictions")
    void shouldNotBelieveTheStatusAlone(String body, FailureKind kind) throws IOException {
        expect(calls.answeredWith(FaultServer.json(body).getBytes(StandardCharsets.UTF_8)), kind, SendState.ANSWERED, null);
    }

    @Test
    @DisplayName("Row 14: refusal is an answer")
    void shouldPassARefusalOn() throws IOException {
        ChatResponse answer = answer(calls.answeredWith(FaultServer
                .json(ANSWER.replace("\"content\":\"hi\"", "\"content\":null,\"refusal\":\"no\""))
                .getBytes(StandardCharsets.UTF_8)));

        assertThat(answer.getChoices().getFirst().getMessage().getRefusal()).isEqualTo("no");
        assertThat(answer.getChoices().getFirst().getFinishReason()).isEqualTo(FinishReason.STOP);
    }

    /** An hour is held for two minutes at most; whatever cannot be read is no hint, but still a 429, held for a second. */
    @ParameterizedTest(name = "Row 18: Retry-After {0}")
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            0 | 0 | 1000
            3 | 3000 | 3000
            0.5 | 500 | 1000
            3600 | 3600000 | 120000
            Sat, 21 Nov 2026 10:00:30 GMT | 30000 | 30000
            Sat, 21 Nov 2026 11:00:00 GMT | 3600000 | 120000
            Sat, 21 Nov 2026 09:00:00 GMT | 0 | 1000
            -5 | none | 1000
            soon | none | 1000
            99999999999999999999 | none | 1000
            1e9 | none | 1000
            NaN | none | 1000
            """)
    void shouldClampTheProvidersWish(String header, Long hint, long held) throws IOException {
        CallEnd end = calls.answeredWith(("HTTP/1.1 429 Too Many Requests\r\nRetry-After: " + header
                + "\r\nContent-Length: 2\r\n\r\n{}").getBytes(StandardCharsets.US_ASCII));

        expect(end, FailureKind.RATE_LIMITED, SendState.ANSWERED, null);
        Failure failure = failure(end);
        assertThat(failure.getMaybePaid()).isFalse();
        if (hint == null || !header.contains("GMT")) {
            assertThat(failure.getRetryAfterMillis()).isEqualTo(hint);
        } else {
            // The clock runs while the call does.
            assertThat(failure.getRetryAfterMillis()).isBetween(Math.max(0, hint - 10_000), hint);
        }
        long hold = Feedback.of(end.outcome()).holdMillis();
        assertThat(hold).isBetween(Math.max(0, held == 120_000 ? held : held - 10_000), held);
        DeploymentLimiter limiter = new DeploymentLimiter(Limits.newBuilder().setConcurrency(8).build(), 0);
        limiter.tryAcquire(Lane.INTERACTIVE, 1, 0).finish(Feedback.of(end.outcome()), 1);
        assertThat(limiter.limit()).as("halved").isEqualTo(4);
        assertThat(limiter.tryAcquire(Lane.INTERACTIVE, 1, hold) == null).as("held until then").isTrue();
        assertThat(limiter.tryAcquire(Lane.INTERACTIVE, 1, hold + 1)).as("recovers by itself").isNotNull();
    }

    @Test
    @DisplayName("Row 18: storm of 429")
    void shouldShrinkToTheFloorAndRecoverWhenTheStormIsOver() throws IOException {
        DeploymentLimiter limiter = new DeploymentLimiter(Limits.newBuilder().setConcurrency(64).build(), 0);
        CallEnd refused = calls.answeredWith("HTTP/1.1 429 No\r\nRetry-After: 1\r\nContent-Length: 2\r\n\r\n{}"
                .getBytes(StandardCharsets.US_ASCII));
        long now = 0;
        for (int i = 0; i < 50; i++) {
            now += 3_000;
            limiter.tryAcquire(Lane.INTERACTIVE, 1, now).finish(Feedback.of(refused.outcome()), now + 1);
        }
        assertThat(limiter.limit()).isEqualTo(AimdLimit.FLOOR);

        CallEnd answered = calls.answeredWith(FaultServer.json(ANSWER).getBytes(StandardCharsets.UTF_8));
        for (int round = 0; round < 200; round++) {
            now += 3_000;
            List<Permit> permits = new ArrayList<>();
            while (limiter.inFlight() < limiter.limit()) {
                permits.add(limiter.tryAcquire(Lane.INTERACTIVE, 1, now));
            }
            for (Permit permit : permits) {
                permit.finish(Feedback.of(answered.outcome()), now + 1);
            }
        }
        assertThat(limiter.limit()).as("the operator's limit again").isEqualTo(64);
    }

    @Test
    @DisplayName("Row 19: 401")
    void shouldBlameTheCredentialWhenItIsRefused() throws IOException {
        String body = "{\"error\":{\"code\":\"invalid_api_key\",\"message\":\"Incorrect API key provided: sk-CANARY\"}}";
        CallEnd end = calls.answeredWith(("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII));

        expect(end, FailureKind.AUTHENTICATION_FAILED, SendState.ANSWERED, null);
        assertThat(failure(end).getScope()).isEqualTo(FailureScope.CREDENTIAL);
        assertThat(failure(end).getMaybePaid()).isFalse();
        assertThat(failure(end).getMessage()).doesNotContain("CANARY");
    }

    /** The answer with one more field. */
    private static String with(String field) {
        return "{" + field + "," + ANSWER.substring(1);
    }
}
