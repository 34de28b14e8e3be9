package io.spillway.worker.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.ObjectMappers;
import com.openai.errors.OpenAIServiceException;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.ReasoningEffort;
import com.openai.models.ResponseFormatJsonObject;
import com.openai.models.ResponseFormatJsonSchema;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionAssistantMessageParam;
import com.openai.models.chat.completions.ChatCompletionContentPart;
import com.openai.models.chat.completions.ChatCompletionContentPartImage;
import com.openai.models.chat.completions.ChatCompletionContentPartInputAudio;
import com.openai.models.chat.completions.ChatCompletionContentPartText;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionNamedToolChoice;
import com.openai.models.chat.completions.ChatCompletionPredictionContent;
import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import io.spillway.contract.json.ChatRequestJson;
import io.spillway.contract.json.ChatResponseJson;
import io.spillway.contract.json.Json;
import io.spillway.contract.json.ParsedRequest;
import io.spillway.v1.ChatError;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.ErrorCode;
import io.spillway.worker.http.FaultServer;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.Calls;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.SdkObjects;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** OpenAI's own client in the place of Spillway's callers: what it sends is read without loss, what Spillway answers it understands. */
class OpenAiSdkCallerTest {

    /** What Spillway adds to OpenAI's shape, and says so. */
    private static final List<String> DECLARED = List.of("choices[0].message.reasoning_content",
            "choices[0].native_finish_reason",
            "usage.estimated");

    @TestFactory
    Stream<DynamicTest> shouldReadWithoutLossWhatTheSdkSends() {
        return asked().entrySet().stream().map(sample -> DynamicTest.dynamicTest(sample.getKey(), () -> {
            // Given
            ObjectNode sent = sent(sample.getValue());

            // When
            ParsedRequest parsed = ChatRequestJson.parse(Json.bytes(sent));

            // Then
            assertThat(parsed).isInstanceOf(ParsedRequest.Valid.class);
            ChatRequest request = ((ParsedRequest.Valid) parsed).request();
            assertThat(Json.readObject(ChatRequestJson.write(request))).isEqualTo(expected(sent));
            // Nor is anything lost on the way through the worker, but for the name of the model.
            ObjectNode onward = Json.readObject(new OpenAiAdapter().toHttp(Calls.of(request)).body());
            assertThat(onward.put("model", sent.path("model").asText())).isEqualTo(expected(sent));
        }));
    }

    /** The same in Spillway's words: one name for the limit, a list of stops, no content as null, nothing about streams. */
    private static ObjectNode expected(ObjectNode sent) {
        ObjectNode expected = sent.deepCopy();
        if (expected.has("max_tokens")) {
            JsonNode limit = expected.remove("max_tokens");
            expected.set("max_completion_tokens", limit);
        }
        if (expected.path("stop").isTextual()) {
            JsonNode stop = expected.remove("stop");
            ArrayNode stops = expected.putArray("stop");
            stops.add(stop);
        }
        for (JsonNode message : expected.path("messages")) {
            if (!message.has("content")) {
                ((ObjectNode) message).putNull("content");
            }
        }
        expected.remove(List.of("stream", "stream_options"));
        return expected;
    }

