package io.spillway.worker.provider.cohere;

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

class CohereAdapterTest extends ProviderAdapterContract {

    private static final String USAGE = ",\"usage\":{\"billed_units\":{\"input_tokens\":80,\"output_tokens\":39},"
            + "\"tokens\":{\"input_tokens\":100,\"output_tokens\":40},\"cached_tokens\":60}";
    private static final String TOOLS = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\",\"strict\":true}},"
            + "{\"type\":\"function\",\"function\":{\"name\":\"b\",\"strict\":true}}]";

    static String answer(String message, String reason, String usage) {
        return "{\"id\":\"c14c80c3-18eb-4519-9460-6c92edd8cfb4\",\"finish_reason\":\"" + reason
                + "\",\"message\":{\"role\":\"assistant\"," + message + "}" + usage + "}";
    }

    private static String text(String text) {
        return "\"content\":[{\"type\":\"text\",\"text\":\"" + text + "\"}]";
    }

    private static String error(String message) {
        return "{\"id\":\"6f1c\",\"message\":\"" + message + "\"}";
    }

    @Override
    protected ProviderAdapter adapter() {
        return new CohereAdapter();
    }

    @Override
    protected String answer(String text) {
        return answer(text(text), "COMPLETE", USAGE);
    }

    @Override
    protected String toolAnswer(String id, String name, String arguments) {
        return answer("\"tool_plan\":\"I will look.\",\"tool_calls\":[{\"id\":\"" + id
                + "\",\"type\":\"function\",\"function\":{\"name\":\"" + name + "\",\"arguments\":\""
                + arguments.replace("\"", "\\\"") + "\"}}]", "TOOL_CALL", USAGE);
    }

    @Override
    protected String answerStoppedBy(String reason) {
        return answer(text("x"), reason, USAGE);
    }

    @Override
    protected Map<String, FinishReason> stopReasons() {
        return Map.of("COMPLETE", FinishReason.STOP, "STOP_SEQUENCE", FinishReason.STOP, "MAX_TOKENS", FinishReason.LENGTH,
                "TOOL_CALL", FinishReason.TOOL_CALLS);
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
        return answer(text(text), "COMPLETE", "");
    }

    @Override
    protected List<String> answersWithUnknownWords(String text) {
        return List.of(answer("\"content\":[{\"type\":\"scent\",\"text\":\"no\"},{\"type\":\"text\",\"text\":\"" + text
                + "\"}]", "COMPLETE", USAGE));
    }

