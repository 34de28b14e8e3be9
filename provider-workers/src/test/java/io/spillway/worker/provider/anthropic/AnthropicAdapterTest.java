package io.spillway.worker.provider.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.Choice;
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
import org.junit.jupiter.params.provider.CsvSource;

class AnthropicAdapterTest extends ProviderAdapterContract {

    private static final String USAGE = "{\"input_tokens\":30,\"cache_creation_input_tokens\":10,\"cache_read_input_tokens\":60,"
            + "\"cache_creation\":{\"ephemeral_5m_input_tokens\":10,\"ephemeral_1h_input_tokens\":0},\"output_tokens\":40,"
            + "\"output_tokens_details\":{\"thinking_tokens\":5},"
            + "\"service_tier\":\"standard\"}";

    @Override
    protected ProviderAdapter adapter() {
        return new AnthropicAdapter();
    }

    private static String text(String text) {
        return "{\"type\":\"text\",\"text\":\"" + text + "\"}";
    }

    @Override
    protected String answer(String text) {
        return AnthropicErrorCases.answer(text(text), "end_turn", USAGE);
    }

    @Override
    protected String toolAnswer(String id, String name, String arguments) {
        return AnthropicErrorCases.answer(
                "{\"type\":\"tool_use\",\"id\":\"" + id + "\",\"name\":\"" + name + "\",\"input\":" + arguments + "}",
                "tool_use", USAGE);
    }

    @Override
    protected String answerStoppedBy(String reason) {
        return AnthropicErrorCases.answer(text("x"), reason, USAGE);
    }

    @Override
    protected Map<String, FinishReason> stopReasons() {
        return Map.of("end_turn", FinishReason.STOP, "stop_sequence", FinishReason.STOP, "pause_turn", FinishReason.STOP,
                "max_tokens",
                FinishReason.LENGTH, "model_context_window_exceeded", FinishReason.LENGTH, "tool_use", FinishReason.TOOL_CALLS,
                "refusal",
                FinishReason.CONTENT_FILTER);
    }

    @Override
    protected String answerWithUsage() {
        return answer("x");
    }

    @Override
    protected String answerWithoutUsage(String text) {
        return AnthropicErrorCases.answer(text(text), "end_turn", "null");
    }

    @Override
    protected int reasoningTokens() {
        return 5;
    }

    @Override
    protected List<String> answersWithUnknownWords(String text) {
        return List.of(answer(text).replace("\"standard\"", "\"astral\""),
                AnthropicErrorCases.answer("{\"type\":\"scent\",\"text\":\"no\"}," + text(text), "end_turn", USAGE));
    }

    @Override
    protected List<ErrorCase> errors() {
        return AnthropicErrorCases.all();
    }

    @Override
    protected List<String> malformed() {
        return List.of(AnthropicErrorCases.error("api_error", "Internal server error"),
                AnthropicErrorCases.error("invalid_request_error", "bad"),
                AnthropicErrorCases.answer("", "end_turn", "{\"input_tokens\":5,\"output_tokens\":0}"),
                AnthropicErrorCases.answer("", "end_turn", "null"),
                "{\"type\":\"message\",\"content\":null}", "{\"type\":\"message\",\"content\":\"text\"}",
                AnthropicErrorCases.answer("{\"type\":\"tool_use\",\"id\":\"a\",\"input\":{}}", "tool_use", USAGE),
                AnthropicErrorCases.answer("{\"type\":\"new_kind\"}", "end_turn", "{\"input_tokens\":5,\"output_tokens\":0}"));
    }

    @Override
    protected String systemIn(JsonNode body) {
        return body.path("system").textValue();
    }

    @Override
    protected List<String> turnsIn(JsonNode body) {
        List<String> turns = new ArrayList<>();
        body.path("messages")
                .forEach(message -> turns.add(message.path("role").asText() + ":" + message.path("content").asText()));
        return turns;
    }

    @Override
    protected List<String> toolCallIn(JsonNode body) {
        JsonNode call = body.at("/messages/1/content/0");
        assertThat(call.path("type").asText()).isEqualTo("tool_use");
        return List.of(call.path("id").asText(), call.path("name").asText(), call.path("input").toString());
    }

    @Override
    protected List<String> toolResultIn(JsonNode body) {
        JsonNode result = body.at("/messages/2/content/0");
        assertThat(body.at("/messages/2/role").asText()).isEqualTo("user");
        assertThat(result.path("type").asText()).isEqualTo("tool_result");
        return List.of(result.path("tool_use_id").asText(), result.path("content").asText());
    }