    // seed and user are deprecated, and callers send them all the same.
    @SuppressWarnings("deprecation")
    private static Map<String, ChatCompletionCreateParams.Builder> asked() {
        Map<String, ChatCompletionCreateParams.Builder> asked = new LinkedHashMap<>();
        asked.put("text", params());
        asked.put("roles", params().addSystemMessage("s").addDeveloperMessage("d").addUserMessage("u").addAssistantMessage("a")
                .addUserMessage("Gr\u00fc\u00dfe \ud83d\ude00"));
        asked.put("parts", params().addUserMessageOfArrayOfContentParts(List.of(
                ChatCompletionContentPart.ofText(ChatCompletionContentPartText.builder().text("look").build()),
                ChatCompletionContentPart.ofImageUrl(ChatCompletionContentPartImage.builder()
                        .imageUrl(ChatCompletionContentPartImage.ImageUrl.builder().url("data:image/png;base64,QUJD")
                                .detail(ChatCompletionContentPartImage.ImageUrl.Detail.LOW).build())
                        .build()),
                ChatCompletionContentPart.ofInputAudio(ChatCompletionContentPartInputAudio.builder()
                        .inputAudio(ChatCompletionContentPartInputAudio.InputAudio.builder().data("QUJD")
                                .format(ChatCompletionContentPartInputAudio.InputAudio.Format.WAV).build())
                        .build()))));
        asked.put("tools", tools(params()));
        asked.put("any tool", tools(params()).toolChoice(ChatCompletionToolChoiceOption.Auto.REQUIRED).parallelToolCalls(false));
        asked.put("a certain tool", tools(params()).toolChoice(ChatCompletionNamedToolChoice.builder()
                .function(ChatCompletionNamedToolChoice.Function.builder().name("look_up").build()).build()));
        asked.put("tools round trip", tools(params()).addMessage(ChatCompletionAssistantMessageParam.builder()
                .addToolCall(ChatCompletionMessageFunctionToolCall.builder().id("call_1")
                        .function(ChatCompletionMessageFunctionToolCall.Function.builder().name("look_up")
                                .arguments("{\"q\":\"caf\u00e9\"}").build())
                        .build())
                .build()).addMessage(ChatCompletionToolMessageParam.builder().toolCallId("call_1").content("found").build()));
        asked.put("JSON schema", params().responseFormat(ResponseFormatJsonSchema.builder()
                .jsonSchema(ResponseFormatJsonSchema.JsonSchema.builder().name("out").description("d").strict(true)
                        .schema(ResponseFormatJsonSchema.JsonSchema.Schema.builder()
                                .putAdditionalProperty("type", JsonValue.from("object"))
                                .putAdditionalProperty("required", JsonValue.from(List.of("a"))).build())
                        .build())
                .build()));
        asked.put("JSON object", params().responseFormat(ResponseFormatJsonObject.builder().build()));
        asked.put("sampling", params().temperature(0.5).topP(0.25).frequencyPenalty(-0.5).presencePenalty(1.5).n(2)
                .seed(Long.MAX_VALUE).logprobs(true).topLogprobs(3));
        asked.put("one stop", params().stop("END"));
        asked.put("stops", params().stopOfStrings(List.of("a", "b")));
        asked.put("limit", params().maxCompletionTokens(7));
        asked.put("effort", params().reasoningEffort(ReasoningEffort.XHIGH));
        asked.put("the rest", params().user("u").store(true).promptCacheKey("k").safetyIdentifier("i")
                .serviceTier(ChatCompletionCreateParams.ServiceTier.FLEX).verbosity(ChatCompletionCreateParams.Verbosity.LOW)
                .addModality(ChatCompletionCreateParams.Modality.TEXT)
                .metadata(ChatCompletionCreateParams.Metadata.builder().putAdditionalProperty("a", JsonValue.from("b")).build())
                .logitBias(
                        ChatCompletionCreateParams.LogitBias.builder().putAdditionalProperty("5", JsonValue.from(-100)).build())
                .prediction(ChatCompletionPredictionContent.builder().content("p").build())
                .putAdditionalBodyProperty("top_k", JsonValue.from(4)));
        return asked;
    }

    private static ChatCompletionCreateParams.Builder params() {
        return ChatCompletionCreateParams.builder().model("my-route").addUserMessage("hi");
    }

    private static ChatCompletionCreateParams.Builder tools(ChatCompletionCreateParams.Builder params) {
        return params.addFunctionTool(FunctionDefinition.builder().name("look_up").description("d").strict(true)
                .parameters(FunctionParameters.builder().putAdditionalProperty("type", JsonValue.from("object"))
                        .putAdditionalProperty("properties", JsonValue.from(Map.of("q", Map.of("type", "string")))).build())
                .build()).addFunctionTool(FunctionDefinition.builder().name("now").build());
    }

    private static ObjectNode sent(ChatCompletionCreateParams.Builder params) throws IOException {
        try (FaultServer server = new FaultServer(
                FaultServer.answering(FaultServer.json(new OpenAiAdapterTest().answer("hi"))))) {
            OpenAIClient client = client(server);
            client.chat().completions().create(params.build());
            client.close();
            String request = server.requests().getFirst();
            return Json.readObject(request.substring(request.indexOf("\r\n\r\n") + 4));
        }
    }

