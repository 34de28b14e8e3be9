package io.spillway.worker.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.models.chat.completions.ChatCompletion;
import io.spillway.contract.json.ChatResponseJson;
import io.spillway.contract.json.Json;
import io.spillway.v1.ChatMessage;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.Choice;
import io.spillway.v1.Failure;
import io.spillway.v1.FailureKind;
import io.spillway.v1.FinishReason;
import io.spillway.v1.SendState;
import io.spillway.v1.Usage;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What every dialect must do. A new provider extends this and gives its wire shapes. */
public abstract class ProviderAdapterContract {

    /**
     * An error on the wire.
     *
     * @param parameter what may be dropped, with UNSUPPORTED_PARAMETER
     */
    public record ErrorCase(String name, int status, String body, FailureKind kind, String parameter) {
        public ErrorCase(String name, int status, String body, FailureKind kind) {
            this(name, status, body, kind, "");
        }
    }

    protected abstract ProviderAdapter adapter();

    /** A complete answer with this text, usage included. */
    protected abstract String answer(String text);

    /** A complete answer that calls one tool. */
    protected abstract String toolAnswer(String id, String name, String arguments);

    /** An answer with text whose native stop reason is given. */
    protected abstract String answerStoppedBy(String reason);

    protected abstract Map<String, FinishReason> stopReasons();

    /** An answer whose usage is 100 prompt (60 cached, 10 written to the cache), 40 completion tokens, reasoning among them. */
    protected abstract String answerWithUsage();

    /** The dialects that have no word for a figure of usage report it as 0. */
    protected int cachedTokens() {
        return 60;
    }

    protected int cacheWriteTokens() {
        return 10;
    }

    protected int reasoningTokens() {
        return 0;
    }

    /** Answers with this text, and with values at the places where the dialect enumerates some and will enumerate more. */
    protected List<String> answersWithUnknownWords(String text) {
        return List.of();
    }

    /** How the names of counts end. */
    protected String countSuffix() {
        return "_tokens";
    }

    /** Whether the provider fetches images itself. */
    protected boolean takesImageUrls() {
        return true;
    }

    /** The same without any usage. */
    protected abstract String answerWithoutUsage(String text);

    protected abstract List<ErrorCase> errors();

    /** Bodies under 200 that are no answers. */
    protected abstract List<String> malformed();

    /** System text, turns, tool call, tool result, image and schema, found where the dialect keeps them. */
    protected abstract String systemIn(JsonNode body);

    protected abstract List<String> turnsIn(JsonNode body);

    protected abstract List<String> toolCallIn(JsonNode body);

    protected abstract List<String> toolResultIn(JsonNode body);

    protected abstract JsonNode toolIn(JsonNode body);

    protected abstract List<String> imagesIn(JsonNode body);

    protected abstract JsonNode schemaIn(JsonNode body);

    @Test
    void shouldSendTheDeploymentsModelAndTheKeyOnlyInAHeader() {
        // When
        HttpCall http = adapter().toHttp(Calls.of(Calls.request(Calls.user(Calls.CANARY_PROMPT))));

        // Then
        assertThat(tree(http).path("model").textValue()).isEqualTo(Calls.MODEL);
        assertThat(http.uri().toString()).startsWith(Calls.ENDPOINT + "/");
        assertThat(http.headers()).filteredOn(header -> header.value().contains(Calls.CANARY_KEY)).hasSize(1);
        assertThat(http.headers()).extracting(HttpCall.Header::name).contains("Content-Type");
        assertThat(new String(http.body(), StandardCharsets.UTF_8)).doesNotContain(Calls.CANARY_KEY);
        assertThat(http.toString() + http.headers()).doesNotContain(Calls.CANARY_KEY).doesNotContain(Calls.CANARY_PROMPT);
    }

    @Test
    void shouldSendNoCredentialWhenThereIsNone() {
        assertThat(adapter().toHttp(Calls.anonymous(Calls.request(Calls.user("hi")))).headers()).extracting(HttpCall.Header::name)
                .doesNotContain("Authorization", "x-api-key");
    }

    @Test
    void shouldSendSystemAndTurns() {
        // When
        JsonNode body = sent(Calls.message("system", "Be brief."), Calls.user("one"), Calls.message("assistant", "two"),
                Calls.user("three"));

        // Then
        assertThat(systemIn(body)).isEqualTo("Be brief.");
        assertThat(turnsIn(body)).containsExactly("user:one", "assistant:two", "user:three");
    }

    @Test
    void shouldSendTheSameBytesWhenCalledTwice() {
        ProviderCall call = Calls.of(Calls.request(Calls.user("hi")));
        assertThat(adapter().toHttp(call).body()).isEqualTo(adapter().toHttp(call).body());
        assertThat(call.request()).isEqualTo(Calls.request(Calls.user("hi")));
    }