    @Override
    protected JsonNode toolIn(JsonNode body) {
        return body.at("/tools/0/input_schema");
    }

    @Override
    protected List<String> imagesIn(JsonNode body) {
        JsonNode source = body.at("/messages/0/content/2/source");
        assertThat(source.path("media_type").asText()).isEqualTo("image/png");
        return List.of(body.at("/messages/0/content/1/source/url").asText(), source.path("data").asText());
    }

    @Override
    protected JsonNode schemaIn(JsonNode body) {
        assertThat(body.at("/output_config/format/type").asText()).isEqualTo("json_schema");
        return body.at("/output_config/format/schema");
    }

    @Test
    void shouldSpeakBothApiVersions() {
        // Given
        ChatRequest request = Calls.requestWith(",\"temperature\":1.5,\"top_p\":0.9,\"stop\":[\"END\"]", Calls.user("hi"));

        // When
        HttpCall older = adapter().toHttp(Calls.of(request));
        HttpCall newer = adapter()
                .toHttp(Calls.with(request, Map.of("anthropic-version", "2026-10-21", "anthropic-beta", "a,b"), Set.of()));

        // Then
        assertThat(older.uri()).hasToString(Calls.ENDPOINT + "/v1/messages");
        assertThat(headers(older)).containsEntry("x-api-key", Calls.CANARY_KEY).containsEntry("anthropic-version", "2023-06-01")
                .doesNotContainKeys("Authorization", "anthropic-beta");
        assertThat(tree(older).path("temperature").doubleValue()).isEqualTo(1.0);
        assertThat(tree(older).path("top_p").doubleValue()).isEqualTo(0.9);
        assertThat(tree(older).at("/stop_sequences/0").asText()).isEqualTo("END");
        assertThat(headers(newer)).containsEntry("Authorization", "Bearer " + Calls.CANARY_KEY)
                .containsEntry("anthropic-version", "2026-10-21")
                .containsEntry("anthropic-beta", "a,b").doesNotContainKey("x-api-key");
        assertThat(tree(newer).has("temperature") || tree(newer).has("top_p")).isFalse();
        assertThat(tree(adapter().toHttp(Calls.with(request, Map.of("sampling", "drop"), Set.of()))).has("temperature"))
                .isFalse();
    }

    @Test
    void shouldAlwaysLimitTheAnswer() {
        assertThat(body("").path("max_tokens").intValue()).isEqualTo(4096);
        assertThat(body(",\"max_tokens\":9").path("max_tokens").intValue()).isEqualTo(9);
        var call = Calls.with(Calls.request(Calls.user("hi")), Map.of(), Set.of("max_tokens"));
        call.deployment().getLimits().setMaxOutputTokens(77);
        assertThat(tree(adapter().toHttp(call)).path("max_tokens").intValue()).isEqualTo(77);
    }

    @Test
    void shouldMergeTurnsAndPutToolResultsFirst() {
        // When
        JsonNode body = sent(Calls.message("system", "a"), Calls.message("developer", "b"), Calls.user("one"), Calls.user("two"),
                "{\"role\":\"assistant\",\"content\":\"let me see\",\"reasoning_content\":\"hm\",\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"f\",\"arguments\":\"\"}},{\"id\":\"functions.f:1\",\"type\":\"function\",\"function\":"
                        + "{\"name\":\"f\",\"arguments\":\"{broken\"}}]}",
                Calls.user("also this"), "{\"role\":\"tool\",\"tool_call_id\":\"call_1\",\"content\":\"r1\"}",
                "{\"role\":\"tool\",\"tool_call_id\":\"functions.f:1\",\"content\":\"\"}");

        // Then
        assertThat(body.path("system").size()).isEqualTo(2);
        assertThat(body.path("messages").size()).isEqualTo(3);
        assertThat(body.at("/messages/0/content")).extracting(block -> block.path("text").asText()).containsExactly("one", "two");
        assertThat(body.at("/messages/1/content")).extracting(block -> block.path("type").asText()).containsExactly("text",
                "tool_use",
                "tool_use");
        assertThat(body.at("/messages/1/content/1/input").isEmpty()).isTrue();
        assertThat(body.at("/messages/1/content/2/input/arguments").asText()).isEqualTo("{broken");
        assertThat(body.at("/messages/2/content")).extracting(block -> block.path("type").asText()).containsExactly("tool_result",
                "tool_result", "text");
        // An id this API refuses is replaced in the call and in the result alike.
        assertThat(body.at("/messages/1/content/2/id").asText()).matches("[A-Za-z0-9_-]{1,64}")
                .isEqualTo(body.at("/messages/2/content/1/tool_use_id").asText());
        // Tools in the history need tools in the request.
        assertThat(body.at("/tools/0/name").asText()).isEqualTo("f");
        assertThat(body.at("/tool_choice/type").asText()).isEqualTo("none");
        assertThat(body.toString()).doesNotContain("reasoning");
    }

