package io.spillway.worker.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.contract.json.ChatResponseJson;
import io.spillway.contract.json.Json;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.Choice;
import io.spillway.v1.FailureKind;
import io.spillway.v1.FinishReason;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.Calls;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ModelInPathContract;
import io.spillway.worker.provider.ProviderAdapter;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.UntranslatableRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BedrockAdapterTest extends ModelInPathContract {

    private static final String TOOLS = ",\"tools\":[{\"type\":\"function\",\"cache_control\":{\"type\":\"ephemeral\"},\"function\":"
            + "{\"name\":\"f\",\"description\":\"d\",\"strict\":true}}]";
    private static final String CALLED = "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"i\",\"type\":\"function\","
            + "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}";
    private static final String RESULT = "{\"role\":\"tool\",\"tool_call_id\":\"i\",\"content\":\"r\"}";

    @Override
    protected ProviderAdapter adapter() {
        return new BedrockAdapter();
    }

    private static String text(String text) {
        return "{\"text\":\"" + text + "\"}";
    }

    @Override
    protected String answer(String text) {
        return BedrockErrorCases.answer(text(text), "end_turn", BedrockErrorCases.USAGE);
    }

    @Override
    protected String toolAnswer(String id, String name, String arguments) {
        return BedrockErrorCases
                .answer("{\"toolUse\":{\"input\":" + arguments + ",\"name\":\"" + name + "\",\"toolUseId\":\"" + id
                        + "\"}}", "tool_use", BedrockErrorCases.USAGE);
    }

    @Override
    protected String answerStoppedBy(String reason) {
        return BedrockErrorCases.answer(text("x"), reason, BedrockErrorCases.USAGE);
    }

    @Override
    protected Map<String, FinishReason> stopReasons() {
        return Map.of("end_turn", FinishReason.STOP, "stop_sequence", FinishReason.STOP, "max_tokens", FinishReason.LENGTH,
                "model_context_window_exceeded", FinishReason.LENGTH, "tool_use", FinishReason.TOOL_CALLS,
                "guardrail_intervened", FinishReason.CONTENT_FILTER, "content_filtered", FinishReason.CONTENT_FILTER);
    }

    @Override
    protected String answerWithUsage() {
        return answer("x");
    }

    @Override
    protected String answerWithoutUsage(String text) {
        return BedrockErrorCases.answer(text(text), "end_turn", "null");
    }

    @Override
    protected String countSuffix() {
        return "Tokens";
    }

    @Override
    protected boolean takesImageUrls() {
        return false;
    }

    @Override
    protected List<ErrorCase> errors() {
        return BedrockErrorCases.all();
    }

    @Override
    protected List<String> malformed() {
        return List.of(BedrockErrorCases.error("InternalServerException", "x"),
                BedrockErrorCases.error("ValidationException", "bad"), "{\"message\":\"x\"}",
                BedrockErrorCases.answer("", "end_turn", "{\"inputTokens\":5,\"outputTokens\":0}"),
                BedrockErrorCases.answer("", "end_turn", "null"), "{\"output\":{\"message\":{\"content\":null}}}",
                "{\"output\":{\"message\":{\"content\":\"text\"}}}",
                BedrockErrorCases.answer("{\"toolUse\":{\"toolUseId\":\"a\",\"input\":{}}}", "tool_use", BedrockErrorCases.USAGE),
                BedrockErrorCases.answer("{\"newKind\":{}}", "end_turn", "{\"inputTokens\":5,\"outputTokens\":0}"));
    }

    @Override
    protected String systemIn(JsonNode body) {
        return body.at("/system/0/text").textValue();
    }

    @Override
    protected List<String> turnsIn(JsonNode body) {
        List<String> turns = new ArrayList<>();
        body.path("messages")
                .forEach(message -> turns.add(message.path("role").asText() + ":" + message.at("/content/0/text").asText()));
        return turns;
    }

    @Override
    protected List<String> toolCallIn(JsonNode body) {
        JsonNode call = body.at("/messages/1/content/0/toolUse");
        return List.of(call.path("toolUseId").asText(), call.path("name").asText(), call.path("input").toString());
    }

    @Override
    protected List<String> toolResultIn(JsonNode body) {
        JsonNode result = body.at("/messages/2/content/0/toolResult");
        assertThat(body.at("/messages/2/role").asText()).isEqualTo("user");
        return List.of(result.path("toolUseId").asText(), result.at("/content/0/text").asText());
    }

    @Override
    protected JsonNode toolIn(JsonNode body) {
        return body.at("/toolConfig/tools/0/toolSpec/inputSchema/json");
    }

    @Override
    protected List<String> imagesIn(JsonNode body) {
        JsonNode content = body.at("/messages/0/content");
        assertThat(content.at("/1/image/format").asText()).isEqualTo("png");
        return List.of(content.at("/1/image/source/bytes").asText(), content.at("/2/image/source/bytes").asText());
    }

    @Override
    protected JsonNode schemaIn(JsonNode body) {
        assertThat(body.at("/outputConfig/textFormat/type").asText()).isEqualTo("json_schema");
        JsonNode definition = body.at("/outputConfig/textFormat/structure/jsonSchema");
        assertThat(definition.path("name").asText()).isEqualTo("out");
        assertThat(definition.path("schema").isTextual()).isTrue();
        return Json.readObject(definition.path("schema").textValue());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "us.anthropic.claude-sonnet-4-5-20250929-v1:0|us.anthropic.claude-sonnet-4-5-20250929-v1%3A0",
            "arn:aws:bedrock:eu-central-1:1:inference-profile/x|arn%3Aaws%3Abedrock%3Aeu-central-1%3A1%3Ainference-profile%2Fx",
            "a b*c~d+e|a%20b%2Ac~d%2Be"})
    void shouldWriteTheModelAsOneSegmentOfThePath(String model, String segment) {
        ProviderCall call = Calls.of(Calls.request(Calls.user("hi")));
        call.deployment().setModel(model);
        assertThat(adapter().toHttp(call).uri()).hasToString(Calls.ENDPOINT + "/model/" + segment + "/converse");
        ProviderCall streamed = Calls.with(call.request(), Map.of("stream", "true"), Set.of());
        streamed.deployment().setModel(model);
        assertThat(adapter().toHttp(streamed).uri()).hasToString(Calls.ENDPOINT + "/model/" + segment + "/converse-stream");
        assertThat(adapter().toHttp(streamed).headers()).filteredOn(header -> header.name().equals("Accept"))
                .extracting(HttpCall.Header::value).containsExactly("application/vnd.amazon.eventstream");
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
        assertThat(body.path("system")).extracting(block -> block.path("text").asText()).containsExactly("a", "b");
        assertThat(body.path("messages").size()).isEqualTo(3);
        assertThat(body.at("/messages/0/content")).extracting(block -> block.path("text").asText()).containsExactly("one", "two");
        assertThat(body.at("/messages/1/content/1/toolUse/input").isEmpty()).isTrue();
        assertThat(body.at("/messages/1/content/2/toolUse/input/arguments").asText()).isEqualTo("{broken");
        assertThat(body.at("/messages/2/content").size()).isEqualTo(3);
        assertThat(body.at("/messages/2/content/1/toolResult/content").isArray()).isTrue();
        assertThat(body.at("/messages/2/content/2/text").asText()).isEqualTo("also this");
        // An id this API refuses is replaced in the call and in the result alike.
        assertThat(body.at("/messages/1/content/2/toolUse/toolUseId").asText()).matches("[A-Za-z0-9_-]{1,64}")
                .isEqualTo(body.at("/messages/2/content/1/toolResult/toolUseId").asText());
        // Tools in the history need tools in the request.
        assertThat(body.at("/toolConfig/tools/0/toolSpec/name").asText()).isEqualTo("f");
        assertThat(body.path("toolConfig").has("toolChoice")).isFalse();
        assertThat(body.toString()).doesNotContain("reasoning");
    }

    @Test
    void shouldBeginWithTheUserAndAlternate() {
        assertThat(turnsIn(sent(Calls.message("assistant", "hello"), Calls.user("hi")))).containsExactly("user:Continue.",
                "assistant:hello", "user:hi");
        assertThat(turnsIn(sent(Calls.message("system", "only this")))).containsExactly("user:only this");
        JsonNode merged = sent(Calls.user("a"), Calls.message("assistant", " "), Calls.user("b"));
        assertThat(merged.path("messages").size()).isEqualTo(1);
        assertThat(merged.at("/messages/0/content").size()).isEqualTo(2);
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
                "user:hi", "assistant:The answer is");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"\"auto\"|{\"auto\":{}}", "\"required\"|{\"any\":{}}",
            "{\"type\":\"function\",\"function\":{\"name\":\"f\"}}|{\"tool\":{\"name\":\"f\"}}"})
    void shouldTranslateToolChoice(String choice, String expected) {
        JsonNode config = body(TOOLS + ",\"tool_choice\":" + choice).path("toolConfig");
        assertThat(config.path("toolChoice")).hasToString(expected);
        assertThat(config.at("/tools/0/toolSpec"))
                .hasToString(
                        "{\"name\":\"f\",\"description\":\"d\",\"inputSchema\":{\"json\":{\"type\":\"object\"}},\"strict\":true}");
        assertThat(config.at("/tools/1")).hasToString("{\"cachePoint\":{\"type\":\"default\"}}");
    }

    @Test
    void shouldLeaveOutToolsThatMayNotBeCalled() {
        String none = TOOLS + ",\"tool_choice\":\"none\"";
        assertThat(body(none).has("toolConfig")).isFalse();
        JsonNode after = tree(adapter().toHttp(Calls.of(Calls.requestWith(none, Calls.user("hi"), CALLED, RESULT))));
        assertThat(after.at("/toolConfig/tools").size()).isEqualTo(1);
        assertThat(after.at("/toolConfig/tools/0/toolSpec/description").asText()).contains("Do not call");
        assertThat(after.path("toolConfig").has("toolChoice")).isFalse();
    }

    @Test
    void shouldTranslateTheOtherParameters() {
        JsonNode body = body(
                ",\"max_tokens\":9,\"temperature\":1.5,\"top_p\":0.9,\"stop\":[\"END\"],\"reasoning_effort\":\"minimal\",\"user\":\"u1\","
                        + "\"seed\":5,\"n\":1,\"logprobs\":false,\"presence_penalty\":0,\"top_k\":3,\"thinking\":{\"type\":\"adaptive\"},"
                        + "\"store\":true,\"service_tier\":\"flex\",\"logit_bias\":{},\"guardrailConfig\":{\"guardrailIdentifier\":\"g\"},"
                        + "\"request_metadata\":{\"team\":\"a\"},\"additionalModelRequestFields\":{\"reasoningConfig\":{\"type\":\"enabled\"}}");
        assertThat(body.path("inferenceConfig"))
                .hasToString("{\"maxTokens\":9,\"temperature\":1.0,\"topP\":0.9,\"stopSequences\":[\"END\"]}");
        assertThat(body.at("/outputConfig/effort").asText()).isEqualTo("low");
        assertThat(body.at("/serviceTier/type").asText()).isEqualTo("flex");
        assertThat(body.at("/guardrailConfig/guardrailIdentifier").asText()).isEqualTo("g");
        assertThat(body.at("/requestMetadata/team").asText()).isEqualTo("a");
        assertThat(body.at("/additionalModelRequestFields/top_k").intValue()).isEqualTo(3);
        assertThat(body.at("/additionalModelRequestFields/thinking/type").asText()).isEqualTo("adaptive");
        assertThat(body.at("/additionalModelRequestFields/reasoningConfig/type").asText()).isEqualTo("enabled");
        assertThat(body.properties()).extracting(Map.Entry::getKey).containsExactlyInAnyOrder("messages", "inferenceConfig",
                "outputConfig", "serviceTier", "guardrailConfig", "requestMetadata", "additionalModelRequestFields");
        assertThat(body(",\"reasoning_effort\":\"none\"").at("/additionalModelRequestFields/thinking/type").asText())
                .isEqualTo("disabled");
        assertThat(body("").properties()).extracting(Map.Entry::getKey).containsExactly("messages");
    }

    @Test
    void shouldObeyTheSettings() {
        ChatRequest request = Calls.requestWith(
                ",\"temperature\":0.5,\"top_p\":0.9,\"reasoning_effort\":\"high\",\"safe_prompt\":true,\"max_tokens\":5",
                "{\"role\":\"user\",\"content\":\"hi\",\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}}");
        Map<String, String> settings = Map.of("sampling", "drop", "effort", "drop", "cache-points", "drop", "model-fields",
                "top_k, safe_prompt", "request-id-header", "X-Trace");
        HttpCall http = adapter().toHttp(Calls.with(request, settings, Set.of()));
        assertThat(tree(http)).hasToString("{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"hi\"}]}],"
                + "\"inferenceConfig\":{\"maxTokens\":5},\"additionalModelRequestFields\":{\"safe_prompt\":true}}");
        assertThat(http.headers()).contains(new HttpCall.Header("X-Trace", "request-1:2"));
        JsonNode kept = tree(adapter().toHttp(Calls.with(request, Map.of(), Set.of("safe_prompt"))));
        assertThat(kept.at("/messages/0/content/1")).hasToString("{\"cachePoint\":{\"type\":\"default\",\"ttl\":\"1h\"}}");
        assertThat(tree(adapter().toHttp(Calls.with(request, Map.of(), Set.of("safe_prompt", "cache_control"))))
                .at("/messages/0/content").size()).isEqualTo(1);
    }

    @Test
    void shouldNotLetCallersReplaceWhatTheOperatorDeclared() {
        ChatRequest request = Calls.requestWith(",\"guardrailConfig\":{\"guardrailIdentifier\":\"weak\"},\"top_k\":3,"
                + "\"additionalModelRequestFields\":{\"beta\":1}", Calls.user("hi"));
        String declared = "{\"guardrailConfig\":{\"guardrailIdentifier\":\"strong\"},\"additionalModelRequestFields\":{\"beta\":2}}";
        JsonNode body = tree(adapter().toHttp(Calls.with(request, Map.of("body", declared), Set.of())));
        assertThat(body.at("/guardrailConfig/guardrailIdentifier").asText()).isEqualTo("strong");
        assertThat(body.path("additionalModelRequestFields")).isEqualTo(Json.readObject("{\"beta\":2,\"top_k\":3}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"n|,\"n\":2", "logprobs|,\"logprobs\":true", "top_logprobs|,\"top_logprobs\":2",
            "frequency_penalty|,\"frequency_penalty\":0.5", "presence_penalty|,\"presence_penalty\":-1",
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
        assertThat(body.properties()).extracting(Map.Entry::getKey).containsExactly("messages");
    }

    @Test
    void shouldDoWithoutEveryFieldThatAnErrorNames() {
        ChatRequest request = Calls.requestWith(
                TOOLS + ",\"parallel_tool_calls\":false,\"tool_choice\":\"required\",\"max_tokens\":5,"
                        + "\"temperature\":0.5,\"top_p\":0.5,\"stop\":\"x\",\"top_k\":1,\"reasoning_effort\":\"low\"",
                Calls.user("hi"));
        Set<String> dropped = Set.of("parallel_tool_calls", "inferenceConfig.temperature", "inferenceConfig.topP",
                "inferenceConfig.stopSequences", "inferenceConfig.maxTokens", "toolConfig.toolChoice", "outputConfig.effort",
                "additionalModelRequestFields.top_k", "cache_control");
        assertThat(tree(adapter().toHttp(Calls.with(request, Map.of(), dropped)))).isEqualTo(Json.readObject(
                "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"hi\"}]}],\"toolConfig\":{\"tools\":[{\"toolSpec\":"
                        + "{\"name\":\"f\",\"description\":\"d\",\"inputSchema\":{\"json\":{\"type\":\"object\"}},\"strict\":true}}]}}"));
    }

    @Test
    void shouldRefuseContentItCannotCarry() {
        for (String part : List.of("{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"AA\",\"format\":\"wav\"}}",
                "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/tiff;base64,AA\"}}",
                "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png,raw\"}}")) {
            assertThatThrownBy(() -> sent("{\"role\":\"user\",\"content\":[" + part + "]}")).isInstanceOfSatisfying(
                    UntranslatableRequestException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.UNSUPPORTED_PARAMETER));
        }
        String longName = TOOLS.replace("\"f\"", "\"" + "f".repeat(65) + "\"");
        assertThatThrownBy(() -> body(longName)).isInstanceOf(UntranslatableRequestException.class);
    }

    @Test
    void shouldReadThinkingToolsCitationsAndDetails() {
        // When
        var response = answered(200, BedrockErrorCases.answer(
                "{\"reasoningContent\":{\"reasoningText\":{\"text\":\"hm\",\"signature\":\"s\"}}},{\"reasoningContent\":"
                        + "{\"redactedContent\":\"eA==\"}},{\"text\":\"a\"},{\"citationsContent\":{\"content\":[{\"text\":\"b\"}],"
                        + "\"citations\":[{\"title\":\"t\"}]}},{\"toolUse\":{\"toolUseId\":\"i\",\"name\":\"f\",\"input\":{\"q\":1}}}",
                "tool_use", BedrockErrorCases.USAGE));
        JsonNode tree = ChatResponseJson.tree(response);

        // Then
        Choice choice = response.getChoices().getFirst();
        assertThat(choice.getMessage().getContent()).isEqualTo("ab");
        assertThat(choice.getMessage().getToolCalls()).extracting("id", "name", "arguments")
                .containsExactly(org.assertj.core.groups.Tuple.tuple("i", "f", "{\"q\":1}"));
        assertThat(tree.at("/choices/0/message/reasoning_content").asText()).isEqualTo("hm");
        assertThat(tree.at("/choices/0/message/citations/0/title").asText()).isEqualTo("t");
        assertThat(tree.at("/metrics/latencyMs").intValue()).isEqualTo(551);
        assertThat(tree.at("/usage/cache_details/0/ttl").asText()).isEqualTo("5m");
    }

    @Test
    void shouldTakeTheRequestIdFromTheHeader() {
        HttpAnswer answer = new HttpAnswer(200, Map.of("x-amzn-requestid", List.of("1f2e")),
                answer("hi").getBytes(StandardCharsets.UTF_8));
        var outcome = (CallOutcome.Answered) adapter().fromHttp(Calls.of(Calls.request(Calls.user("hi"))), answer);
        assertThat(outcome.response().getId()).isEqualTo("1f2e");
        assertThat(outcome.response().getModel()).isEqualTo(Calls.MODEL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ModelNotReadyException",
            "ModelNotReadyException:http://internal.amazon.com/coral/com.amazon.bedrock/",
            "com.amazon.bedrock#ModelNotReadyException", "com.amazon.bedrock#ModelNotReadyException:http://internal.amazon.com/"})
    void shouldReadTheTypeFromTheHeaderAndFromTheBody(String type) {
        assertThat(failure(429, Map.of("x-amzn-errortype", List.of(type)), "{\"message\":\"x\"}").getKind())
                .isEqualTo(FailureKind.OVERLOADED);
        assertThat(failure(429, Map.of(), "{\"__type\":\"" + type + "\"}").getKind()).isEqualTo(FailureKind.OVERLOADED);
        assertThat(failure(429, Map.of(), "{\"code\":\"" + type + "\"}").getKind()).isEqualTo(FailureKind.OVERLOADED);
        assertThat(
                failure(429, Map.of("x-amzn-errortype", List.of(type)), "{\"__type\":\"ThrottlingException\"}").getProviderCode())
                .isEqualTo("ModelNotReadyException");
    }

    @Test
    void shouldKnowNoWaitUnlessAGatewaySaysOne() {
        String body = BedrockErrorCases.error("ThrottlingException", "x");
        assertThat(failure(429, Map.of(), body).getRetryAfterMillis()).isNull();
        assertThat(failure(429, Map.of("retry-after", List.of("2")), body).getRetryAfterMillis()).isEqualTo(2_000);
        assertThat(failure(403, Map.of("retry-after", List.of("2")), BedrockErrorCases.error("AccessDeniedException", "x"))
                .getRetryAfterMillis()).isNull();
    }

    @Test
    void shouldTellWhatMayHaveBeenPaid() {
        assertThat(failure(408, Map.of(), BedrockErrorCases.error("ModelTimeoutException", "x")).getMaybePaid()).isTrue();
        assertThat(failure(429, Map.of(), BedrockErrorCases.error("ThrottlingException", "x")).getMaybePaid()).isFalse();
    }

    @Test
    void shouldNotRepeatATypeThatIsNoName() {
        String echo = BedrockErrorCases.error(Calls.CANARY_KEY, Calls.CANARY_PROMPT);
        for (int status : List.of(200, 400, 403, 424, 429, 500)) {
            assertThat(failure(status, Map.of(), echo).toString()).doesNotContain("canary").doesNotContain("walrus");
        }
    }

    private io.spillway.v1.Failure failure(int status, Map<String, List<String>> headers, String body) {
        var answer = new HttpAnswer(status, headers, body.getBytes(StandardCharsets.UTF_8));
        return ((CallOutcome.Failed) adapter().fromHttp(Calls.of(Calls.request(Calls.user("hi"))), answer)).failure();
    }

    private JsonNode body(String more) {
        return tree(adapter().toHttp(Calls.of(Calls.requestWith(more, Calls.user("hi")))));
    }
}
