package io.spillway.worker.provider.openai;

import static io.spillway.worker.provider.openai.OpenAiErrorCases.USAGE;
import static io.spillway.worker.provider.openai.OpenAiErrorCases.openAi;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.Failure;
import io.spillway.v1.FailureKind;
import io.spillway.v1.FinishReason;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.Calls;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderAdapter;
import io.spillway.worker.provider.ProviderAdapterContract;
import io.spillway.worker.provider.UntranslatableRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiAdapterTest extends ProviderAdapterContract {

    @Override
    protected ProviderAdapter adapter() {
        return new OpenAiAdapter();
    }

    @Override
    protected String answer(String text) {
        return OpenAiErrorCases.answer("\"content\":\"" + text + "\"", "stop", USAGE);
    }

    @Override
    protected String toolAnswer(String id, String name, String arguments) {
        return OpenAiErrorCases.answer(
                "\"content\":null,\"tool_calls\":[{\"id\":\"" + id + "\",\"type\":\"function\",\"function\":{\"name\":\"" + name
                        + "\",\"arguments\":\"" + arguments.replace("\"", "\\\"") + "\"}}]",
                "tool_calls", USAGE);
    }

    @Override
    protected String answerStoppedBy(String reason) {
        return OpenAiErrorCases.answer("\"content\":\"x\"", reason, USAGE);
    }

    @Override
    protected Map<String, FinishReason> stopReasons() {
        return Map.of("stop", FinishReason.STOP, "length", FinishReason.LENGTH, "content_filter", FinishReason.CONTENT_FILTER,
                "tool_calls",
                FinishReason.TOOL_CALLS, "model_length", FinishReason.LENGTH, "", FinishReason.STOP);
    }

    @Override
    protected String answerWithUsage() {
        return answer("x");
    }

    @Override
    protected String answerWithoutUsage(String text) {
        return OpenAiErrorCases.answer("\"content\":\"" + text + "\"", "stop", "");
    }

    @Override
    protected int reasoningTokens() {
        return 5;
    }

    @Override
    protected List<String> answersWithUnknownWords(String text) {
        return List.of(answer(text).replace("\"service_tier\":\"default\"", "\"service_tier\":\"astral\""),
                answer(text).replace("\"annotations\":[]", "\"annotations\":[{\"type\":\"scent\",\"scent\":{}}]"),
                OpenAiErrorCases.answer("\"content\":[{\"type\":\"scent\",\"scent\":1},{\"type\":\"text\",\"text\":\"" + text
                        + "\"}]", "stop", USAGE));
    }

    @Override
    protected List<ErrorCase> errors() {
        return OpenAiErrorCases.all();
    }

    @Override
    protected List<String> malformed() {
        return List.of("{\"choices\":[]}", "{\"choices\":null}", "{\"choices\":{}}", "{\"choices\":[null]}", "{\"choices\":[{}]}",
                "{\"choices\":[{\"message\":null}]}", "{\"choices\":[{\"text\":\"x\"}]}",
                "{\"id\":\"x\",\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":1,\"total_tokens\":6}}",
                OpenAiErrorCases.answer("\"content\":null", "stop", ""), OpenAiErrorCases.answer("\"content\":\"\"", "stop", ""),
                OpenAiErrorCases.answer("\"content\":null", "stop",
                        ",\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":0,\"total_tokens\":9}"),
                OpenAiErrorCases.answer("\"content\":null,\"tool_calls\":[{\"id\":\"a\",\"function\":{\"arguments\":\"{}\"}}]",
                        "tool_calls",
                        USAGE),
                "{\"error\":{\"message\":\"x\",\"code\":500},\"choices\":[{\"message\":{\"content\":\"partial\"}}]}",
                "{\"error\":{\"code\":400,\"message\":\"bad\"}}");
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
        assertThat(call.path("type").asText()).isEqualTo("function");
        return List.of(call.path("id").asText(), call.at("/function/name").asText(), call.at("/function/arguments").textValue());
    }

    @Override
    protected List<String> toolResultIn(JsonNode body) {
        return List.of(body.at("/messages/2/tool_call_id").asText(), body.at("/messages/2/content").asText());
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
    void shouldAuthenticateAndCorrelateAsOpenAiDoes() {
        HttpCall http = adapter().toHttp(Calls.of(Calls.request(Calls.user("hi"))));
        assertThat(http.uri()).hasToString(Calls.ENDPOINT + "/chat/completions");
        assertThat(headers(http)).containsEntry("Authorization", "Bearer " + Calls.CANARY_KEY).containsEntry(
                "X-Client-Request-Id",
                "request-1:2");
    }

    @Test
    void shouldFollowTheDeclaredQuirks() {
        // Given
        Map<String, String> azure = Map.of("auth-header", "api-key", "auth-scheme", "", "path",
                "/openai/deployments/d/chat/completions", "query",
                "api-version=2024-10-21", "request-id-header", "x-ms-client-request-id", "header.X-Title", "Spillway",
                "header.api-key", "other",
                "header.Bad Name", "x");
        Map<String, String> mistral = Map.of("max-tokens-field", "max_tokens", "seed-field", "random_seed", "drop",
                "user, logprobs",
                "developer-role", "system", "body", "{\"safe_prompt\":true,\"max_tokens\":1}");
        var request = Calls.requestWith(",\"max_tokens\":7,\"seed\":3,\"user\":\"u\",\"logprobs\":false",
                Calls.message("developer", "d"),
                Calls.user("hi"));

        // When
        HttpCall azureCall = adapter().toHttp(Calls.with(request, azure, Set.of()));
        JsonNode mistralBody = tree(adapter().toHttp(Calls.with(request, mistral, Set.of())));

        // Then
        assertThat(azureCall.uri()).hasToString(Calls.ENDPOINT + "/openai/deployments/d/chat/completions?api-version=2024-10-21");
        assertThat(headers(azureCall)).containsEntry("api-key", Calls.CANARY_KEY).containsEntry("X-Title", "Spillway")
                .containsKey("x-ms-client-request-id").doesNotContainKeys("Authorization", "Bad Name");
        assertThat(mistralBody.path("max_tokens").intValue()).isEqualTo(7);
        assertThat(mistralBody.path("random_seed").intValue()).isEqualTo(3);
        assertThat(mistralBody.path("safe_prompt").booleanValue()).isTrue();
        assertThat(mistralBody.at("/messages/0/role").asText()).isEqualTo("system");
        assertThat(mistralBody.properties()).extracting(Map.Entry::getKey).doesNotContain("seed", "user", "logprobs",
                "max_completion_tokens");
    }

    @Test
    void shouldDropWhatTheDeploymentCalledUnsupported() {
        var request = Calls.requestWith(",\"temperature\":0.2,\"max_tokens\":7", Calls.user("hi"));
        JsonNode without = tree(adapter().toHttp(Calls.with(request, Map.of(), Set.of("temperature"))));
        JsonNode renamed = tree(
                adapter().toHttp(Calls.with(request, Map.of("max-tokens-field", "max_tokens"), Set.of("max_tokens"))));
        assertThat(without.has("temperature")).isFalse();
        assertThat(without.path("max_completion_tokens").intValue()).isEqualTo(7);
        assertThat(renamed.has("max_tokens")).isFalse();
        assertThat(renamed.path("max_completion_tokens").intValue()).isEqualTo(7);
    }

    @Test
    void shouldNotLetACallerLeaveTheChosenDeployment() {
        JsonNode body = tree(adapter()
                .toHttp(Calls.of(Calls.requestWith(",\"models\":[\"other\"],\"provider\":{\"order\":[\"x\"]},\"api_base\":"
                        + "\"https://evil\",\"fallbacks\":[],\"stream\":true,\"top_k\":5", Calls.user("hi")))));
        assertThat(body.properties()).extracting(Map.Entry::getKey).containsExactlyInAnyOrder("model", "messages", "top_k");
    }

    @Test
    void shouldSendReasoningBackOnlyWhereDeclared() {
        var request = Calls.request(Calls.user("a"), "{\"role\":\"assistant\",\"content\":\"b\",\"reasoning_content\":\"r\"}",
                Calls.user("c"));
        assertThat(tree(adapter().toHttp(Calls.of(request))).at("/messages/1").has("reasoning_content")).isFalse();
        assertThat(tree(adapter().toHttp(Calls.with(request, Map.of("reasoning-content", "keep"), Set.of()))).at("/messages/1")
                .path("reasoning_content").asText()).isEqualTo("r");
    }

    @Test
    void shouldReadInsufficientQuotaAsARateWhereDeclared() {
        // Given
        byte[] body = openAi("insufficient_quota", "\"insufficient_quota\"", "Allocated quota exceeded")
                .getBytes(StandardCharsets.UTF_8);
        var call = Calls.with(Calls.request(Calls.user("hi")), Map.of("insufficient-quota", "rate"), Set.of());

        // When
        Failure failure = ((CallOutcome.Failed) adapter().fromHttp(call,
                new HttpAnswer(429, Map.of("retry-after", List.of("2")), body))).failure();

        // Then
        assertThat(failure.getKind()).isEqualTo(FailureKind.RATE_LIMITED);
        assertThat(failure.getRetryAfterMillis()).isEqualTo(2_000);
        assertThat(failure.getProviderCode()).isEqualTo("insufficient_quota");
    }

    @Test
    void shouldSkipKeepAliveLinesBeforeTheBody() {
        ChatResponse response = answered(200, "\n\n: keep-alive\n\n  " + answer("hi"));
        assertThat(response.getChoices().getFirst().getMessage().getContent()).isEqualTo("hi");
        assertThat(answered(246, answer("hi"))).isNotNull();
    }

    @Test
    void shouldTolerateSparseAnswers() {
        // When
        ChatResponse response = answered(200, "{\"error\":null,\"choices\":[{\"message\":{\"content\":\"hi\"}}]}");

        // Then
        assertThat(response.getId()).isEqualTo("spillway-request-1");
        assertThat(response.getModel()).isEqualTo(Calls.MODEL);
        assertThat(response.getCreated()).isEqualTo(Calls.NOW.getEpochSecond());
        assertThat(response.getUsage().getEstimated()).isTrue();
        // Reasoning used up the limit: an answer, though it has no text.
        assertThat(answered(200, OpenAiErrorCases.answer("\"content\":\"\"", "length", USAGE)).getChoices().getFirst()
                .getFinishReason())
                .isEqualTo(FinishReason.LENGTH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"429", "\"429\"", "null", "[]", "{}", "1.5", "\"x y\""})
    void shouldReadAnErrorCodeOfAnyType(String code) {
        Failure failure = failed(429, openAi("requests", code, "slow")).failure();
        assertThat(failure.getKind()).isEqualTo(FailureKind.RATE_LIMITED);
        assertThat(failure.getProviderCode()).isEqualTo(code.equals("1.5") ? "1.5" : "requests");
        assertThat(failure.getMaybePaid()).isFalse();
    }

    @Test
    void shouldRefuseWhatCannotBeWritten() {
        var request = Calls.request(Calls.user("hi"));
        request.setExtra("not json");
        assertThatThrownBy(() -> adapter().toHttp(Calls.of(request))).isInstanceOfSatisfying(UntranslatableRequestException.class,
                e -> assertThat(e.kind()).isEqualTo(FailureKind.INVALID_REQUEST));
        for (Map<String, String> settings : List.of(Map.of("path", "/a b"), Map.of("body", "nope"))) {
            assertThatThrownBy(() -> adapter().toHttp(Calls.with(Calls.request(Calls.user("hi")), settings, Set.of())))
                    .isInstanceOfSatisfying(UntranslatableRequestException.class,
                            e -> assertThat(e.kind()).isEqualTo(FailureKind.UNSUPPORTED_PARAMETER));
        }
    }

    private static Map<String, String> headers(HttpCall call) {
        return call.headers().stream().collect(java.util.stream.Collectors.toMap(HttpCall.Header::name, HttpCall.Header::value));
    }
}
