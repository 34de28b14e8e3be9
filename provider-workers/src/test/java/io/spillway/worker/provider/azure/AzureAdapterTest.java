package io.spillway.worker.provider.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.contract.json.Json;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.Failure;
import io.spillway.v1.FailureKind;
import io.spillway.v1.FinishReason;
import io.spillway.worker.credential.Secret;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.Calls;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderAdapter;
import io.spillway.worker.provider.ProviderAdapterContract;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.UntranslatableRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AzureAdapterTest extends ProviderAdapterContract {

    private static final String VERDICTS = "{\"hate\":{\"filtered\":false,\"severity\":\"safe\"}}";
    private static final String USAGE = ",\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":40,\"total_tokens\":140,"
            + "\"prompt_tokens_details\":{\"cached_tokens\":60},\"completion_tokens_details\":{\"reasoning_tokens\":5}}";

    private static String answer(String message, String finishReason, String verdicts, String usage) {
        return "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1790000000,\"model\":\"gpt-x-2026-10-01\","
                + "\"prompt_filter_results\":[{\"prompt_index\":0,\"content_filter_results\":" + VERDICTS + "}],\"choices\":"
                + "[{\"index\":0,\"message\":{\"role\":\"assistant\"," + message + ",\"refusal\":null},\"finish_reason\":\""
                + finishReason + "\",\"content_filter_results\":" + verdicts + "}]" + usage + "}";
    }

    private static String error(String code, String message) {
        return "{\"error\":{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}}";
    }

    @Override
    protected ProviderAdapter adapter() {
        return new AzureAdapter();
    }

    @Override
    protected String answer(String text) {
        return answer("\"content\":\"" + text + "\"", "stop", VERDICTS, USAGE);
    }

    @Override
    protected String toolAnswer(String id, String name, String arguments) {
        return answer("\"content\":null,\"tool_calls\":[{\"id\":\"" + id + "\",\"type\":\"function\",\"function\":{\"name\":\""
                + name + "\",\"arguments\":\"" + arguments.replace("\"", "\\\"") + "\"}}]", "tool_calls", "{}", USAGE);
    }

    @Override
    protected String answerStoppedBy(String reason) {
        return answer("\"content\":\"x\"", reason, VERDICTS, USAGE);
    }

    @Override
    protected Map<String, FinishReason> stopReasons() {
        return Map.of("stop", FinishReason.STOP, "length", FinishReason.LENGTH, "content_filter", FinishReason.CONTENT_FILTER,
                "tool_calls", FinishReason.TOOL_CALLS);
    }

    @Override
    protected String answerWithUsage() {
        return answer("x");
    }

    @Override
    protected int cacheWriteTokens() {
        return 0;
    }

    @Override
    protected String answerWithoutUsage(String text) {
        return answer("\"content\":\"" + text + "\"", "stop", VERDICTS, "");
    }

    @Override
    protected int reasoningTokens() {
        return 5;
    }

    @Override
    protected List<String> answersWithUnknownWords(String text) {
        return List.of(answer(text).replace("\"safe\"", "\"unheard_of\""),
                answer(text).replace("{\"hate\"", "{\"scent\":{\"filtered\":false,\"severity\":\"low\"},\"hate\""));
    }

    @Override
    protected List<ErrorCase> errors() {
        return List.of(
                new ErrorCase("prompt filter", 400,
                        "{\"error\":{\"message\":\"The response was filtered\",\"type\":null,\"param\":\"prompt\","
                                + "\"code\":\"content_filter\",\"status\":400,\"innererror\":{\"code\":\"ResponsibleAIPolicyViolation\","
                                + "\"content_filter_result\":{\"jailbreak\":{\"filtered\":true,\"detected\":true}}}}}",
                        FailureKind.CONTENT_FILTERED),
                new ErrorCase("window", 400, error("context_length_exceeded", "This model's maximum context length is 8 tokens"),
                        FailureKind.CONTEXT_WINDOW_EXCEEDED),
                new ErrorCase("parameter", 400,
                        "{\"error\":{\"message\":\"Unsupported parameter: 'max_tokens'\",\"type\":\"invalid_request_error\","
                                + "\"param\":\"max_tokens\",\"code\":\"unsupported_parameter\"}}",
                        FailureKind.UNSUPPORTED_PARAMETER, "max_tokens"),
                new ErrorCase("bad request", 400, error("invalid_request_error", "x"), FailureKind.INVALID_REQUEST),
                new ErrorCase("not a chat model", 400, error("OperationNotSupported",
                        "The chatCompletion operation does not work with the specified model, ada."),
                        FailureKind.MODEL_NOT_FOUND),
                new ErrorCase("version", 400, error("BadRequest", "API version not supported"), FailureKind.MODEL_NOT_FOUND),
                new ErrorCase("key", 401, error("401", "Access denied due to invalid subscription key or wrong API endpoint."),
                        FailureKind.AUTHENTICATION_FAILED),
                new ErrorCase("gateway", 401, "{\"statusCode\":401,\"message\":\"Unauthorized. Access token is missing\"}",
                        FailureKind.AUTHENTICATION_FAILED),
                new ErrorCase("role", 401, error("PermissionDenied", "The principal lacks the required data action"),
                        FailureKind.PERMISSION_DENIED),
                new ErrorCase("network", 403, error("AccessDenied", "Access denied due to Virtual Network/Firewall rules."),
                        FailureKind.PERMISSION_DENIED),
                new ErrorCase("blocked", 403, error("403", "Your resource has been temporarily blocked"),
                        FailureKind.PERMISSION_DENIED),
                new ErrorCase("deployment", 404,
                        error("DeploymentNotFound", "The API deployment for this resource does not exist."),
                        FailureKind.MODEL_NOT_FOUND),
                new ErrorCase("path", 404, error("404", "Resource not found"), FailureKind.MODEL_NOT_FOUND),
                new ErrorCase("rate", 429, error("429", "Rate limit is exceeded. Try again in 7 seconds."),
                        FailureKind.RATE_LIMITED),
                new ErrorCase("rate, named", 429, error("RateLimitReached",
                        "Requests to the ChatCompletions_Create Operation have been limited"), FailureKind.RATE_LIMITED),
                new ErrorCase("demand", 429, error("429",
                        "The system is currently experiencing high demand and cannot process your request."),
                        FailureKind.OVERLOADED),
                new ErrorCase("unable", 429, error("429", "We are temporarily unable to process your request."),
                        FailureKind.OVERLOADED),
                new ErrorCase("quota", 402, error("402", "x"), FailureKind.QUOTA_EXHAUSTED),
                new ErrorCase("timeout", 408, error("Timeout", "The operation was timeout."), FailureKind.SERVER_ERROR),
                new ErrorCase("server", 500, error("InternalServerError", "x"), FailureKind.SERVER_ERROR),
                new ErrorCase("unavailable", 503, error("ServiceUnavailable", "x"), FailureKind.OVERLOADED),
                new ErrorCase("teapot", 418, error("x", "x"), FailureKind.UNKNOWN),
                new ErrorCase("answer filtered away", 200, answer("\"content\":\"\"", "content_filter", VERDICTS, USAGE),
                        FailureKind.CONTENT_FILTERED));
    }

    @Override
    protected List<String> malformed() {
        return List.of("{\"choices\":[],\"prompt_filter_results\":[]}", answer("\"content\":null", "stop", VERDICTS, ""));
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

    @ParameterizedTest
    @CsvSource({"https://r.openai.azure.com", "https://r.openai.azure.com/", "https://r.openai.azure.com/openai/v1",
            "https://r.openai.azure.com/openai/v1/"})
    void shouldFindTheUndatedInterfaceHoweverTheEndpointIsWritten(String endpoint) {
        HttpCall http = adapter().toHttp(call(endpoint, "gpt x", Map.of(), Calls.user("hi")));
        assertThat(http.uri()).hasToString("https://r.openai.azure.com/openai/v1/chat/completions");
        assertThat(tree(http).path("model").asText()).isEqualTo("gpt x");
    }

    @Test
    void shouldNameTheDeploymentInThePathOfTheDatedInterface() {
        // When
        HttpCall http = adapter().toHttp(call("https://r.openai.azure.com", "gpt x/1", Map.of("api-version", "2024-10-21"),
                Calls.message("developer", "d"), Calls.user("hi")));

        // Then
        assertThat(http.uri()).hasToString(
                "https://r.openai.azure.com/openai/deployments/gpt%20x%2F1/chat/completions?api-version=2024-10-21");
        assertThat(tree(http).has("model")).isFalse();
        assertThat(tree(http).at("/messages/0/role").asText()).isEqualTo("system");
        assertThat(headers(http)).containsEntry("api-key", Calls.CANARY_KEY)
                .containsEntry("x-ms-client-request-id", "request-1:2").doesNotContainKey("Authorization");
    }

    @Test
    void shouldSendATokenWhereDeclared() {
        HttpCall http = adapter().toHttp(call(Calls.ENDPOINT, "m", Map.of("auth", "entra"), Calls.user("hi")));
        assertThat(headers(http)).containsEntry("Authorization", "Bearer " + Calls.CANARY_KEY).doesNotContainKey("api-key");
    }

    @ParameterizedTest
    @CsvSource({"auth,basic", "api-version,2024?x=y"})
    void shouldSendNothingWhenASettingMakesNoSense(String setting, String value) {
        assertThatThrownBy(() -> adapter().toHttp(call(Calls.ENDPOINT, "m", Map.of(setting, value), Calls.user("hi"))))
                .isInstanceOf(UntranslatableRequestException.class).hasMessageContaining(setting);
    }

    @Test
    void shouldKeepTheVerdictsOfTheFiltersEvenWhenTheFiltersWereDown() {
        // When the filters failed, the answer stands, and the caller can see that nobody looked at it
        ChatResponse response = answered(200, answer("\"content\":\"hi\"", "stop",
                "{\"error\":{\"code\":\"content_filter_error\",\"message\":\"The contents are not filtered\"}}", USAGE));

        // Then
        JsonNode extra = Json.readObject(response.getExtra());
        assertThat(extra.at("/choices/0/content_filter_results/error/code").asText()).isEqualTo("content_filter_error");
        assertThat(extra.at("/prompt_filter_results/0/content_filter_results/hate/severity").asText()).isEqualTo("safe");
    }

    @Test
    void shouldWaitAsLongAsAzureAsks() {
        byte[] body = error("429", "Rate limit is exceeded").getBytes(StandardCharsets.UTF_8);
        assertThat(failure(Map.of("retry-after-ms", List.of("1500"), "retry-after", List.of("9")), body).getRetryAfterMillis())
                .isEqualTo(1_500);
        assertThat(failure(Map.of("x-ms-retry-after-ms", List.of("250")), body).getRetryAfterMillis()).isEqualTo(250);
        assertThat(failure(Map.of("x-ratelimit-reset-requests", List.of("-1")), body).getRetryAfterMillis()).isNull();
    }

    private Failure failure(Map<String, List<String>> headers, byte[] body) {
        return ((CallOutcome.Failed) adapter().fromHttp(call(Calls.ENDPOINT, "m", Map.of(), Calls.user("hi")),
                new HttpAnswer(429, headers, body))).failure();
    }

    private static ProviderCall call(String endpoint, String model, Map<String, String> settings, String... messages) {
        ProviderCall given = Calls.with(Calls.request(messages), settings, Set.of());
        DeploymentEntry deployment = DeploymentEntry.newBuilder(given.deployment()).setEndpoint(endpoint).setModel(model).build();
        return new ProviderCall(given.request(), deployment, Map.of(), Secret.of(Calls.CANARY_KEY), given.clientRequestId(),
                Set.of(), Instant.EPOCH);
    }

    private static Map<String, String> headers(HttpCall call) {
        return call.headers().stream().collect(java.util.stream.Collectors.toMap(HttpCall.Header::name, HttpCall.Header::value));
    }
}
