package io.spillway.worker.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.contract.json.Json;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.FailureKind;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.Calls;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderAdapter;
import io.spillway.worker.provider.ProviderCall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PresetsTest {

    private static final ChatRequest REQUEST = Calls.requestWith(",\"max_tokens\":7,\"reasoning_effort\":\"none\"",
            Calls.message("developer", "d"), Calls.user("a"),
            "{\"role\":\"assistant\",\"content\":\"b\",\"reasoning_content\":\"r\",\"reasoning_details\":[{\"type\":\"x\"}]}",
            Calls.user("c"));

    static List<String> names() {
        return Presets.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldSpeakTheOlderDialectThatAllCompatibleServersUnderstand(String name) {
        JsonNode body = sent(name, Map.of());
        assertThat(body.path("max_tokens").asInt()).isEqualTo(7);
        assertThat(body.has("max_completion_tokens")).isFalse();
        assertThat(body.at("/messages/0/role").asText()).isEqualTo("system");
        assertThat(body.path("model").asText()).isEqualTo(Calls.MODEL);
    }

    /** What is special about each: added fields, where its reasoning goes, header of the credential and of the correlation. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "deepseek   | {\"thinking\":{\"type\":\"disabled\"}}               | keep | Authorization     | X-Client-Request-Id",
            "qwen       | {\"enable_thinking\":false}                          | drop | Authorization     | X-Client-Request-Id",
            "openrouter | {\"provider\":{\"allow_fallbacks\":false},\"reasoning_effort\":\"none\"} | keep | Authorization | X-Client-Request-Id",
            "litellm    | {\"num_retries\":0,\"disable_fallbacks\":true,\"reasoning_effort\":\"none\"} | drop | Authorization | X-Client-Request-Id",
            "portkey    | {\"reasoning_effort\":\"none\"}                      | drop | x-portkey-api-key | x-portkey-trace-id",
            "vllm       | {\"reasoning_effort\":\"none\"}                      | drop | Authorization     | X-Request-Id",
            "tokenmix   | {\"reasoning_effort\":\"none\"}                      | drop | Authorization     | X-Client-Request-Id"})
    void shouldDoWhatThePresetSays(String name, String fields, String reasoning, String credential, String correlation) {
        // When
        HttpCall http = adapter(name).toHttp(Calls.of(REQUEST));

        // Then
        JsonNode body = Json.readObject(http.body());
        assertThat(Json.readObject(fields).properties()).allSatisfy(
                field -> assertThat(body.get(field.getKey())).as(field.getKey()).isEqualTo(field.getValue()));
        assertThat(body.size()).isEqualTo(3 + Json.readObject(fields).size());
        assertThat(body.at("/messages/2").has("reasoning_content")).isEqualTo(reasoning.equals("keep"));
        assertThat(body.at("/messages/2").has("reasoning_details")).isEqualTo(reasoning.equals("keep"));
        assertThat(http.headers()).filteredOn(header -> header.value().contains(Calls.CANARY_KEY))
                .extracting(HttpCall.Header::name).containsExactly(credential);
        assertThat(http.headers()).filteredOn(header -> header.value().equals("request-1:2")).extracting(HttpCall.Header::name)
                .containsExactly(correlation);
    }

    @Test
    void shouldLetTheCatalogueHaveTheLastWord() {
        JsonNode body = sent("qwen", Map.of("body", "", "developer-role", "developer", "effort-none", ""));
        assertThat(body.has("enable_thinking")).isFalse();
        assertThat(body.path("reasoning_effort").asText()).isEqualTo("none");
        assertThat(body.at("/messages/0/role").asText()).isEqualTo("developer");
    }

    @Test
    void shouldNotLetACallerSwitchTheProxysRetriesOn() {
        JsonNode body = Json.readObject(adapter("litellm").toHttp(Calls.of(Calls.requestWith(
                ",\"num_retries\":9,\"disable_fallbacks\":false,\"fallbacks\":[\"x\"]", Calls.user("hi")))).body());
        assertThat(body.path("num_retries").asInt()).isZero();
        assertThat(body.path("disable_fallbacks").asBoolean()).isTrue();
        assertThat(body.has("fallbacks")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"deepseek,QUOTA_EXHAUSTED", "qwen,RATE_LIMITED", "openrouter,QUOTA_EXHAUSTED"})
    void shouldReadInsufficientQuotaAsEachOfThemMeansIt(String name, FailureKind kind) {
        String body = OpenAiErrorCases.openAi("insufficient_quota", "\"insufficient_quota\"", "Allocated quota exceeded");
        assertThat(kind(name, 429, body)).isEqualTo(kind);
    }

    @Test
    void shouldReadWhatIsPeculiarToEach() {
        // DeepSeek keeps the connection alive in front of the body; reasoning stays on the message.
        var response = answered("deepseek", "\n\n: keep-alive\n\n" + OpenAiErrorCases.answer(
                "\"content\":\"hi\",\"reasoning_content\":\"hm\"", "stop",
                ",\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":2,\"prompt_cache_hit_tokens\":6,\"prompt_cache_miss_tokens\":4}"));
        assertThat(Json.readObject(response.getChoices().getFirst().getMessage().getExtra()).path("reasoning_content").asText())
                .isEqualTo("hm");
        assertThat(response.getUsage().getCachedTokens()).isEqualTo(6);
        assertThat(kind("deepseek", 402, OpenAiErrorCases.openAi("x", "null", "Insufficient Balance")))
                .isEqualTo(FailureKind.QUOTA_EXHAUSTED);
        // OpenRouter: an error under 200, and the upstream's inside it; cost and provider are kept.
        assertThat(kind("openrouter", 200, OpenAiErrorCases.openRouter(429, "null"))).isEqualTo(FailureKind.RATE_LIMITED);
        assertThat(kind("openrouter", 502, OpenAiErrorCases.openRouter(502,
                "\"{\\\"error\\\":{\\\"code\\\":\\\"context_length_exceeded\\\",\\\"message\\\":\\\"x\\\"}}\"")))
                .isEqualTo(FailureKind.CONTEXT_WINDOW_EXCEEDED);
        String paid = OpenAiErrorCases.answer("\"content\":\"hi\"", "stop",
                ",\"provider\":\"X\",\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":2,\"cost\":0.0012}");
        assertThat(Json.readObject(answered("openrouter", paid).getExtra()).at("/usage/cost").asDouble()).isEqualTo(0.0012);
        // Portkey: an answer of which a guardrail only took notice, and one that it blocked.
        assertThat(answer("portkey", 246, OpenAiErrorCases.answer("\"content\":\"hi\"", "stop", "")))
                .isInstanceOf(CallOutcome.Answered.class);
        assertThat(kind("portkey", 446, "{\"error\":{\"message\":\"blocked\"},\"hook_results\":{}}"))
                .isEqualTo(FailureKind.CONTENT_FILTERED);
        assertThat(kind("litellm", 400, OpenAiErrorCases.openAi("None", "\"400\"", "litellm.ContextWindowExceededError: x")))
                .isEqualTo(FailureKind.CONTEXT_WINDOW_EXCEEDED);
        assertThat(kind("vllm", 400, OpenAiErrorCases.bare("BadRequestError", "400", "maximum context length is 4096 tokens")))
                .isEqualTo(FailureKind.CONTEXT_WINDOW_EXCEEDED);
        assertThat(kind("tokenmix", 429, "{}")).isEqualTo(FailureKind.RATE_LIMITED);
    }

    private static JsonNode sent(String name, Map<String, String> providerSettings) {
        ProviderCall call = Calls.of(REQUEST);
        return Json.readObject(adapter(name).toHttp(new ProviderCall(call.request(), call.deployment(), providerSettings,
                call.credential(), call.clientRequestId(), Set.of(), call.now())).body());
    }

    private static ProviderAdapter adapter(String name) {
        return Presets.adapter(name).orElseThrow();
    }

    private static CallOutcome answer(String name, int status, String body) {
        return adapter(name).fromHttp(Calls.of(REQUEST), new HttpAnswer(status, Map.of(), body.getBytes(StandardCharsets.UTF_8)));
    }

    private static io.spillway.v1.ChatResponse answered(String name, String body) {
        return ((CallOutcome.Answered) answer(name, 200, body)).response();
    }

    private static FailureKind kind(String name, int status, String body) {
        return ((CallOutcome.Failed) answer(name, status, body)).failure().getKind();
    }
}