    @Test
    void shouldCarryToolsThereAndBack() {
        // Given an answer that calls a tool
        String tools = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"look_up\",\"description\":\"d\",\"parameters\":"
                + "{\"type\":\"object\",\"properties\":{\"q\":{\"type\":\"string\"}}}}}]";
        ChatResponse first = answered(200, toolAnswer("toolu_1", "look_up", "{\"q\":\"caf\u00e9\"}"));
        ChatMessage call = first.getChoices().getFirst().getMessage();
        assertThat(first.getChoices().getFirst().getFinishReason()).isEqualTo(FinishReason.TOOL_CALLS);
        assertThat(call.getToolCalls()).extracting("id", "name")
                .containsExactly(org.assertj.core.groups.Tuple.tuple("toolu_1", "look_up"));
        assertThat(Json.readObject(call.getToolCalls().getFirst().getArguments()).path("q").textValue()).isEqualTo("caf\u00e9");

        // When the caller sends it back with a result
        String back = ChatResponseJson.tree(first).at("/choices/0/message").toString();
        JsonNode body = tree(adapter().toHttp(Calls.of(Calls.requestWith(tools, Calls.user("find"), back,
                "{\"role\":\"tool\",\"tool_call_id\":\"toolu_1\",\"content\":\"found\"}"))));

        // Then
        assertThat(toolIn(body).at("/properties/q/type").textValue()).isEqualTo("string");
        assertThat(toolCallIn(body)).containsExactly("toolu_1", "look_up", "{\"q\":\"caf\u00e9\"}");
        assertThat(toolResultIn(body)).containsExactly("toolu_1", "found");
    }

    @Test
    void shouldSendImages() {
        String inline = "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,QUJD\"}}";
        String remote = inline.replace("data:image/png;base64,QUJD", "https://example.com/a.png");
        if (takesImageUrls()) {
            assertThat(imagesIn(sent(look(remote, inline)))).hasSize(2).first().isEqualTo("https://example.com/a.png");
        } else {
            assertThatThrownBy(() -> sent(look(remote, inline))).isInstanceOfSatisfying(UntranslatableRequestException.class,
                    e -> assertThat(e.kind()).isEqualTo(FailureKind.UNSUPPORTED_PARAMETER));
        }
        assertThat(imagesIn(sent(look(inline, inline))).get(1)).endsWith("QUJD");
    }

    private static String look(String... images) {
        return "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"look\"}," + String.join(",", images) + "]}";
    }

    @Test
    void shouldSendAJsonSchema() {
        JsonNode body = tree(adapter().toHttp(Calls.of(Calls.requestWith(
                ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":"
                        + "{\"name\":\"out\",\"schema\":{\"type\":\"object\",\"required\":[\"a\"]},\"strict\":true}}",
                Calls.user("hi")))));
        assertThat(schemaIn(body).at("/required/0").textValue()).isEqualTo("a");
    }

    @Test
    void shouldReadText() {
        ChatResponse response = answered(200, answer("Gr\u00fc\u00dfe \ud83d\ude00"));
        assertThat(response.getChoices()).hasSize(1);
        assertThat(response.getChoices().getFirst().getMessage().getContent()).isEqualTo("Gr\u00fc\u00dfe \ud83d\ude00");
        assertThat(response.getId()).isNotEmpty();
        assertThat(response.getModel()).isNotEmpty();
        assertThat(response.getCreated()).isPositive();
        assertThat(response.getError()).isNull();
        assertThat(response.getUsage().getEstimated()).isFalse();
    }

    @TestFactory
    List<DynamicTest> shouldMapStopReasons() {
        return stopReasons().entrySet().stream().map(reason -> DynamicTest.dynamicTest("'" + reason.getKey() + "'", () -> {
            Choice choice = answered(200, answerStoppedBy(reason.getKey())).getChoices().getFirst();
            assertThat(choice.getFinishReason()).isEqualTo(reason.getValue());
            String native0 = choice.getNativeFinishReason();
            assertThat(native0 == null ? reason.getKey() : native0).isEqualTo(reason.getKey());
        })).toList();
    }

    @Test
    void shouldTakeAnUnknownStopReasonAsAStop() {
        Choice choice = answered(200, answerStoppedBy("brand_new_reason")).getChoices().getFirst();
        assertThat(choice.getFinishReason()).isEqualTo(FinishReason.STOP);
        assertThat(choice.getNativeFinishReason()).isEqualTo("brand_new_reason");
    }

