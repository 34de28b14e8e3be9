package io.spillway.worker.provider.mistral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.contract.json.Json;
import io.spillway.v1.ChatMessage;
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

class MistralAdapterTest extends ProviderAdapterContract {

    private static final String USAGE = ",\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":40,\"total_tokens\":140,"
            + "\"prompt_audio_seconds\":null}";

    private static String answer(String message, String finishReason, String usage) {
        return "{\"id\":\"5a9c\",\"object\":\"chat.completion\",\"created\":1790000000,\"model\":\"mistral-large-2512\",\"choices\":"
                + "[{\"index\":0,\"message\":{\"role\":\"assistant\"," + message + "},\"finish_reason\":\"" + finishReason
                + "\"}]"
                + usage + "}";
    }

    private static String error(String type, String code, String message) {
        return "{\"object\":\"error\",\"message\":\"" + message + "\",\"type\":\"" + type + "\",\"param\":null,\"code\":" + code
                + "}";
    }

    private static String invalidField(String field, String type, String message) {
        return "{\"detail\":[{\"type\":\"" + type + "\",\"loc\":[\"body\",\"" + field + "\"],\"msg\":\"" + message + "\"}]}";
    }

    @Override
    protected ProviderAdapter adapter() {
        return new MistralAdapter();
    }

    @Override
    protected String answer(String text) {
        return answer("\"content\":\"" + text + "\",\"tool_calls\":null,\"prefix\":false", "stop", USAGE);
    }

    @Override
    protected String toolAnswer(String id, String name, String arguments) {
        return answer("\"content\":\"\",\"tool_calls\":[{\"id\":\"" + id + "\",\"function\":{\"name\":\"" + name
                + "\",\"arguments\":\"" + arguments.replace("\"", "\\\"") + "\"},\"index\":0}]", "tool_calls", USAGE);
    }

    @Override
    protected String answerStoppedBy(String reason) {
        return answer("\"content\":\"x\"", reason, USAGE);
    }

