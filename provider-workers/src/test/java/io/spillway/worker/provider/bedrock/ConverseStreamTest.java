package io.spillway.worker.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.contract.json.ChatResponseJson;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.Failure;
import io.spillway.v1.FailureKind;
import io.spillway.v1.FinishReason;
import io.spillway.worker.provider.AnswerAssembler;
import io.spillway.worker.provider.AnswerAssembler.Progress;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.Calls;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.ProviderCall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

class ConverseStreamTest {

    private static final int MUTATIONS = Integer.getInteger("spillway.fuzz", 2_000);

    private static final byte[] START = event("messageStart", "{\"p\":\"abcd\",\"role\":\"assistant\"}");
    private static final byte[] STOP = event("messageStop", "{\"stopReason\":\"end_turn\"}");
    private static final byte[] METADATA = event("metadata",
            "{\"metrics\":{\"latencyMs\":7},\"usage\":" + BedrockErrorCases.USAGE + "}");

    private final BedrockAdapter adapter = new BedrockAdapter();
    private final ProviderCall call = Calls.of(Calls.request(Calls.user("hi")));
    private final HttpAnswer head = new HttpAnswer(200,
            Map.of("content-type", List.of("application/vnd.amazon.eventstream"), "x-amzn-requestid", List.of("r-1")),
            new byte[0]);

    static byte[] event(String type, String payload) {
        return message(Map.of(":message-type", "event", ":event-type", type, ":content-type", "application/json"), payload);
    }

    static byte[] exception(String type, String payload) {
        return message(Map.of(":message-type", "exception", ":exception-type", type, ":content-type", "application/json"),
                payload);
    }

    private static byte[] message(Map<String, String> headers, String payload) {
        Map<String, HeaderValue> values = new java.util.TreeMap<>();
        headers.forEach((name, value) -> values.put(name, HeaderValue.fromString(value)));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Message(values, payload.getBytes(StandardCharsets.UTF_8)).encode(out);
        return out.toByteArray();
    }

    private static byte[] delta(int index, String delta) {
        return event("contentBlockDelta", "{\"contentBlockIndex\":" + index + ",\"delta\":" + delta + "}");
    }

    private static byte[] stop(int index) {
        return event("contentBlockStop", "{\"contentBlockIndex\":" + index + "}");
    }

