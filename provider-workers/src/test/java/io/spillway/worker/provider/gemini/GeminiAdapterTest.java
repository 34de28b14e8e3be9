package io.spillway.worker.provider.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.contract.json.ChatResponseJson;
import io.spillway.v1.ChatMessage;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.FailureKind;
import io.spillway.v1.FinishReason;
import io.spillway.v1.ToolCall;
import io.spillway.worker.provider.Calls;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderAdapter;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.UntranslatableRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GeminiAdapterTest extends GeminiSurfaceContract {

    private static final String STAND_IN = "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=";
    private static final String TOOLS = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]";

    @Override
    protected ProviderAdapter adapter() {
        return GeminiAdapter.withApiKey();
    }

    @Override
    protected boolean takesImageUrls() {
        return false;
    }

    @Test
    void shouldSendTheKeyInGooglesHeaderAndNoneWithoutKey() {
        HttpCall call = adapter().toHttp(Calls.of(Calls.request(Calls.user("hi"))));
        assertThat(call.uri()).hasToString(Calls.ENDPOINT + "/v1beta/models/" + Calls.MODEL + ":generateContent");
        assertThat(call.headers()).anySatisfy(header -> {
            assertThat(header.name()).isEqualTo("x-goog-api-key");
            assertThat(header.value()).isEqualTo(Calls.CANARY_KEY);
        });
        assertThat(adapter().toHttp(Calls.anonymous(Calls.request(Calls.user("hi")))).headers())
                .extracting(HttpCall.Header::name).doesNotContain("x-goog-api-key");
    }

    @Test
    void shouldMergeTurnsAndPutToolResultsFirst() {
        // When
        JsonNode body = sent(Calls.message("system", "a"), Calls.message("developer", "b"), Calls.user("one"), Calls.user("two"),
                "{\"role\":\"assistant\",\"content\":\"let me see\",\"reasoning_content\":\"hm\",\"tool_calls\":[{\"id\":\"c1\",\"type\":"
                        + "\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}},{\"id\":\"c2\",\"type\":\"function\",\"function\":"
                        + "{\"name\":\"g\",\"arguments\":\"{broken\"}}]}",
                Calls.user("also this"), "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"{\\\"r\\\":1}\"}",
                "{\"role\":\"tool\",\"tool_call_id\":\"c2\",\"content\":\"[1]\"}");

        // Then
        assertThat(body.at("/systemInstruction/parts")).extracting(part -> part.path("text").asText()).containsExactly("a", "b");
        assertThat(body.path("contents")).extracting(content -> content.path("role").asText()).containsExactly("user", "model",
                "user");
        assertThat(body.at("/contents/0/parts")).extracting(part -> part.path("text").asText()).containsExactly("one", "two");
        assertThat(body.at("/contents/1/parts/1/functionCall/args").isEmpty()).isTrue();
        assertThat(body.at("/contents/1/parts/2/functionCall/args/arguments").asText()).isEqualTo("{broken");
        assertThat(body.at("/contents/2/parts/0/functionResponse").toString())
                .isEqualTo("{\"id\":\"c1\",\"name\":\"f\",\"response\":{\"r\":1}}");
        assertThat(body.at("/contents/2/parts/1/functionResponse/name").asText()).isEqualTo("g");
        assertThat(body.at("/contents/2/parts/1/functionResponse/response/output").asText()).isEqualTo("[1]");
        assertThat(body.at("/contents/2/parts/2/text").asText()).isEqualTo("also this");
        assertThat(body.toString()).doesNotContain("hm");
    }

    @Test
    void shouldBeginWithTheUser() {
        assertThat(turnsIn(sent(Calls.message("assistant", "hello"), Calls.user("hi")))).containsExactly("user:Continue.",
                "assistant:hello", "user:hi");
        assertThat(turnsIn(sent(Calls.message("system", "only this")))).containsExactly("user:only this");
        assertThatThrownBy(() -> sent(Calls.user(" "))).isInstanceOf(UntranslatableRequestException.class);
    }

    @Test
    void shouldRefuseAToolResultWithoutItsCall() {
        assertThatThrownBy(() -> sent(Calls.user("hi"), "{\"role\":\"tool\",\"tool_call_id\":\"c9\",\"content\":\"x\"}"))
                .isInstanceOf(UntranslatableRequestException.class);
    }

    @Test
    void shouldSignOnlyWhatTheSameModelMadeAndStandInForTheRest() {
        // Given an answer with a signed call, as this deployment reads it
        ChatResponse answer = answered(200, toolAnswer("c1", "f", "{}"));
        String own = ChatResponseJson.tree(answer).at("/choices/0/message").toString();
        String foreign = own.replace("gemini/" + Calls.MODEL, "gemini/another-model");
        String bare = "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":"
                + "{\"name\":\"f\",\"arguments\":\"{}\"}},{\"id\":\"c2\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}";
        assertThat(foreign).isNotEqualTo(own);

        // Then
        assertThat(signature(own, Set.of(), 0)).isEqualTo("c2ln");
        assertThat(signature(own, Set.of("thoughtSignature"), 0)).isEqualTo(STAND_IN);
        assertThat(signature(foreign, Set.of(), 0)).isEqualTo(STAND_IN);
        assertThat(signature(bare, Set.of(), 0)).isEqualTo(STAND_IN);
        // Only the first of parallel calls is signed, as the model does it.
        assertThat(signature(bare, Set.of(), 1)).isEmpty();
    }

    private String signature(String assistant, Set<String> dropped, int call) {
        ChatRequest request = Calls.request(Calls.user("go"), assistant,
                "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"r\"}");
        return tree(adapter().toHttp(Calls.with(request, Map.of(), dropped)))
                .at("/contents/1/parts/" + call + "/thoughtSignature")
                .asText();
    }

    @Test
    void shouldNotSignForOlderGenerations() {
        ProviderCall call = Calls.of(Calls.request(Calls.user("go"),
                "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}",
                "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"r\"}"));
        call.deployment().setModel("gemini-2.5-flash");
        assertThat(tree(adapter().toHttp(call)).at("/contents/1/parts/0").has("thoughtSignature")).isFalse();
    }

    @Test
    void shouldMakeUpIdsThatAreStableAndDifferBetweenCalls() {
        String body = GeminiErrorCases.answer(
                "{\"functionCall\":{\"name\":\"f\",\"args\":{}}},{\"functionCall\":{\"name\":\"f\"}}",
                "STOP", USAGE);
        ChatMessage message = answered(200, body).getChoices().getFirst().getMessage();

        assertThat(message.getToolCalls()).extracting(ToolCall::getId).doesNotHaveDuplicates()
                .allMatch(id -> id.matches("call_[0-9a-f]{32}"));
        assertThat(message.getToolCalls().get(1).getArguments()).isEqualTo("{}");
        assertThat(answered(200, body).getChoices().getFirst().getMessage()).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"\"none\"|{\"mode\":\"NONE\"}", "\"auto\"|{\"mode\":\"AUTO\"}",
            "\"required\"|{\"mode\":\"ANY\"}",
            "{\"type\":\"function\",\"function\":{\"name\":\"f\"}}|{\"mode\":\"ANY\",\"allowedFunctionNames\":[\"f\"]}"})
    void shouldTranslateToolChoice(String choice, String expected) {
        assertThat(body(TOOLS + ",\"tool_choice\":" + choice).at("/toolConfig/functionCallingConfig")).hasToString(expected);
    }

    @Test
    void shouldDeclareAFunctionWithoutParametersWithoutASchema() {
        assertThat(body(TOOLS).at("/tools/0/functionDeclarations/0")).hasToString("{\"name\":\"f\"}");
    }

    @Test
    void shouldReduceSchemasWhenTheDeploymentWantsTheOlderFields() {
        // Given
        String schema = "{\"type\":\"object\",\"additionalProperties\":false,\"$defs\":{\"N\":{\"type\":[\"string\",\"null\"],\"format\":\"email\"}},"
                + "\"properties\":{\"a\":{\"$ref\":\"#/$defs/N\"},\"b\":{\"oneOf\":[{\"type\":\"integer\",\"exclusiveMinimum\":1},{\"type\":\"null\"}]},"
                + "\"c\":{\"const\":\"x\"},\"d\":{\"type\":\"array\",\"items\":{\"enum\":[\"p\",\"q\"]}},\"e\":{\"$ref\":\"https://x/y\"}},"
                + "\"required\":[\"a\",\"gone\"]}";
        String more = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":" + schema + "}}],"
                + "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"o\",\"schema\":" + schema + "}}";

        // When
        JsonNode body = tree(adapter()
                .toHttp(Calls.with(Calls.requestWith(more, Calls.user("hi")), Map.of("schemas", "openapi"), Set.of())));

        // Then
        JsonNode reduced = body.at("/tools/0/functionDeclarations/0/parameters");
        assertThat(reduced).isEqualTo(body.at("/generationConfig/responseSchema"));
        assertThat(reduced).hasToString("{\"type\":\"OBJECT\",\"properties\":{\"a\":{\"nullable\":true,\"type\":\"STRING\"},"
                + "\"b\":{\"nullable\":true,\"type\":\"INTEGER\"},\"c\":{\"enum\":[\"x\"]},"
                + "\"d\":{\"type\":\"ARRAY\",\"items\":{\"enum\":[\"p\",\"q\"]}},\"e\":{}},\"required\":[\"a\"]}");
    }

    @Test
    void shouldSurviveASchemaThatContainsItself() {
        String more = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\",\"properties\":"
                + "{\"child\":{\"$ref\":\"#\"},\"loop\":{\"$ref\":\"#/properties/loop\"}}}}}]";
        JsonNode body = tree(adapter()
                .toHttp(Calls.with(Calls.requestWith(more, Calls.user("hi")), Map.of("schemas", "openapi"), Set.of())));
        assertThat(body.at("/tools/0/functionDeclarations/0/parameters/properties/child/properties/child/type").asText())
                .isEqualTo("OBJECT");
    }

    @Test
    void shouldTranslateTheOtherParameters() {
        JsonNode config = body(
                ",\"temperature\":1.5,\"top_p\":0.9,\"max_tokens\":9,\"n\":2,\"seed\":5000000000,\"stop\":[\"END\"],"
                        + "\"presence_penalty\":0.5,\"frequency_penalty\":0,\"logprobs\":true,\"top_logprobs\":3,\"top_k\":4,\"user\":\"u\","
                        + "\"store\":true,\"response_format\":{\"type\":\"json_object\"}")
                .path("generationConfig");
        assertThat(config.path("temperature").doubleValue()).isEqualTo(1.5);
        assertThat(config.path("topP").doubleValue()).isEqualTo(0.9);
        assertThat(config.path("maxOutputTokens").intValue()).isEqualTo(9);
        assertThat(config.path("candidateCount").intValue()).isEqualTo(2);
        assertThat(config.path("seed").canConvertToInt()).isTrue();
        assertThat(config.path("stopSequences")).hasToString("[\"END\"]");
        assertThat(config.path("presencePenalty").doubleValue()).isEqualTo(0.5);
        assertThat(config.has("frequencyPenalty")).isFalse();
        assertThat(config.path("responseLogprobs").booleanValue()).isTrue();
        assertThat(config.path("logprobs").intValue()).isEqualTo(3);
        assertThat(config.path("topK").intValue()).isEqualTo(4);
        assertThat(config.path("responseMimeType").asText()).isEqualTo("application/json");
        assertThat(body("").has("generationConfig")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"gemini-2.5-flash,none,thinkingBudget,0", "gemini-2.5-pro,none,thinkingBudget,128",
            "gemini-2.5-flash,medium,thinkingBudget,8192", "gemini-2.5-pro,max,thinkingBudget,32768",
            "gemini-3.8-flash,minimal,thinkingLevel,minimal", "gemini-4-argon,minimal,thinkingLevel,low",
            "gemini-4-argon,none,thinkingLevel,low", "gemini-3.1-pro-preview,xhigh,thinkingLevel,high",
            "endpoints/77,medium,thinkingLevel,medium"})
    void shouldTranslateEffortByGeneration(String model, String effort, String field, String value) {
        ProviderCall call = Calls.of(Calls.requestWith(",\"reasoning_effort\":\"" + effort + "\"", Calls.user("hi")));
        call.deployment().setModel(model);
        JsonNode thinking = tree(adapter().toHttp(call)).at("/generationConfig/thinkingConfig");
        assertThat(thinking.size()).isEqualTo(1);
        assertThat(thinking.path(field).asText()).isEqualTo(value);
    }

    @Test
    void shouldRefuseEffortWhereTheModelNeverThinks() {
        ProviderCall call = Calls.of(Calls.requestWith(",\"reasoning_effort\":\"high\"", Calls.user("hi")));
        call.deployment().setModel("gemini-2.0-flash");
        assertThatThrownBy(() -> adapter().toHttp(call)).isInstanceOfSatisfying(UntranslatableRequestException.class,
                e -> assertThat(e.parameter()).isEqualTo("reasoning_effort"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"logit_bias;{\"1\":2}", "something_new;1", "cached_content;\"cachedContents/1\""})
    void shouldRefuseWhatTheDialectCannotSay(String parameter) {
        String[] parts = parameter.split(";");
        ChatRequest request = Calls.requestWith(",\"" + parts[0] + "\":" + parts[1], Calls.user("hi"));
        assertThatThrownBy(() -> adapter().toHttp(Calls.of(request))).isInstanceOfSatisfying(
                UntranslatableRequestException.class, e -> {
                    assertThat(e.kind()).isEqualTo(FailureKind.UNSUPPORTED_PARAMETER);
                    assertThat(e.parameter()).isEqualTo(parts[0]);
                });
        assertThat(adapter().toHttp(Calls.with(request, Map.of(), Set.of(parts[0]))).body()).isNotEmpty();
    }

    @Test
    void shouldLeaveOutWhatTheDeploymentRefused() {
        ChatRequest request = Calls.requestWith(",\"reasoning_effort\":\"low\",\"n\":2,\"logprobs\":true,\"response_format\":"
                + "{\"type\":\"json_object\"},\"temperature\":1,\"presence_penalty\":1,\"frequency_penalty\":1" + TOOLS
                + ",\"parallel_tool_calls\":false",
                Calls.user("hi"));
        JsonNode body = tree(adapter().toHttp(Calls.with(request, Map.of("drop", "logprobs,parallel_tool_calls"),
                Set.of("generationConfig.thinkingConfig", "generationConfig.candidateCount", "response_format", "penalties"))));
        assertThat(body.path("generationConfig")).hasToString("{\"temperature\":1.0}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://example.com/a.png", "http://example.com/a.png", "data:image/gif;base64,QUJD",
            "data:text/plain,x"})
    void shouldRefuseImagesItCannotCarry(String url) {
        assertThatThrownBy(() -> sent(image(url))).isInstanceOf(UntranslatableRequestException.class);
    }

    @Test
    void shouldPassFilesOfItsOwnAndPublicOnesWhereTheOperatorSaysSo() {
        String own = "https://generativelanguage.googleapis.com/v1beta/files/abc";
        assertThat(sent(image(own)).at("/contents/0/parts/0/fileData")).hasToString("{\"fileUri\":\"" + own + "\"}");
        ProviderCall call = Calls.with(Calls.request(image("https://example.com/a.webp?x=1")), Map.of("image-urls", "pass"),
                Set.of());
        assertThat(tree(adapter().toHttp(call)).at("/contents/0/parts/0/fileData/mimeType").asText()).isEqualTo("image/webp");
    }

    private static String image(String url) {
        return "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"" + url + "\"}}]}";
    }

    @Test
    void shouldReadThoughtsCandidatesAndLogprobs() {
        ChatResponse response = answered(200, "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"hm\",\"thought\":true},"
                + "{\"text\":\"a\"},{\"text\":\"b\"}]},\"finishReason\":\"STOP\",\"logprobsResult\":{\"chosenCandidates\":[{\"token\":\"a\","
                + "\"logProbability\":-0.5}],\"topCandidates\":[{\"candidates\":[{\"token\":\"a\",\"logProbability\":-0.5}]}]},"
                + "\"groundingMetadata\":{\"webSearchQueries\":[\"q\"]}},{\"content\":{\"parts\":[{\"text\":\"c\"}]},\"index\":1,"
                + "\"finishReason\":\"MAX_TOKENS\"}],\"usageMetadata\":{\"promptTokenCount\":5,\"toolUsePromptTokenCount\":2,"
                + "\"thoughtsTokenCount\":3},\"modelVersion\":\"m\",\"responseId\":\"r\"}");
        assertThat(response.getId()).isEqualTo("r");
        assertThat(response.getModel()).isEqualTo("m");
        assertThat(response.getChoices()).extracting(choice -> choice.getMessage().getContent()).containsExactly("ab", "c");
        assertThat(response.getChoices().get(1).getFinishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(response.getChoices().getFirst().getMessage().getExtra()).contains("reasoning_content").contains("hm");
        assertThat(response.getChoices().getFirst().getLogprobs()).contains("-0.5").contains("top_logprobs");
        assertThat(response.getExtra()).contains("grounding_metadata");
        assertThat(response.getUsage().getPromptTokens()).isEqualTo(7);
        assertThat(response.getUsage().getCompletionTokens()).isEqualTo(3);
        assertThat(response.getUsage().getReasoningTokens()).isEqualTo(3);
    }

    @Test
    void shouldTakeAnAnswerThatThinkingUsedUpAsCutOff() {
        ChatResponse response = answered(200,
                "{\"candidates\":[{\"content\":{\"role\":\"model\"},\"finishReason\":\"MAX_TOKENS\"}],"
                        + "\"usageMetadata\":{\"promptTokenCount\":5,\"thoughtsTokenCount\":90}}");
        assertThat(response.getChoices().getFirst().getFinishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(response.getChoices().getFirst().getMessage().getContent()).isEmpty();
        assertThat(response.getUsage().getCompletionTokens()).isEqualTo(90);
    }

    @Test
    void shouldWaitAsLongAsTheQuotaNeeds() {
        assertThat(failed(429, GeminiErrorCases.quota("PerMinute", "5", "17.5s")).failure().getRetryAfterMillis())
                .isEqualTo(17_500);
        // From noon UTC, which is 4 in the morning there, to midnight.
        assertThat(failed(429, GeminiErrorCases.quota("RequestsPerDay", "5", "17s")).failure().getRetryAfterMillis())
                .isEqualTo(Duration.ofHours(20).toMillis());
        assertThat(failed(429, GeminiErrorCases.error(429, "RESOURCE_EXHAUSTED", "spend limit reached")).failure()
                .getRetryAfterMillis()).isEqualTo(Duration.ofMinutes(10).toMillis());
        assertThat(failed(402, GeminiErrorCases.error(402, "RESOURCE_EXHAUSTED", "x")).failure().getRetryAfterMillis()).isNull();
    }

    @Test
    void shouldNameTheMostExactCode() {
        assertThat(failed(400, GeminiErrorCases.reason(400, "INVALID_ARGUMENT", "API_KEY_INVALID")).failure().getProviderCode())
                .isEqualTo("API_KEY_INVALID");
        assertThat(failed(503, GeminiErrorCases.error(503, "UNAVAILABLE", "x")).failure().getProviderCode())
                .isEqualTo("UNAVAILABLE");
        assertThat(failed(200, "{\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}").failure().getProviderCode())
                .isEqualTo("SAFETY");
    }

    private JsonNode body(String more) {
        return tree(adapter().toHttp(Calls.of(Calls.requestWith(more, Calls.user("hi")))));
    }
}
