package io.spillway.worker.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.contract.json.Json;
import io.spillway.v1.ChatMessage;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.FailureKind;
import io.spillway.v1.FinishReason;
import io.spillway.v1.ToolCall;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.Calls;
import io.spillway.worker.provider.ProviderAdapter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiStreamTest extends OpenAiStreamContract {

    private static final String STOP = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";

    @Override
    protected ProviderAdapter adapter() {
        return new OpenAiAdapter();
    }

    @Override
    protected List<String> answers() {
        OpenAiAdapterTest unary = new OpenAiAdapterTest();
        String text = "\"content\":\"All of it is said in a few words.\"";
        return List.of(unary.answer("Over the hills and far away, Gr\u00fc\u00dfe \ud83d\ude00 \u2028 \\\"quoted\\\"\\n"),
                unary.toolAnswer("call_1", "look_up", "{\"q\":\"caf\u00e9\"}"),
                unary.answerWithoutUsage("no counts here, none at all"),
                unary.answerStoppedBy("length"),
                OpenAiErrorCases.answer("\"reasoning_content\":\"let me think about that\"," + text, "stop",
                        OpenAiErrorCases.USAGE),
                OpenAiErrorCases.answer(text, "stop", OpenAiErrorCases.USAGE).replace("\"logprobs\":null",
                        "\"logprobs\":{\"content\":[{\"token\":\"a\",\"logprob\":-0.5},{\"token\":\"b\",\"logprob\":-1.25}]}"),
                "{\"id\":\"x\",\"model\":\"m\",\"created\":1790000000,\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
                        + text
                        + "},\"finish_reason\":\"stop\"},{\"index\":1,\"message\":{\"role\":\"assistant\",\"content\":null,"
                        + "\"tool_calls\":[{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},"
                        + "{\"id\":\"b\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"x\\\":1}\"}}]},"
                        + "\"finish_reason\":\"tool_calls\"}],\"provider\":\"who\"" + OpenAiErrorCases.USAGE + "}");
    }

    @Test
    void shouldAskForUsageUnlessTheDeploymentDropsThat() {
        assertThat(body(Map.of("stream", "true")).at("/stream_options/include_usage").asBoolean()).isTrue();
        assertThat(body(Map.of("stream", "true", "drop", "stream_options")).has("stream_options")).isFalse();
        assertThat(body(Map.of()).has("stream_options")).isFalse();
    }

    private JsonNode body(Map<String, String> settings) {
        return Json.readObject(new String(adapter().toHttp(call(settings)).body(), StandardCharsets.UTF_8));
    }

    @Test
    void shouldReadUsageWhereverItComes() {
        String usage = ",\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":3,\"total_tokens\":12}}\n\n";
        String text = delta("\"content\":\"hi\"");
        String withLast = text + STOP.replace("}\n\n", usage) + DONE;
        String withEach = text.replace("}\n\n", usage.replace("3,", "1,")) + STOP.replace("}\n\n", usage) + DONE;
        String behind = text + STOP + "data: {\"choices\":[]" + usage + DONE;
        for (String stream : List.of(withLast, withEach, behind)) {
            assertThat(answered(stream).getUsage().getCompletionTokens()).as(stream).isEqualTo(3);
            assertThat(answered(stream).getUsage().getEstimated()).isFalse();
        }
        assertThat(answered(text + STOP + DONE).getUsage().getEstimated()).isTrue();
    }

    /** A proxy in front of a dead server sends the mark; half a server sends a reason and then nothing. */
    @Test
    void shouldWantBothTheReasonAndTheMark() {
        String text = delta("\"content\":\"hi\"");
        assertMalformed(outcome(text + DONE), "no finish reason");
        assertMalformed(outcome(text + STOP.replace("\"stop\"", "\"\"") + DONE), "an empty finish reason");
        assertMalformed(outcome(text + STOP), "no mark");
        assertMalformed(outcome(DONE), "nothing");
        assertMalformed(outcome(STOP + DONE), "no content");
        assertMalformed(outcome(delta("\"role\":\"assistant\",\"content\":\"\"") + STOP + DONE), "empty content");
        assertMalformed(outcome(text + text.replace("\"index\":0", "\"index\":1") + STOP + DONE), "one of two choices is open");
        assertThat(answered(text + STOP + DONE).getChoices().getFirst().getFinishReason()).isEqualTo(FinishReason.STOP);
    }

    @ParameterizedTest
    @ValueSource(strings = {
            // one number for all calls
            "[{'index':0,'id':'a','function':{'name':'f','arguments':''}}]~[{'index':0,'function':{'arguments':'{}'}}]"
                    + "~[{'index':0,'id':'b','function':{'name':'g','arguments':'{}'}}]",
            // the name and an empty id repeated
            "[{'index':0,'id':'a','function':{'name':'f','arguments':''}}]~[{'index':0,'id':'','function':{'name':'f','arguments':'{}'}}]"
                    + "~[{'index':1,'id':'b','function':{'name':'g','arguments':'{'}}]~[{'index':1,'id':'b','function':{'name':'g','arguments':'}'}}]",
            // no numbers
            "[{'id':'a','function':{'name':'f','arguments':'{'}}]~[{'function':{'arguments':'}'}}]~[{'id':'b','function':{'name':'g','arguments':'{}'}}]",
            // whole calls in one delta, arguments as objects
            "[{'id':'a','function':{'name':'f','arguments':{}}},{'id':'b','function':{'name':'g','arguments':{}}}]",
            // in turns
            "[{'index':0,'id':'a','function':{'name':'f','arguments':'{'}}]~[{'index':1,'id':'b','function':{'name':'g','arguments':'{'}}]"
                    + "~[{'index':0,'function':{'arguments':'}'}}]~[{'index':1,'function':{'arguments':'}'}}]"})
    void shouldJoinToolCallsAsCompatibleServersStreamThem(String deltas) {
        StringBuilder stream = new StringBuilder();
        for (String calls : deltas.replace('\'', '"').split("~", -1)) {
            stream.append(delta("\"tool_calls\":" + calls));
        }
        ChatMessage message = answered(stream + STOP + DONE).getChoices().getFirst().getMessage();
        assertThat(message.getToolCalls()).extracting(ToolCall::getId).containsExactly("a", "b");
        assertThat(message.getToolCalls()).extracting(ToolCall::getName).containsExactly("f", "g");
        assertThat(message.getToolCalls()).extracting(ToolCall::getArguments).containsExactly("{}", "{}");
    }

    @Test
    void shouldJoinReasoningInAllItsForms() {
        ChatMessage openRouter = answered(delta(
                "\"reasoning\":\"a\",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"index\":0,\"text\":\"a\"}]")
                + delta("\"reasoning\":\"b\",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"index\":0,\"text\":\"b\",\"signature\":\"s\"}]")
                + delta("\"content\":\"c\"") + STOP + DONE).getChoices().getFirst().getMessage();
        JsonNode extra = Json.readObject(openRouter.getExtra());
        assertThat(extra.path("reasoning").asText()).isEqualTo("ab");
        assertThat(extra.at("/reasoning_details/0/text").asText()).isEqualTo("ab");
        assertThat(extra.at("/reasoning_details/0/signature").asText()).isEqualTo("s");
        assertThat(extra.path("reasoning_details").size()).isEqualTo(1);
    }

    @Test
    void shouldTolerateAzuresFirstChunkAndEmptyOnes() {
        ChatResponse response = answered(
                "data: {\"id\":\"\",\"model\":\"\",\"created\":0,\"choices\":[],\"prompt_filter_results\":[]}\n\n"
                        + "data: {\"id\":\"real\",\"model\":\"m\",\"created\":5,\"choices\":null}\n\n"
                        + delta("\"content\":\"hi\"") + STOP + DONE);
        assertThat(response.getId()).isEqualTo("real");
        assertThat(response.getModel()).isEqualTo("m");
        assertThat(response.getCreated()).isEqualTo(5);
    }

    @Test
    void shouldClassifyErrorsOfStreamsAsThoseOfBodies() {
        Map<String, FailureKind> errors = Map.of(
                "{\"error\":{\"code\":502,\"message\":\"Network connection lost.\"},\"choices\":[{\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"}]}",
                FailureKind.SERVER_ERROR, "{\"error\":{\"code\":429,\"message\":\"x\"}}", FailureKind.RATE_LIMITED,
                "{\"error\":{\"message\":\"maximum context length is 8 tokens\",\"code\":400}}",
                FailureKind.CONTEXT_WINDOW_EXCEEDED,
                "{\"error\":\"boom\"}", FailureKind.SERVER_ERROR,
                "{\"object\":\"error\",\"message\":\"engine died\",\"code\":500}",
                FailureKind.SERVER_ERROR,
                // No caller's fault: the server had accepted the request.
                "{\"error\":{\"code\":400,\"message\":\"bad\"}}", FailureKind.MALFORMED_RESPONSE,
                "{\"choices\":[{\"delta\":{},\"finish_reason\":\"insufficient_system_resource\"}]}", FailureKind.OVERLOADED,
                "{\"choices\":[{\"delta\":{},\"error\":{\"code\":503,\"message\":\"x\"}}]}", FailureKind.OVERLOADED);
        errors.forEach((data, kind) -> {
            CallOutcome outcome = outcome(delta("\"content\":\"partial\"") + "data: " + data + "\n\n");
            assertThat(((CallOutcome.Failed) outcome).failure().getKind()).as(data).isEqualTo(kind);
        });
        CallOutcome named = outcome("event: error\ndata: {\"message\":\"x\",\"code\":\"rate_limit_exceeded\"}\n\n");
        assertThat(((CallOutcome.Failed) named).failure().getKind()).isEqualTo(FailureKind.RATE_LIMITED);
    }

    @Test
    void shouldStreamUnderEveryPreset() {
        for (String preset : Presets.names()) {
            ProviderAdapter adapter = Presets.adapter(preset).orElseThrow();
            assertThat(asksToStream(adapter.toHttp(call(Map.of("stream", "true"))))).as(preset).isTrue();
            assertThat(adapter.stream(Calls.of(Calls.request(Calls.user("hi"))), head(contentType()))).as(preset).isPresent();
        }
    }

    private static String delta(String fields) {
        return "data: {\"choices\":[{\"index\":0,\"delta\":{" + fields + "},\"finish_reason\":null}]}\n\n";
    }
}