    @Override
    protected Map<String, FinishReason> stopReasons() {
        return Map.of("stop", FinishReason.STOP, "length", FinishReason.LENGTH, "model_length", FinishReason.LENGTH, "tool_calls",
                FinishReason.TOOL_CALLS);
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
    protected String answerWithoutUsage(String text) {
        return answer("\"content\":\"" + text + "\"", "stop", "");
    }

    @Override
    protected List<String> answersWithUnknownWords(String text) {
        return List.of(answer("\"content\":[{\"type\":\"scent\",\"scent\":1},{\"type\":\"text\",\"text\":\"" + text
                + "\"}]", "stop", USAGE));
    }

    @Override
    protected List<ErrorCase> errors() {
        return List.of(
                new ErrorCase("bad request", 400, error("invalid_request_error", "\"3000\"", "Invalid value"),
                        FailureKind.INVALID_REQUEST),
                new ErrorCase("window", 400, error("invalid_request_error", "\"3051\"",
                        "Prompt contains 40000 tokens, too large for model with 32768 maximum context length"),
                        FailureKind.CONTEXT_WINDOW_EXCEEDED),
                new ErrorCase("window, number", 400, error("invalid_request_error", "3051", "x"),
                        FailureKind.CONTEXT_WINDOW_EXCEEDED),
                new ErrorCase("order", 400,
                        error("invalid_request_message_order", "\"3230\"", "Unexpected role 'user' after role 'tool'"),
                        FailureKind.UNSUPPORTED_PARAMETER),
                new ErrorCase("older order", 400, error("invalid_request_error", "null",
                        "Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant"),
                        FailureKind.UNSUPPORTED_PARAMETER),
                new ErrorCase("model", 400, error("invalid_model", "\"1500\"", "Invalid model: x"), FailureKind.MODEL_NOT_FOUND),
                new ErrorCase("no route", 404, "{\"message\":\"no Route matched with those values\"}",
                        FailureKind.MODEL_NOT_FOUND),
                new ErrorCase("key", 401, "{\"detail\":\"Unauthorized\"}", FailureKind.AUTHENTICATION_FAILED),
                new ErrorCase("key, error", 401, error("authentication_error", "null", "x"), FailureKind.AUTHENTICATION_FAILED),
                new ErrorCase("credit", 402, error("invalid_request_error", "null", "x"), FailureKind.QUOTA_EXHAUSTED),
                new ErrorCase("tier", 403, error("x", "null", "x"), FailureKind.PERMISSION_DENIED),
                new ErrorCase("extra", 422, invalidField("seed", "extra_forbidden", "Extra inputs are not permitted"),
                        FailureKind.UNSUPPORTED_PARAMETER, "seed"),
                new ErrorCase("range", 422, invalidField("temperature", "less_than_equal", "Input should be less than 1.5"),
                        FailureKind.INVALID_REQUEST),
                new ErrorCase("rate", 429, error("rate_limited", "\"1300\"", "Rate limit exceeded"), FailureKind.RATE_LIMITED),
                new ErrorCase("rate, bare", 429, "{\"message\":\"Requests rate limit exceeded\"}", FailureKind.RATE_LIMITED),
                new ErrorCase("capacity", 429,
                        error("service_tier_capacity_exceeded", "\"3505\"", "Service tier capacity exceeded for this model."),
                        FailureKind.OVERLOADED),
                new ErrorCase("server", 500, error("server_error", "null", "x"), FailureKind.SERVER_ERROR),
                new ErrorCase("busy", 503, error("server_error", "null", "x"), FailureKind.OVERLOADED),
                new ErrorCase("guardrail of a proxy", 446, error("x", "null", "x"), FailureKind.CONTENT_FILTERED),
                new ErrorCase("teapot", 418, error("x", "null", "x"), FailureKind.UNKNOWN),
                new ErrorCase("finish error", 200, answer("\"content\":\"par\"", "error", USAGE), FailureKind.SERVER_ERROR));
    }

    @Override
    protected List<String> malformed() {
        return List.of("{\"choices\":[]}", answer("\"content\":null", "stop", ""), answer("\"content\":[]", "stop", ""),
                error("server_error", "null", "x"));
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

    /** The id that was given, if this is what became of it. */
    private static String given(String id) {
        assertThat(id).matches("[A-Za-z0-9]{9}").isEqualTo(CallIds.of("toolu_1"));
        return "toolu_1";
    }

    @Override
    protected List<String> toolCallIn(JsonNode body) {
        JsonNode call = body.at("/messages/1/tool_calls/0");
        return List.of(given(call.path("id").asText()), call.at("/function/name").asText(),
                call.at("/function/arguments").textValue());
    }

    @Override
    protected List<String> toolResultIn(JsonNode body) {
        return List.of(given(body.at("/messages/2/tool_call_id").asText()), body.at("/messages/2/content").asText());
    }

    @Override
    protected JsonNode toolIn(JsonNode body) {
        return body.at("/tools/0/function/parameters");
    }

    @Override
    protected List<String> imagesIn(JsonNode body) {
        return List.of(body.at("/messages/0/content/1/image_url/url").asText(),
                body.at("/messages/0/content/2/image_url/url").asText());
    }

    @Override
    protected JsonNode schemaIn(JsonNode body) {
        return body.at("/response_format/json_schema/schema");
    }

    @Test
    void shouldSendOnlyFieldsThatMistralKnows() {
        // When
        HttpCall http = adapter().toHttp(Calls.of(Calls.requestWith(
                ",\"max_completion_tokens\":7,\"temperature\":2,\"seed\":3,\"user\":\"u\",\"store\":true,\"logprobs\":false,"
                        + "\"service_tier\":\"flex\",\"safe_prompt\":true,\"metadata\":{\"a\":\"b\"},\"reasoning_effort\":\"xhigh\","
                        + "\"stream_options\":{},\"prompt_cache_retention\":\"24h\"",
                "{\"role\":\"developer\",\"content\":\"d\",\"name\":\"n\"}",
                "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\",\"cache_control\":{}}],\"name\":\"n\"}")));

        // Then
        assertThat(http.uri()).hasToString(Calls.ENDPOINT + "/chat/completions");
        assertThat(http.headers()).extracting(HttpCall.Header::value).contains("Bearer " + Calls.CANARY_KEY);
        assertThat(tree(http)).isEqualTo(Json.readObject("{\"model\":\"" + Calls.MODEL + "\",\"messages\":["
                + Calls.message("system", "d") + ",{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],"
                + "\"temperature\":1.5,\"reasoning_effort\":\"high\",\"max_tokens\":7,\"random_seed\":3,\"safe_prompt\":true,"
                + "\"metadata\":{\"a\":\"b\"}}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"logprobs\":true", "\"logit_bias\":{\"1\":2}", "\"top_k\":5"})
    void shouldRefuseWhatItCannotSayUnlessItMayBeDropped(String parameter) {
        var request = Calls.requestWith("," + parameter, Calls.user("hi"));
        assertThatThrownBy(() -> adapter().toHttp(Calls.of(request))).isInstanceOfSatisfying(UntranslatableRequestException.class,
                e -> assertThat(tree(adapter().toHttp(Calls.with(request, Map.of(), Set.of(e.parameter())))).has(e.parameter()))
                        .isFalse());
    }

    @Test
    void shouldSendWhatTheOperatorDeclaresWhateverItIs() {
        JsonNode body = tree(adapter().toHttp(
                Calls.with(Calls.request(Calls.user("hi")), Map.of("body", "{\"brand_new\":1}", "seed-field", "s"), Set.of())));
        assertThat(body.path("brand_new").asInt()).isEqualTo(1);
    }

    @Test
    void shouldBringTheRolesIntoAnOrderThatMistralTakes() {
        // Given
        String call = "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"call_abc\",\"type\":\"function\",\"function\":"
                + "{\"name\":\"f\",\"arguments\":\"{}\"}}]}";
        String result = "{\"role\":\"tool\",\"tool_call_id\":\"call_abc\",\"content\":\"r\"}";

        // Then
        assertThat(roles(sent(Calls.user("a"), call, result, Calls.user("b"))))
                .containsExactly("user", "assistant", "tool", "assistant", "user");
        assertThat(roles(sent(Calls.user("a"), call, result))).containsExactly("user", "assistant", "tool");
        assertThat(roles(sent(Calls.message("system", "a")))).containsExactly("user");
        assertThat(sent(Calls.user("a"), Calls.message("assistant", "b")).at("/messages/1/prefix").asBoolean()).isTrue();
    }

    private static List<String> roles(JsonNode body) {
        List<String> roles = new ArrayList<>();
        body.path("messages").forEach(message -> roles.add(message.path("role").asText()));
        return roles;
    }

    @ParameterizedTest
    @CsvSource({"abcDEF123,abcDEF123", "call_1,", "'',"})
    void shouldKeepItsOwnIdsAndReplaceOthers(String id, String expected) {
        assertThat(CallIds.of(id)).matches("[A-Za-z0-9]{9}").isEqualTo(expected == null ? CallIds.of(id) : expected);
        assertThat(CallIds.of(id)).isNotEqualTo(CallIds.of(id + "x"));
    }

    @Test
    void shouldReadThinkingChunks() {
        ChatMessage message = answered(200, answer("\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\","
                + "\"text\":\"hm\"}]},{\"type\":\"text\",\"text\":\"hi\"}]", "stop", USAGE)).getChoices().getFirst().getMessage();
        assertThat(message.getContent()).isEqualTo("hi");
        assertThat(Json.readObject(message.getExtra()).path("reasoning_content").asText()).isEqualTo("hm");
    }
}