    @Test
    void shouldBeginWithTheUser() {
        assertThat(turnsIn(sent(Calls.message("assistant", "hello"), Calls.user("hi")))).containsExactly("user:Continue.",
                "assistant:hello",
                "user:hi");
        assertThat(turnsIn(sent(Calls.message("system", "only this")))).containsExactly("user:only this");
        assertThatThrownBy(() -> sent(Calls.user(" "))).isInstanceOf(UntranslatableRequestException.class);
    }

    @Test
    void shouldRefuseAPrefillUnlessTheDeploymentTakesIt() {
        ChatRequest request = Calls.request(Calls.user("hi"), Calls.message("assistant", "The answer is "));
        assertThatThrownBy(() -> adapter().toHttp(Calls.of(request))).isInstanceOfSatisfying(UntranslatableRequestException.class,
                e -> {
                    assertThat(e.kind()).isEqualTo(FailureKind.UNSUPPORTED_PARAMETER);
                    assertThat(e.parameter()).isEmpty();
                });
        assertThat(turnsIn(tree(adapter().toHttp(Calls.with(request, Map.of("prefill", "accept"), Set.of()))))).containsExactly(
                "user:hi",
                "assistant:The answer is");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"\"none\"|{\"type\":\"none\"}", "\"auto\"|{\"type\":\"auto\"}",
            "\"required\"|{\"type\":\"any\"}",
            "{\"type\":\"function\",\"function\":{\"name\":\"f\"}}|{\"type\":\"tool\",\"name\":\"f\"}"})
    void shouldTranslateToolChoice(String choice, String expected) {
        String tools = ",\"tools\":[{\"type\":\"function\",\"cache_control\":{\"type\":\"ephemeral\"},\"function\":{\"name\":\"f\"}}],\"tool_choice\":";
        assertThat(body(tools + choice).path("tool_choice")).hasToString(expected);
        assertThat(body(tools + choice).at("/tools/0/input_schema/type").asText()).isEqualTo("object");
        assertThat(body(tools + choice).at("/tools/0/cache_control/type").asText()).isEqualTo("ephemeral");
        assertThat(
                body(tools + choice + ",\"parallel_tool_calls\":false").at("/tool_choice/disable_parallel_tool_use").asBoolean())
                .isEqualTo(!choice.equals("\"none\""));
    }

    @Test
    void shouldTranslateTheOtherParameters() {
        JsonNode body = body(
                ",\"reasoning_effort\":\"minimal\",\"user\":\"u1\",\"seed\":5,\"n\":1,\"logprobs\":false,\"presence_penalty\":0,"
                        + "\"top_k\":3,\"thinking\":{\"type\":\"adaptive\"},\"store\":true,\"service_tier\":\"default\",\"logit_bias\":{}");
        assertThat(body.at("/output_config/effort").asText()).isEqualTo("low");
        assertThat(body.at("/metadata/user_id").asText()).isEqualTo("u1");
        assertThat(body.path("top_k").intValue()).isEqualTo(3);
        assertThat(body.path("service_tier").asText()).isEqualTo("standard_only");
        assertThat(body.properties()).extracting(Map.Entry::getKey).containsExactlyInAnyOrder("model", "max_tokens", "messages",
                "output_config",
                "metadata", "top_k", "thinking", "service_tier");
        assertThat(body(",\"reasoning_effort\":\"none\"").at("/thinking/type").asText()).isEqualTo("disabled");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"n|,\"n\":2", "logprobs|,\"logprobs\":true", "top_logprobs|,\"top_logprobs\":2",
            "frequency_penalty|,\"frequency_penalty\":0.5", "presence_penalty|,\"presence_penalty\":-1", "stop|,\"stop\":\"\\n\"",
            "response_format|,\"response_format\":{\"type\":\"json_object\"}", "logit_bias|,\"logit_bias\":{\"5\":1}",
            "min_p|,\"min_p\":0.1"})
    void shouldSayWhichParameterIsInTheWayAndDoWithoutItWhenAllowed(String parameter, String json) {
        ChatRequest request = Calls.requestWith(json, Calls.user(Calls.CANARY_PROMPT));
        assertThatThrownBy(() -> adapter().toHttp(Calls.of(request))).isInstanceOfSatisfying(UntranslatableRequestException.class,
                e -> {
                    assertThat(e.kind()).isEqualTo(FailureKind.UNSUPPORTED_PARAMETER);
                    assertThat(e.parameter()).isEqualTo(parameter);
                    assertThat(e).hasMessageNotContaining("walrus");
                });
        JsonNode body = tree(adapter().toHttp(Calls.with(request, Map.of(), Set.of(parameter))));
        assertThat(body.properties()).extracting(Map.Entry::getKey).containsExactlyInAnyOrder("model", "max_tokens", "messages");
    }

    @Test
    void shouldRefuseContentItCannotCarry() {
        for (String part : List.of("{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"AA\",\"format\":\"wav\"}}",
                "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/tiff;base64,AA\"}}",
                "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png,raw\"}}")) {
            assertThatThrownBy(() -> sent("{\"role\":\"user\",\"content\":[" + part + "]}")).isInstanceOfSatisfying(
                    UntranslatableRequestException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.UNSUPPORTED_PARAMETER));
        }
    }

    @Test
    void shouldReadThinkingToolsAndDetails() {
        // When
        var response = answered(200,
                AnthropicErrorCases
                        .answer("{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"s\"},{\"type\":\"redacted_thinking\","
                                + "\"data\":\"x\"},{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"server_tool_use\",\"id\":\"s\"},{\"type\":\"text\",\"text\":\"b\"}",
                                "refusal", USAGE)
                        .replace("\"stop_sequence\":null", "\"stop_details\":{\"type\":\"refusal\",\"category\":\"cyber\"}"));

        // Then
        Choice choice = response.getChoices().getFirst();
        assertThat(choice.getMessage().getContent()).isEqualTo("ab");
        assertThat(choice.getMessage().getExtra()).isEqualTo("{\"reasoning_content\":\"hm\"}");
        assertThat(choice.getFinishReason()).isEqualTo(FinishReason.CONTENT_FILTER);
        assertThat(choice.getNativeFinishReason()).isEqualTo("refusal");
        assertThat(response.getServiceTier()).isEqualTo("default");
        assertThat(response.getExtra()).contains("cyber").contains("ephemeral_5m_input_tokens");
        // After tool results the model may have nothing to add.
        assertThat(
                answered(200, AnthropicErrorCases.answer("", "end_turn", "{\"input_tokens\":5,\"output_tokens\":2}")).getUsage()
                        .getCompletionTokens())
                .isEqualTo(2);
    }

    @Test
    void shouldWaitUntilTheMonthEndsWhenTheSpendLimitIsReached() {
        Failure spend = failed(429, AnthropicErrorCases.detailed("rate_limit_error", "enforced_spend_limit_reached")).failure();
        // From 21 November, noon, to 1 December.
        assertThat(spend.getRetryAfterMillis()).isEqualTo(Duration.ofHours(9 * 24 + 12).toMillis());
        assertThat(spend.getProviderCode()).isEqualTo("enforced_spend_limit_reached");
    }

    @Test
    void shouldTakeTheHintOfTheExhaustedLimit() {
        // Given
        byte[] body = AnthropicErrorCases.error("rate_limit_error", "x").getBytes(StandardCharsets.UTF_8);
        Map<String, List<String>> headers = Map.of("anthropic-ratelimit-requests-remaining", List.of("5"),
                "anthropic-ratelimit-requests-reset",
                List.of("2026-11-21T12:00:01Z"), "anthropic-ratelimit-input-tokens-remaining", List.of("0"),
                "anthropic-ratelimit-input-tokens-reset", List.of("2026-11-21T12:00:30Z"));

        // When
        var outcome = (CallOutcome.Failed) adapter().fromHttp(Calls.of(Calls.request(Calls.user("hi"))),
                new HttpAnswer(429, headers, body));

        // Then
        assertThat(outcome.failure().getRetryAfterMillis()).isEqualTo(30_000);
    }

    private JsonNode body(String more) {
        return tree(adapter().toHttp(Calls.of(Calls.requestWith(more, Calls.user("hi")))));
    }

    private static Map<String, String> headers(HttpCall call) {
        return call.headers().stream().collect(Collectors.toMap(HttpCall.Header::name, HttpCall.Header::value));
    }
}