    /** A whole stream that says the text in words. */
    static byte[] answer(String text, String stopReason) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(START);
        for (String word : text.split("(?<= )")) {
            out.writeBytes(delta(0, "{\"text\":\"" + word + "\"}"));
        }
        out.writeBytes(stop(0));
        out.writeBytes(event("messageStop", "{\"stopReason\":\"" + stopReason + "\"}"));
        out.writeBytes(METADATA);
        return out.toByteArray();
    }

    private static byte[] join(byte[]... pieces) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            out.writeBytes(piece);
        }
        return out.toByteArray();
    }

    private static final byte[] ANSWER = join(START, delta(0, "{\"text\":\"Gr\u00fc\"}"),
            delta(0, "{\"text\":\"\u00dfe \ud83d\ude00\"}"),
            stop(0), STOP, METADATA);
    private static final byte[] TOOL = join(START, delta(0, "{\"reasoningContent\":{\"text\":\"h\"}}"),
            delta(0, "{\"reasoningContent\":{\"text\":\"m\"}}"), delta(0, "{\"reasoningContent\":{\"signature\":\"s\"}}"),
            stop(0),
            delta(1, "{\"text\":\"let me\"}"), stop(1),
            event("contentBlockStart",
                    "{\"contentBlockIndex\":2,\"start\":{\"toolUse\":{\"toolUseId\":\"i1\",\"name\":\"look_up\"}}}"),
            delta(2, "{\"toolUse\":{\"input\":\"{\\\"q\\\"\"}}"), delta(2, "{\"toolUse\":{\"input\":\":\\\"x\\\"}\"}}"), stop(2),
            event("contentBlockStart",
                    "{\"contentBlockIndex\":3,\"start\":{\"toolUse\":{\"toolUseId\":\"i2\",\"name\":\"now\"}}}"),
            stop(3), event("messageStop", "{\"stopReason\":\"tool_use\"}"), METADATA);

    private CallOutcome whole(byte[] body) {
        AnswerAssembler assembler = adapter.stream(call, head).orElseThrow();
        assembler.feed(body, 0, body.length);
        return assembler.end();
    }

    private ChatResponse answered(byte[] body) {
        CallOutcome outcome = whole(body);
        assertThat(outcome).isInstanceOf(CallOutcome.Answered.class);
        return ((CallOutcome.Answered) outcome).response();
    }

    private Failure failed(byte[] body) {
        CallOutcome outcome = whole(body);
        assertThat(outcome).isInstanceOf(CallOutcome.Failed.class);
        return ((CallOutcome.Failed) outcome).failure();
    }

    @Test
    void shouldAssembleWhatTheUnaryCallWouldHaveAnswered() {
        // Given the same answer in one piece
        String unary = BedrockErrorCases
                .answer("{\"reasoningContent\":{\"reasoningText\":{\"text\":\"hm\"}}},{\"text\":\"let me\"},"
                        + "{\"toolUse\":{\"toolUseId\":\"i1\",\"name\":\"look_up\",\"input\":{\"q\":\"x\"}}},"
                        + "{\"toolUse\":{\"toolUseId\":\"i2\",\"name\":\"now\",\"input\":{}}}", "tool_use",
                        BedrockErrorCases.USAGE)
                .replace("551", "7");
        HttpAnswer same = new HttpAnswer(200, Map.of("x-amzn-requestid", List.of("r-1")), unary.getBytes(StandardCharsets.UTF_8));

        // When
        ChatResponse response = answered(TOOL);

        // Then
        assertThat(response).isEqualTo(((CallOutcome.Answered) adapter.fromHttp(call, same)).response());
        assertThat(response.getId()).isEqualTo("r-1");
        assertThat(response.getUsage().getPromptTokens()).isEqualTo(100);
        // And so does a caller that has the stream as a whole.
        assertThat(adapter.fromHttp(call, new HttpAnswer(200, head.headers(), TOOL)))
                .isEqualTo(new CallOutcome.Answered(response));
    }

    @Test
    void shouldTakeTheStreamInPiecesOfAnySize() {
        ChatResponse expected = answered(TOOL);
        for (int size = 1; size < 50; size++) {
            AnswerAssembler assembler = adapter.stream(call, head).orElseThrow();
            Progress last = Progress.NOTHING;
            for (int at = 0; at < TOOL.length; at += size) {
                byte[] scratch = Arrays.copyOfRange(TOOL, at, Math.min(TOOL.length, at + size));
                last = assembler.feed(scratch, 0, scratch.length);
                Arrays.fill(scratch, (byte) 7);
            }
            assertThat(last).isEqualTo(Progress.ENDED);
            assertThat(assembler.end()).as("pieces of %d", size).isEqualTo(new CallOutcome.Answered(expected));
        }
    }

    @Test
    void shouldTellTokensFromTheRest() {
        AnswerAssembler assembler = adapter.stream(call, head).orElseThrow();
        byte[] token = delta(0, "{\"text\":\"x\"}");
        assertThat(assembler.feed(START, 0, START.length)).isEqualTo(Progress.NOTHING);
        assertThat(assembler.feed(token, 0, 20)).isEqualTo(Progress.NOTHING);
        assertThat(assembler.feed(token, 20, token.length - 20)).isEqualTo(Progress.TOKEN);
        assertThat(assembler.feed(stop(0), 0, stop(0).length)).isEqualTo(Progress.NOTHING);
        assertThat(assembler.feed(STOP, 0, STOP.length)).isEqualTo(Progress.NOTHING);
        assertThat(assembler.feed(METADATA, 0, METADATA.length)).isEqualTo(Progress.ENDED);
        assertThat(assembler.feed(START, 0, START.length)).isEqualTo(Progress.ENDED);
        assertThat(assembler.end()).isInstanceOf(CallOutcome.Answered.class);
    }

    @Test
    void shouldNeverTakeACutStreamForAnAnswer() {
        int complete = ANSWER.length - METADATA.length;
        for (byte[] body : List.of(ANSWER, TOOL)) {
            int withoutCounts = body.length - METADATA.length;
            for (int length = 0; length < body.length; length++) {
                if (length != withoutCounts) {
                    assertThat(failed(Arrays.copyOf(body, length)).getKind()).as("%d bytes", length)
                            .isEqualTo(FailureKind.MALFORMED_RESPONSE);
                }
            }
        }
        // All is said; only the counts are missing.
        ChatResponse response = answered(Arrays.copyOf(ANSWER, complete));
        assertThat(response.getChoices().getFirst().getMessage().getContent()).isEqualTo("Gr\u00fc\u00dfe \ud83d\ude00");
        assertThat(response.getUsage().getEstimated()).isTrue();
    }

    @Test
    void shouldNoticeEveryDamagedByte() {
        for (int at = 0; at < ANSWER.length; at++) {
            byte[] damaged = ANSWER.clone();
            damaged[at] ^= 0x10;
            assertThat(failed(damaged).getKind()).as("byte %d", at).isEqualTo(FailureKind.MALFORMED_RESPONSE);
        }
    }

    @ParameterizedTest
    @CsvSource({"throttlingException,RATE_LIMITED", "serviceUnavailableException,OVERLOADED",
            "internalServerException,SERVER_ERROR",
            "modelStreamErrorException,SERVER_ERROR", "modelTimeoutException,SERVER_ERROR", "validationException,INVALID_REQUEST",
            "modelNotReadyException,OVERLOADED", "brandNewException,SERVER_ERROR"})
    void shouldClassifyExceptionsInsideTheStream(String type, FailureKind kind) {
        byte[] body = join(START, delta(0, "{\"text\":\"x\"}"), exception(type, "{\"message\":\"m\"}"), STOP, METADATA);
        Failure failure = failed(body);
        assertThat(failure.getKind()).isEqualTo(kind);
        assertThat(failure.getProviderCode()).isEqualTo(type);
        assertThat(failure.getMaybePaid()).isTrue();
        assertThat(failed(exception(type, "")).getKind()).isEqualTo(kind);
    }

    @Test
    void shouldReadMoreOfAnException() {
        assertThat(failed(exception("validationException", "{\"message\":\"Input is too long for requested model.\"}")).getKind())
                .isEqualTo(FailureKind.CONTEXT_WINDOW_EXCEEDED);
        assertThat(failed(exception("modelStreamErrorException", "{\"message\":\"x\",\"originalStatusCode\":429}")).getKind())
                .isEqualTo(FailureKind.RATE_LIMITED);
        byte[] error = message(Map.of(":message-type", "error", ":error-code", "ThrottlingException", ":error-message", "x"), "");
        assertThat(failed(error).getKind()).isEqualTo(FailureKind.RATE_LIMITED);
    }

    @Test
    void shouldRefuseStreamsThatMakeNoSense() {
        byte[] text = delta(0, "{\"text\":\"x\"}");
        for (byte[] body : List.of(join(text, STOP, METADATA), join(START, START, text, STOP, METADATA),
                join(START, text, STOP, text, METADATA), join(START, text, STOP, STOP, METADATA), join(START, METADATA),
                join(START, event("messageStop", "no JSON")),
                join(START, event("contentBlockStart",
                        "{\"contentBlockIndex\":0,\"start\":{\"toolUse\":{\"toolUseId\":\"i\",\"name\":\"f\"}}}"),
                        delta(0, "{\"toolUse\":{\"input\":\"{\\\"q\\\":\"}}"),
                        event("messageStop", "{\"stopReason\":\"tool_use\"}"),
                        METADATA),
                "data: {}\n\n".repeat(4).getBytes(StandardCharsets.UTF_8))) {
            assertThat(failed(body).getKind()).isEqualTo(FailureKind.MALFORMED_RESPONSE);
        }
    }

    @Test
    void shouldKeepArgumentsThatTheLimitCutShort() {
        ChatResponse response = answered(join(START, event("contentBlockStart",
                "{\"contentBlockIndex\":0,\"start\":{\"toolUse\":{\"toolUseId\":\"i\",\"name\":\"f\"}}}"),
                delta(0, "{\"toolUse\":{\"input\":\"{\\\"q\\\":\"}}"), event("messageStop", "{\"stopReason\":\"max_tokens\"}"),
                METADATA));
        assertThat(response.getChoices().getFirst().getFinishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(response.getChoices().getFirst().getMessage().getToolCalls().getFirst().getArguments()).isEqualTo("{\"q\":");
    }

    @Test
    void shouldIgnoreWhatItDoesNotKnow() {
        ChatResponse response = answered(join(event("initial-response", "{}"), START,
                delta(0, "{\"text\":\"a\",\"brandNew\":{}}"), event("brandNewEvent", "{\"x\":1}"),
                message(Map.of(":message-type", "brand-new"), "?"),
                delta(1, "{\"citation\":{\"title\":\"t\"}}"), delta(1, "{\"text\":\"b\"}"), STOP, METADATA));
        JsonNode tree = ChatResponseJson.tree(response);
        assertThat(tree.at("/choices/0/message/content").asText()).isEqualTo("ab");
        assertThat(tree.at("/choices/0/message/citations/0/title").asText()).isEqualTo("t");
    }

    @Test
    void shouldOnlyStreamWhatIsAnEventStream() {
        assertThat(adapter.stream(call, new HttpAnswer(200, Map.of("content-type", List.of("application/json")), new byte[0])))
                .isEmpty();
    }

    @Test
    void shouldNeverThrowAndNeverTakeADamagedStreamForAnAnswer() {
        SplittableRandom random = new SplittableRandom(20261121);
        int answers = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] body = (i % 2 == 0 ? ANSWER : TOOL).clone();
            int at = random.nextInt(body.length);
            int length = random.nextInt(1, 30);
            byte[] mutated = switch (random.nextInt(4)) {
                case 0 ->
                    join(Arrays.copyOf(body, at), Arrays.copyOfRange(body, Math.min(body.length, at + length), body.length));
                case 1 -> join(Arrays.copyOf(body, at), Arrays.copyOfRange(body, Math.max(0, at - length), body.length));
                case 2 -> join(body, Arrays.copyOf(body, at));
                default -> {
                    body[at] = (byte) random.nextInt(256);
                    yield body;
                }
            };
            CallOutcome outcome = whole(mutated);
            if (outcome instanceof CallOutcome.Answered answer) {
                answers++;
                assertThat(answer).isEqualTo(whole(i % 2 == 0 ? ANSWER : TOOL));
            }
        }
        // What follows the end is not looked at.
        assertThat(answers).isBetween(MUTATIONS / 8, MUTATIONS / 2);
    }
}
