package io.spillway.worker.provider.ollama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.contract.json.Json;
import io.spillway.v1.ChatMessage;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.FailureKind;
import io.spillway.v1.FinishReason;
import io.spillway.worker.provider.Calls;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderAdapter;
import io.spillway.worker.provider.ProviderAdapterContract;
import io.spillway.worker.provider.UntranslatableRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OllamaAdapterTest extends ProviderAdapterContract {

    private static final String USAGE = ",\"total_duration\":5191566416,\"load_duration\":2154458,\"prompt_eval_count\":100,"
            + "\"prompt_eval_duration\":383809000,\"eval_count\":40,\"eval_duration\":4799921000";

    private static String answer(String message, String reason, String usage) {
        return "{\"model\":\"llama3.2\",\"created_at\":\"2026-11-21T11:59:58.499127Z\",\"message\":{\"role\":\"assistant\","
                + message
                + "},\"done_reason\":\"" + reason + "\",\"done\":true" + usage + "}";
    }

    private static String error(String text) {
        return "{\"error\":\"" + text + "\"}";
    }

    @Override
    protected ProviderAdapter adapter() {
        return new OllamaAdapter();
    }

    @Override
    protected String answer(String text) {
        return answer("\"content\":\"" + text + "\"", "stop", USAGE);
    }

    @Override
    protected String toolAnswer(String id, String name, String arguments) {
        return answer("\"content\":\"\",\"tool_calls\":[{\"id\":\"" + id + "\",\"function\":{\"index\":0,\"name\":\"" + name
                + "\",\"arguments\":" + arguments + "}}]", "stop", USAGE);
    }

    @Override
    protected String answerStoppedBy(String reason) {
        return answer("\"content\":\"x\"", reason, USAGE);
    }

    @Override
    protected Map<String, FinishReason> stopReasons() {
        return Map.of("stop", FinishReason.STOP, "length", FinishReason.LENGTH, "", FinishReason.STOP);
    }

    @Override
    protected String answerWithUsage() {
        return answer("x");
    }

    @Override
    protected int cachedTokens() {
        return 0;
    }

    @Override
    protected int cacheWriteTokens() {
        return 0;
    }

    @Override
    protected String countSuffix() {
        return "_count";
    }

    @Override
    protected boolean takesImageUrls() {
        return false;
    }

    @Override
    protected String answerWithoutUsage(String text) {
        return answer("\"content\":\"" + text + "\"", "stop", "");
    }

    @Override
    protected List<ErrorCase> errors() {
        return List.of(
                new ErrorCase("bad request", 400, error("invalid options: num_predict"), FailureKind.INVALID_REQUEST),
                new ErrorCase("overflow", 400, error("the input length exceeds the context length"),
                        FailureKind.CONTEXT_WINDOW_EXCEEDED),
                new ErrorCase("overflow as a failure", 500, error("the input length exceeds the context length"),
                        FailureKind.CONTEXT_WINDOW_EXCEEDED),
                new ErrorCase("thinking", 400, error("\\\"llama3.2\\\" does not support thinking"),
                        FailureKind.UNSUPPORTED_PARAMETER, "reasoning_effort"),
                new ErrorCase("tools", 400, error("registry.ollama.ai/library/x:latest does not support tools"),
                        FailureKind.UNSUPPORTED_PARAMETER),
                new ErrorCase("model", 404, error("model 'x' not found"), FailureKind.MODEL_NOT_FOUND),
                new ErrorCase("cloud key", 401, error("unauthorized"), FailureKind.AUTHENTICATION_FAILED),
                new ErrorCase("cloud plan", 402, error("x"), FailureKind.QUOTA_EXHAUSTED),
                new ErrorCase("cloud model", 403, error("this model requires a subscription"), FailureKind.PERMISSION_DENIED),
                new ErrorCase("cloud rate", 429, error("too many concurrent requests"), FailureKind.RATE_LIMITED),
                new ErrorCase("gone", 499, error("context canceled"), FailureKind.SERVER_ERROR),
                new ErrorCase("runner", 500, error("model runner has unexpectedly stopped"), FailureKind.SERVER_ERROR),
                new ErrorCase("cloud", 502, error("x"), FailureKind.SERVER_ERROR),
                new ErrorCase("queue", 503, error("server busy, please try again.  maximum pending requests exceeded"),
                        FailureKind.OVERLOADED),
                new ErrorCase("guardrail of a proxy", 446, error("x"), FailureKind.CONTENT_FILTERED),
                new ErrorCase("teapot", 418, error("x"), FailureKind.UNKNOWN),
                new ErrorCase("late", 200, error("server busy, please try again"), FailureKind.OVERLOADED),
                new ErrorCase("late overflow", 200, error("the input length exceeds the context length"),
                        FailureKind.CONTEXT_WINDOW_EXCEEDED),
                new ErrorCase("load", 200, answer("\"content\":\"\"", "load", ""), FailureKind.SERVER_ERROR),
                new ErrorCase("unload", 200, answer("\"content\":\"\"", "unload", ""), FailureKind.SERVER_ERROR));
    }

    @Override
    protected List<String> malformed() {
        return List.of(answer("x").replace("\"done\":true", "\"done\":false"), answer("x").replace("\"done\":true,", ""),
                "{\"done\":true}", answer("\"content\":\"\"", "stop", ""), answer("\"content\":null", "stop", ""),
                answer("\"content\":\"\",\"tool_calls\":[{\"function\":{\"arguments\":{}}}]", "stop", USAGE),
                // What a server that streams all the same would send.
                answer("x").replace("\"done\":true", "\"done\":false") + "\n" + answer("\"content\":\"\"", "stop", USAGE));
    }

    @Override
    protected String systemIn(JsonNode body) {
        assertThat(body.at("/messages/0/role").asText()).isEqualTo("system");
        return body.at("/messages/0/content").asText();
    }

    @Override
    protected List<String> turnsIn(JsonNode body) {
        List<String> turns = new ArrayList<>();
        body.path("messages")
                .forEach(message -> turns.add(message.path("role").asText() + ":" + message.path("content").asText()));
        turns.removeIf(turn -> turn.startsWith("system:"));
        return turns;
    }

    @Override
    protected List<String> toolCallIn(JsonNode body) {
        JsonNode call = body.at("/messages/1/tool_calls/0");
        assertThat(call.at("/function/arguments").isObject()).isTrue();
        return List.of(call.path("id").asText(), call.at("/function/name").asText(), call.at("/function/arguments").toString());
    }

    @Override
    protected List<String> toolResultIn(JsonNode body) {
        assertThat(body.at("/messages/2/tool_name").asText()).isEqualTo("look_up");
        return List.of(body.at("/messages/2/tool_call_id").asText(), body.at("/messages/2/content").asText());
    }

    @Override
    protected JsonNode toolIn(JsonNode body) {
        return body.at("/tools/0/function/parameters");
    }

    @Override
    protected List<String> imagesIn(JsonNode body) {
        assertThat(body.at("/messages/0/content").asText()).isEqualTo("look");
        return List.of(body.at("/messages/0/images/0").asText(), body.at("/messages/0/images/1").asText());
    }

    @Override
    protected JsonNode schemaIn(JsonNode body) {
        return body.path("format");
    }

    @Test
    void shouldAskForOneAnswerAndForAnErrorInsteadOfATruncatedPrompt() {
        // When
        HttpCall http = adapter().toHttp(Calls.with(Calls.requestWith(
                ",\"max_tokens\":7,\"temperature\":0.5,\"top_p\":0.9,\"seed\":3,\"stop\":[\"x\"],\"top_k\":5,\"user\":\"u\"",
                Calls.user("hi")), Map.of("num-ctx", "8192", "keep-alive", "10m"), Set.of()));

        // Then
        assertThat(http.uri()).hasToString(Calls.ENDPOINT + "/api/chat");
        assertThat(tree(http)).isEqualTo(Json.readObject("{\"model\":\"" + Calls.MODEL + "\",\"stream\":false,\"truncate\":false,"
                + "\"shift\":false,\"messages\":[" + Calls.user("hi") + "],\"options\":{\"temperature\":0.5,\"top_p\":0.9,"
                + "\"seed\":3,\"num_predict\":7,\"stop\":[\"x\"],\"top_k\":5,\"num_ctx\":8192},\"keep_alive\":\"10m\"}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"n\":2", "\"logit_bias\":{\"1\":2}", "\"num_ctx\":999999", "\"keep_alive\":-1",
            "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\"}}],\"tool_choice\":\"required\""})
    void shouldRefuseWhatItCannotSayUnlessItMayBeDropped(String parameter) {
        var request = Calls.requestWith("," + parameter, Calls.user("hi"));
        assertThatThrownBy(() -> adapter().toHttp(Calls.of(request))).isInstanceOfSatisfying(UntranslatableRequestException.class,
                e -> {
                    JsonNode body = tree(adapter().toHttp(Calls.with(request, Map.of(), Set.of(e.parameter()))));
                    assertThat(body.has(e.parameter())).isFalse();
                    assertThat(body.path("options").has(e.parameter())).isFalse();
                });
    }

    @ParameterizedTest
    @CsvSource({"none,switch,false", "low,switch,true", "none,levels,false", "minimal,levels,low", "max,levels,high"})
    void shouldSwitchThinking(String effort, String setting, String think) {
        var request = Calls.requestWith(",\"reasoning_effort\":\"" + effort + "\"", Calls.user("hi"));
        assertThat(tree(adapter().toHttp(Calls.with(request, Map.of("think", setting), Set.of()))).path("think").asText())
                .isEqualTo(think);
    }

    @Test
    void shouldOfferNoToolsWhenNoneMayBeCalled() {
        JsonNode body = tree(adapter().toHttp(Calls.of(Calls.requestWith(
                ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\"}}],\"tool_choice\":\"none\"",
                Calls.user("hi")))));
        assertThat(body.has("tools")).isFalse();
    }

    @Test
    void shouldMakeUpIdsAndKeepThinkingTimeAndTimings() {
        // When
        ChatResponse response = answered(200, answer("\"content\":\"\",\"thinking\":\"hm\",\"tool_calls\":["
                + "{\"function\":{\"name\":\"a\",\"arguments\":{}}},{\"function\":{\"name\":\"b\",\"arguments\":{\"x\":1}}}]",
                "stop",
                USAGE));

        // Then
        ChatMessage message = response.getChoices().getFirst().getMessage();
        assertThat(message.getToolCalls()).extracting("id").doesNotHaveDuplicates().allMatch(id -> ((String) id).length() > 7);
        assertThat(Json.readObject(message.getExtra()).path("reasoning_content").asText()).isEqualTo("hm");
        assertThat(response.getModel()).isEqualTo("llama3.2");
        assertThat(response.getCreated()).isEqualTo(Calls.NOW.getEpochSecond() - 2);
        assertThat(Json.readObject(response.getExtra()).path("eval_duration").asLong()).isEqualTo(4_799_921_000L);
    }

    @Test
    void shouldEstimateUsageWhenThePromptWasCached() {
        ChatResponse response = answered(200, answer("\"content\":\"x\"", "stop", ",\"eval_count\":40"));
        assertThat(response.getUsage().getEstimated()).isTrue();
    }
}