    @TestFactory
    Stream<DynamicTest> shouldAnswerInTheSdksWords() {
        OpenAiAdapterTest contract = new OpenAiAdapterTest();
        Map<String, String> answers = new LinkedHashMap<>();
        answers.put("text", contract.answer("Gr\u00fc\u00dfe \ud83d\ude00"));
        answers.put("tool", contract.toolAnswer("call_1", "look_up", "{\"q\":1}"));
        answers.put("no usage", contract.answerWithoutUsage("hi"));
        answers.put("unknown stop reason", contract.answerStoppedBy("brand_new"));
        answers.put("reasoning", OpenAiErrorCases.answer("\"content\":\"hi\",\"reasoning_content\":\"hm\"", "stop",
                OpenAiErrorCases.USAGE));
        answers.put("refusal", OpenAiErrorCases.answer("\"content\":null", "content_filter", OpenAiErrorCases.USAGE)
                .replace("\"refusal\":null", "\"refusal\":\"no\""));
        answers.put("logprobs", contract.answer("hi").replace("\"logprobs\":null",
                "\"logprobs\":{\"content\":[{\"token\":\"hi\",\"logprob\":-0.5,\"bytes\":[104,105],\"top_logprobs\":[]}],\"refusal\":null}"));
        for (String reason : contract.stopReasons().keySet()) {
            answers.put("stopped by '" + reason + "'", contract.answerStoppedBy(reason));
        }
        return answers.entrySet().stream().map(answer -> DynamicTest.dynamicTest(answer.getKey(), () -> {
            // When
            byte[] written = ChatResponseJson.write(response(answer.getValue()));
            ChatCompletion understood = ObjectMappers.jsonMapper().readValue(written, ChatCompletion.class).validate();

            // Then
            assertThat(SdkObjects.unknownFields(understood)).isSubsetOf(DECLARED);
            assertThat(Json.readObject(ObjectMappers.jsonMapper().writeValueAsBytes(understood)))
                    .isEqualTo(Json.readObject(written));
        }));
    }

    @ParameterizedTest
    @EnumSource(value = ErrorCode.class, mode = EnumSource.Mode.EXCLUDE, names = "UNKNOWN")
    void shouldReportErrorsInTheSdksWords(ErrorCode code) throws IOException {
        // Given a gateway that gives a terminal error of Spillway as an HTTP answer
        ChatResponse response = response(new OpenAiAdapterTest().answer("x"));
        response.setError(ChatError.newBuilder().setCode(code).setMessage("a sentence").setRetryable(false).build());
        byte[] written = ChatResponseJson.write(response);
        String reply = FaultServer.json(new String(written, StandardCharsets.UTF_8)).replace("200 OK", "400 Bad Request");

        try (FaultServer server = new FaultServer(FaultServer.answering(reply))) {
            // When
            OpenAIClient client = client(server);
            OpenAIServiceException error = catchThrowableOfType(OpenAIServiceException.class,
                    () -> client.chat().completions().create(params().build()));
            client.close();

            // Then
            assertThat(error.code()).hasValue(code.name().toLowerCase(java.util.Locale.ROOT));
            assertThat(error.type().orElse("")).isNotBlank();
            assertThat(error.getMessage()).contains("a sentence");
        }
    }

    private static ChatResponse response(String body) {
        CallOutcome outcome = new OpenAiAdapter().fromHttp(Calls.of(Calls.request(Calls.user("hi"))),
                new HttpAnswer(200, Map.of(), body.getBytes(StandardCharsets.UTF_8)));
        return ((CallOutcome.Answered) outcome).response();
    }

    private static OpenAIClient client(FaultServer server) {
        String uri = server.uri().toString();
        return OpenAIOkHttpClient.builder().apiKey(Calls.CANARY_KEY).baseUrl(uri.substring(0, uri.indexOf("/chat"))).maxRetries(0)
                .build();
    }
}