    @Override
    protected List<ErrorCase> errors() {
        return List.of(
                new ErrorCase("bad request", 400, error("invalid request: message must be at least 1 token long"),
                        FailureKind.INVALID_REQUEST),
                new ErrorCase("overflow", 400, error("too many tokens: size limit exceeded by 2000 tokens"),
                        FailureKind.CONTEXT_WINDOW_EXCEEDED),
                new ErrorCase("model", 404, error("model 'x' not found, make sure the correct model ID was used"),
                        FailureKind.MODEL_NOT_FOUND),
                new ErrorCase("unknown field", 422, error("unknown field: parameter 'strict' is not a valid field. For proper"
                        + " usage, please refer to https://docs.cohere.com/reference/chat"),
                        FailureKind.UNSUPPORTED_PARAMETER, "strict"),
                new ErrorCase("unknown model field", 400, error("unknown field: parameter model is not a valid field"),
                        FailureKind.UNSUPPORTED_PARAMETER),
                new ErrorCase("not supported", 422, error("unprocessable entity: n is not supported"),
                        FailureKind.UNSUPPORTED_PARAMETER, "n"),
                new ErrorCase("key", 401, error("invalid api token"), FailureKind.AUTHENTICATION_FAILED),
                new ErrorCase("token", 498, error("invalid token"), FailureKind.AUTHENTICATION_FAILED),
                new ErrorCase("billing", 402, error("Please add or update your payment method at"),
                        FailureKind.QUOTA_EXHAUSTED),
                new ErrorCase("forbidden", 403, error("no"), FailureKind.PERMISSION_DENIED),
                new ErrorCase("trial minute", 429,
                        error("You are using a Trial key, which is limited to 20 API calls / minute."), FailureKind.RATE_LIMITED),
                new ErrorCase("trial month", 429,
                        error("You are using a Trial key, which is limited to 1000 API calls / month."),
                        FailureKind.QUOTA_EXHAUSTED),
                new ErrorCase("rate", 429, error("Please wait and try again later"), FailureKind.RATE_LIMITED),
                new ErrorCase("gone", 499, error("client closed request"), FailureKind.SERVER_ERROR),
                new ErrorCase("server", 500, error("internal server error"), FailureKind.SERVER_ERROR),
                new ErrorCase("not implemented", 501, error("x"), FailureKind.SERVER_ERROR),
                new ErrorCase("unavailable", 503, error("x"), FailureKind.OVERLOADED),
                new ErrorCase("late", 504, error("x"), FailureKind.SERVER_ERROR),
                new ErrorCase("guardrail of a proxy", 446, error("x"), FailureKind.CONTENT_FILTERED),
                new ErrorCase("teapot", 418, error("x"), FailureKind.UNKNOWN),
                new ErrorCase("finish error", 200, answer(text("par"), "ERROR", USAGE), FailureKind.SERVER_ERROR),
                new ErrorCase("finish timeout", 200, answer(text("par"), "TIMEOUT", USAGE), FailureKind.SERVER_ERROR));
    }

    @Override
    protected List<String> malformed() {
        return List.of(error("internal server error"), "{\"message\":{}}", "{\"message\":null,\"finish_reason\":\"COMPLETE\"}",
                answer("\"content\":[]", "COMPLETE", ""), answer("\"content\":null", "COMPLETE", ""),
                answer(text(""), "COMPLETE", ",\"usage\":{\"tokens\":{\"input_tokens\":9,\"output_tokens\":0}}"),
                answer("\"tool_calls\":[{\"id\":\"a\",\"function\":{\"arguments\":\"{}\"}}]", "TOOL_CALL", USAGE));
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
        assertThat(body.at("/messages/1/tool_plan").asText()).isEqualTo("I will look.");
        assertThat(body.at("/messages/1").has("content")).isFalse();
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
        assertThat(body.at("/response_format/type").asText()).isEqualTo("json_object");
        return body.at("/response_format/json_schema");
    }

    @Test
    void shouldAuthenticateAndNameTheParametersAsCohereDoes() {
        // When
        HttpCall http = adapter().toHttp(Calls.of(Calls.requestWith(
                ",\"max_tokens\":7,\"temperature\":0.5,\"top_p\":1,\"seed\":3,\"stop\":\"x\",\"frequency_penalty\":1.5,"
                        + "\"top_k\":5,\"safety_mode\":\"STRICT\",\"user\":\"u\",\"store\":true,\"reasoning_effort\":\"low\"",
                Calls.user("hi"))));

        // Then
        assertThat(http.uri()).hasToString(Calls.ENDPOINT + "/v2/chat");
        assertThat(http.headers()).extracting(HttpCall.Header::value).contains("Bearer " + Calls.CANARY_KEY);
        assertThat(tree(http)).isEqualTo(Json.readObject("{\"model\":\"" + Calls.MODEL + "\",\"stream\":false,\"messages\":["
                + Calls.user("hi") + "],\"max_tokens\":7,\"temperature\":0.5,\"p\":0.99,\"frequency_penalty\":1.0,\"seed\":3,"
                + "\"stop_sequences\":[\"x\"],\"safety_mode\":\"STRICT\",\"k\":5}"));
    }