    @Test
    void shouldNormaliseUsage() {
        Usage usage = answered(200, answerWithUsage()).getUsage();
        assertThat(usage.getPromptTokens()).isEqualTo(100);
        assertThat(usage.getCachedTokens()).isEqualTo(cachedTokens());
        assertThat(usage.getCacheWriteTokens()).isEqualTo(cacheWriteTokens());
        assertThat(usage.getCompletionTokens()).isEqualTo(40);
        assertThat(usage.getReasoningTokens()).isEqualTo(reasoningTokens());
        assertThat(usage.getTotalTokens()).isEqualTo(140);
        assertThat(usage.getEstimated()).isFalse();
    }

    @Test
    void shouldEstimateUsageWhenThereIsNoneOrItCannotBeTrue() {
        for (String body : List.of(answerWithoutUsage("x".repeat(400)),
                answer("x".repeat(400)).replaceAll(countSuffix() + "\":\\d+", countSuffix() + "\":-5"),
                answer("x".repeat(400)).replaceAll(countSuffix() + "\":\\d+", countSuffix() + "\":\"NaN\""),
                answer("x".repeat(400)).replaceAll(countSuffix() + "\":\\d+", countSuffix() + "\":1e99"))) {
            Usage usage = answered(200, body).getUsage();
            assertThat(usage.getEstimated()).isTrue();
            assertThat(usage.getCompletionTokens()).isEqualTo(100);
            assertThat(usage.getPromptTokens()).isPositive();
        }
    }

    @Test
    void shouldTolerateUnknownFieldsEverywhere() {
        new Tolerance(this).assertUnknownFieldsAreTolerated();
    }

    @Test
    void shouldTolerateUnknownWords() {
        new Tolerance(this).assertUnknownWordsAreTolerated();
    }

    @Test
    void shouldJudgeErrorsInUnknownWordsByTheirStatus() {
        new Tolerance(this).assertUnknownErrorsAreJudgedByStatus();
    }

    @TestFactory
    Stream<DynamicTest> shouldTranslateOrRefuseWhateverCallersAskFor() {
        return SampleRequests.all().entrySet().stream().map(sample -> DynamicTest.dynamicTest(sample.getKey(), () -> {
            try {
                assertThat(tree(adapter().toHttp(Calls.of(sample.getValue())))).isNotEmpty();
            } catch (UntranslatableRequestException e) {
                // Whatever it is, another deployment may be able to.
                assertThat(e.kind()).isEqualTo(FailureKind.UNSUPPORTED_PARAMETER);
                assertThat(SampleRequests.BASICS).doesNotContain(sample.getKey());
            }
        }));
    }

    @Test
    void shouldSendTheResultsOfSeveralTools() {
        String body = tree(adapter().toHttp(Calls.of(SampleRequests.all().get("tools round trip")))).toString();
        assertThat(body).containsSubsequence("look_up", "now", "found", "noon", "and?");
    }

    @TestFactory
    Stream<DynamicTest> shouldGiveAnswersThatOpenAisOwnClientUnderstands() {
        List<String> bodies = new ArrayList<>(List.of(answer("hi"), toolAnswer("toolu_1", "look_up", "{\"q\":1}"),
                answerWithUsage(), answerWithoutUsage("hi"), answerStoppedBy("brand_new_reason")));
        stopReasons().keySet().forEach(reason -> bodies.add(answerStoppedBy(reason)));
        return bodies.stream().map(body -> DynamicTest.dynamicTest(body, () -> {
            ChatResponse response = answered(200, body);
            ChatCompletion understood = SdkObjects.read(response);
            ChatMessage message = response.getChoices().getFirst().getMessage();
            assertThat(understood.choices().getFirst().message().content().orElse(null)).isEqualTo(message.getContent());
            assertThat(understood.choices().getFirst().message().toolCalls().orElse(List.of()))
                    .hasSameSizeAs(message.getToolCalls());
            assertThat(understood.usage().orElseThrow().totalTokens()).isEqualTo(response.getUsage().getTotalTokens());
        }));
    }

    @TestFactory
    List<DynamicTest> shouldClassifyErrors() {
        return errors().stream().map(error -> DynamicTest.dynamicTest(error.status() + " " + error.name(), () -> {
            CallOutcome.Failed failed = failed(error.status(), error.body());
            assertThat(failed.failure().getKind()).isEqualTo(error.kind());
            assertThat(failed.failure().getScope()).isEqualTo(Failures.scope(error.kind()));
            assertThat(failed.failure().getSent()).isEqualTo(SendState.ANSWERED);
            assertThat(failed.failure().getHttpStatus()).isEqualTo(error.status());
            assertThat(failed.unsupportedParameter()).isEqualTo(error.parameter());
        })).toList();
    }

    @Test
    void shouldReachEveryKindThatAResponseCanHave() {
        Set<FailureKind> kinds = EnumSet.of(FailureKind.MALFORMED_RESPONSE);
        errors().forEach(error -> kinds.add(error.kind()));
        assertThat(kinds).containsAll(EnumSet.of(FailureKind.RATE_LIMITED, FailureKind.QUOTA_EXHAUSTED, FailureKind.OVERLOADED,
                FailureKind.SERVER_ERROR, FailureKind.AUTHENTICATION_FAILED, FailureKind.PERMISSION_DENIED,
                FailureKind.MODEL_NOT_FOUND,
                FailureKind.CONTEXT_WINDOW_EXCEEDED, FailureKind.UNSUPPORTED_PARAMETER, FailureKind.CONTENT_FILTERED,
                FailureKind.INVALID_REQUEST, FailureKind.UNKNOWN));
    }

    @TestFactory
    List<DynamicTest> shouldCallEverythingElseUnder200Malformed() {
        List<String> bodies = new java.util.ArrayList<>(List.of("", " ", "null", "[]", "\"x\"", "{}", "{\"ok\":true}",
                "<html><h1>502</h1></html>",
                "data: {\"a\":1}\n\ndata: [DONE]\n", "{\"error\":{\"message\":\"Network connection lost.\",\"code\":502}}",
                "{\"error\":{\"message\":\"boom\"}}", "{\"error\":\"boom\"}", answer("hi") + "}", answer("hi") + answer("hi"),
                answer("hi").substring(1), "\u0000"));
        bodies.addAll(malformed());
        return bodies.stream().map(body -> DynamicTest.dynamicTest(body.isBlank() ? "(blank)" : body, () -> {
            Failure failure = failed(200, body).failure();
            assertThat(failure.getKind()).isEqualTo(FailureKind.MALFORMED_RESPONSE);
            assertThat(failure.getMaybePaid()).isTrue();
        })).toList();
    }

    @Test
    void shouldTakeNoTruncatedOrMisencodedAnswer() {
        new BodyFuzz(this).cutOffEverywhere();
        assertThat(outcome(200, answer("caf\u00e9").getBytes(StandardCharsets.ISO_8859_1)))
                .isInstanceOf(CallOutcome.Failed.class);
    }

    @Test
    void shouldJudgeByStatusWhenTheBodySaysNothing() {
        for (int status = 100; status < 600; status++) {
            FailureKind kind = failed(status, "<html>" + status + "</html>").failure().getKind();
            assertThat(kind).as("HTTP %d", status).isEqualTo(StatusKinds.of(status));
        }
    }

    @Test
    void shouldNeverRepeatKeyOrPromptWhenAProviderEchoesThem() {
        for (ErrorCase error : errors()) {
            for (String echo : List.of(Calls.CANARY_KEY, Calls.CANARY_PROMPT)) {
                String body = error.body().replaceAll("\"message\":\\s*\"", "\"message\":\"" + echo + " ");
                for (String evil : List.of(body,
                        body.replaceAll("\"(code|type|param)\":\\s*\"[^\"]*\"", "\"$1\":\"" + echo + "\""), echo)) {
                    CallOutcome outcome = outcome(error.status(), evil.getBytes(StandardCharsets.UTF_8));
                    String shown = outcome + (outcome instanceof CallOutcome.Failed failed
                            ? failed.failure() + failed.unsupportedParameter()
                            : "");
                    assertThat(shown).doesNotContain("canary").doesNotContain("walrus");
                }
            }
        }
    }

    @Test
    void shouldNeverThrowAndNeverTakeABrokenBodyForAnAnswer() {
        new BodyFuzz(this).run();
    }

    protected final JsonNode sent(String... messages) {
        return tree(adapter().toHttp(Calls.of(Calls.request(messages))));
    }

    protected static JsonNode tree(HttpCall call) {
        return Json.readObject(new String(call.body(), StandardCharsets.UTF_8));
    }

    protected final ChatResponse answered(int status, String body) {
        CallOutcome outcome = outcome(status, body.getBytes(StandardCharsets.UTF_8));
        assertThat(outcome).as(body).isInstanceOf(CallOutcome.Answered.class);
        return ((CallOutcome.Answered) outcome).response();
    }

    protected final CallOutcome.Failed failed(int status, String body) {
        CallOutcome outcome = outcome(status, body.getBytes(StandardCharsets.UTF_8));
        assertThat(outcome).as(body).isInstanceOf(CallOutcome.Failed.class);
        return (CallOutcome.Failed) outcome;
    }

    final CallOutcome outcome(int status, byte[] body) {
        return adapter().fromHttp(Calls.of(Calls.request(Calls.user("hi"))), new HttpAnswer(status, Map.of(), body));
    }
}