    @Test
    void shouldOfferOnlyTheToolThatMustBeCalled() {
        JsonNode body = tree(adapter().toHttp(Calls.of(Calls.requestWith(
                TOOLS + ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"b\"}}", Calls.user("hi")))));
        assertThat(body.path("tools")).hasSize(1);
        assertThat(body.at("/tools/0/function/name").asText()).isEqualTo("b");
        assertThat(body.at("/tools/0/function").has("strict")).isFalse();
        assertThat(body.path("strict_tools").asBoolean()).isTrue();
        assertThat(body.path("tool_choice").asText()).isEqualTo("REQUIRED");
    }

    @Test
    void shouldAskTheUsersQuestionWhenThereIsOnlyASystemMessage() {
        assertThat(sent(Calls.message("system", "Say hi.")).at("/messages/0/role").asText()).isEqualTo("user");
    }

    @Test
    void shouldThinkOnlyWhereDeclared() {
        var request = Calls.requestWith(",\"reasoning_effort\":\"none\"", Calls.user("hi"));
        assertThat(tree(adapter().toHttp(Calls.of(request))).has("thinking")).isFalse();
        assertThat(tree(adapter().toHttp(Calls.with(request, Map.of("effort", "keep"), Set.of()))).at("/thinking/type").asText())
                .isEqualTo("disabled");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"n\":2", "\"top_logprobs\":2", "\"frequency_penalty\":-1", "\"seed\":-4",
            "\"logit_bias\":{\"1\":2}",
            "\"repetition_penalty\":1.1"})
    void shouldRefuseWhatItCannotSayUnlessItMayBeDropped(String parameter) {
        var request = Calls.requestWith("," + parameter, Calls.user("hi"));
        assertThatThrownBy(() -> adapter().toHttp(Calls.of(request))).isInstanceOfSatisfying(UntranslatableRequestException.class,
                e -> assertThat(adapter().toHttp(Calls.with(request, Map.of(), Set.of(e.parameter())))).isNotNull());
    }

    @Test
    void shouldReadThinkingCitationsLogprobsAndDecimalCounts() {
        // When
        ChatResponse response = answered(200, "{\"id\":\"i\",\"finish_reason\":\"COMPLETE\",\"message\":{\"role\":\"assistant\","
                + "\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\"},{\"type\":\"text\",\"text\":\"hi\"}],"
                + "\"citations\":[{\"start\":0,\"end\":2}]},\"logprobs\":[{\"text\":\"hi\",\"token_ids\":[1],\"logprobs\":[-0.5]}],"
                + "\"usage\":{\"billed_units\":{\"input_tokens\":3.0,\"output_tokens\":1.0},"
                + "\"tokens\":{\"input_tokens\":70.0,\"output_tokens\":4.0}}}");

        // Then
        ChatMessage message = response.getChoices().getFirst().getMessage();
        assertThat(message.getContent()).isEqualTo("hi");
        assertThat(Json.readObject(message.getExtra()).path("reasoning_content").asText()).isEqualTo("hm");
        assertThat(Json.readObject(message.getExtra()).at("/citations/0/end").asInt()).isEqualTo(2);
        assertThat(Json.readObject(response.getChoices().getFirst().getLogprobs()).at("/content/0/logprob").asDouble())
                .isEqualTo(-0.5);
        assertThat(response.getUsage().getPromptTokens()).isEqualTo(70);
        assertThat(Json.readObject(response.getExtra()).at("/usage/billed_units/input_tokens").asInt()).isEqualTo(3);
    }

    @Test
    void shouldCountWhatIsBilledWhereDeclared() {
        var call = Calls.with(Calls.request(Calls.user("hi")), Map.of("usage", "billed"), Set.of());
        CallOutcome outcome = adapter().fromHttp(call,
                new HttpAnswer(200, Map.of(), answer("x").getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        assertThat(((CallOutcome.Answered) outcome).response().getUsage().getPromptTokens()).isEqualTo(80);
    }
}
