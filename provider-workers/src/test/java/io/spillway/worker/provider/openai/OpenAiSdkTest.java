package io.spillway.worker.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.ObjectMappers;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIInvalidDataException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.PermissionDeniedException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.errors.UnexpectedStatusCodeException;
import com.openai.errors.UnprocessableEntityException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import io.spillway.contract.json.Json;
import io.spillway.simulator.Behaviour;
import io.spillway.simulator.Rules;
import io.spillway.simulator.SimulatedProvider;
import io.spillway.simulator.SimulatorConfig;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.FailureKind;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.Calls;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.SampleRequests;
import io.spillway.worker.provider.SdkObjects;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** OpenAI's own client as the judge: of the requests this dialect writes, and of the answers and errors of the simulated OpenAI. */
class OpenAiSdkTest {

    /** The SDK lists the models there are, and validates the name. */
    private static final String MODEL = "gpt-4o";

    @TestFactory
    Stream<DynamicTest> shouldWriteRequestsThatTheSdkUnderstandsInFull() {
        return SampleRequests.all().entrySet().stream().map(sample -> DynamicTest.dynamicTest(sample.getKey(), () -> {
            // When
            byte[] written = written(sample.getValue(), Map.of());
            ChatCompletionCreateParams.Body understood = body(written).validate();

            // Then
            assertThat(SdkObjects.unknownFields(understood)).isEmpty();
            assertThat(plain(ObjectMappers.jsonMapper().writeValueAsBytes(understood))).isEqualTo(plain(written));
        }));
    }

    @Test
    void shouldWriteNoFieldUnknownToTheSdkExceptThoseTheCallerOrTheCatalogueGave() throws IOException {
        // Given
        ChatRequest request = Calls.requestWith(",\"top_k\":4,\"min_p\":0.1",
                "{\"role\":\"user\",\"content\":\"hi\",\"colour\":\"red\"}",
                "{\"role\":\"assistant\",\"content\":\"b\",\"reasoning_content\":\"r\"}");

        // When
        ChatCompletionCreateParams.Body understood = body(
                written(request, Map.of("body", "{\"enable_thinking\":false}"))).validate();

        // Then
        assertThat(SdkObjects.unknownFields(understood)).containsExactlyInAnyOrder("top_k", "min_p", "enable_thinking",
                "messages[0].colour");
    }

    @Test
    void shouldNoticeWhatTheSdkRefuses() throws IOException {
        String good = "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"temperature\":1}";
        assertThat(body(good.getBytes(StandardCharsets.UTF_8)).validate().isValid()).isTrue();
        for (String wrong : List.of(good.replace("\"model\":\"gpt-4o\",", ""), good.replace("\"messages\"", "\"turns\""),
                good.replace("\"user\"", "\"robot\""), good.replace(",\"content\":\"hi\"", ""), good.replace(":1", ":\"hot\""))) {
            assertThatThrownBy(() -> body(wrong.getBytes(StandardCharsets.UTF_8)).validate()).as(wrong)
                    .isInstanceOf(OpenAIInvalidDataException.class);
        }
    }

    @Test
    void shouldReadTheSimulatorsAnswers() {
        try (SimulatedProvider provider = SimulatedProvider
                .start(SimulatorConfig.of("openai").withRules(Rules.standard().withApiKey(Calls.CANARY_KEY)))) {
            // When
            OpenAIClient client = client(provider);
            ChatCompletion text = client.chat().completions().create(params("say hello").n(2).build());
            ChatCompletion tool = client.chat().completions().create(params("use look_up").build().toBuilder()
                    .putAdditionalBodyProperty("tools",
                            JsonValue.fromJsonNode(Json.readValue("[{\"type\":\"function\",\"function\":"
                                    + "{\"name\":\"look_up\",\"parameters\":" + SampleRequests.SCHEMA + "}}]")))
                    .build());
            ChatCompletion json = client.chat().completions().create(params("as JSON")
                    .putAdditionalBodyProperty("response_format",
                            JsonValue.fromJsonNode(
                                    Json.readValue("{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"o\",\"schema\":"
                                            + SampleRequests.SCHEMA + "}}")))
                    .build());
            client.close();

            // Then
            for (ChatCompletion answer : List.of(text, tool, json)) {
                assertThat(SdkObjects.unknownFields(answer.validate())).isEmpty();
                var usage = answer.usage().orElseThrow();
                assertThat(usage.totalTokens()).isEqualTo(usage.promptTokens() + usage.completionTokens()).isPositive();
            }
            assertThat(text.choices()).hasSize(2).allSatisfy(choice -> {
                assertThat(choice.message().content().orElse("")).isNotBlank();
                assertThat(choice.finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
            });
            var call = tool.choices().getFirst().message().toolCalls().orElseThrow().getFirst().asFunction().function();
            assertThat(call.name()).isEqualTo("look_up");
            assertThat(Json.readObject(call.arguments()).path("q").isTextual()).isTrue();
            assertThat(tool.choices().getFirst().finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
            assertThat(Json.readObject(json.choices().getFirst().message().content().orElseThrow()).path("q").isTextual())
                    .isTrue();
            assertThat(provider.calls().paidByRequest()).isNotEmpty();
        }
    }

    static List<Arguments> errors() {
        String invalid = "invalid_request_error";
        return List.of(
                error(400, "", BadRequestException.class, invalid, FailureKind.INVALID_REQUEST),
                error(400, "context_length_exceeded", BadRequestException.class, invalid, FailureKind.CONTEXT_WINDOW_EXCEEDED),
                error(400, "unsupported_parameter", BadRequestException.class, invalid, FailureKind.UNSUPPORTED_PARAMETER),
                error(400, "content_policy_violation", BadRequestException.class, invalid, FailureKind.CONTENT_FILTERED),
                error(401, "invalid_api_key", UnauthorizedException.class, invalid, FailureKind.AUTHENTICATION_FAILED),
                error(403, "unsupported_country_region_territory", PermissionDeniedException.class, invalid,
                        FailureKind.PERMISSION_DENIED),
                error(404, "model_not_found", NotFoundException.class, invalid, FailureKind.MODEL_NOT_FOUND),
                error(408, "", UnexpectedStatusCodeException.class, invalid, FailureKind.SERVER_ERROR),
                error(409, "", UnexpectedStatusCodeException.class, invalid, FailureKind.SERVER_ERROR),
                error(413, "", UnexpectedStatusCodeException.class, invalid, FailureKind.INVALID_REQUEST),
                error(422, "", UnprocessableEntityException.class, invalid, FailureKind.INVALID_REQUEST),
                error(429, "rate_limit_exceeded", RateLimitException.class, "requests", FailureKind.RATE_LIMITED),
                error(429, "insufficient_quota", RateLimitException.class, "insufficient_quota", FailureKind.QUOTA_EXHAUSTED),
                error(429, "credit_balance_exhausted", RateLimitException.class, "insufficient_quota",
                        FailureKind.QUOTA_EXHAUSTED),
                error(429, "organization_spend_limit_exceeded", RateLimitException.class, "insufficient_quota",
                        FailureKind.QUOTA_EXHAUSTED),
                error(429, "project_spend_limit_exceeded", RateLimitException.class, "insufficient_quota",
                        FailureKind.QUOTA_EXHAUSTED),
                error(500, "server_error", InternalServerException.class, "server_error", FailureKind.SERVER_ERROR),
                error(502, "", InternalServerException.class, "server_error", FailureKind.SERVER_ERROR),
                error(503, "server_is_overloaded", InternalServerException.class, "service_unavailable_error",
                        FailureKind.OVERLOADED),
                error(504, "", InternalServerException.class, "server_error", FailureKind.SERVER_ERROR));
    }

    private static Arguments error(int status, String code, Class<? extends OpenAIServiceException> thrown, String type,
            FailureKind kind) {
        return Arguments.of(status, code, thrown, type, kind);
    }

    @ParameterizedTest
    @MethodSource("errors")
    void shouldMapTheSimulatorsErrorsAsTheSdkDoes(int status, String code, Class<? extends OpenAIServiceException> thrown,
            String type,
            FailureKind kind) {
        try (SimulatedProvider provider = SimulatedProvider.start(SimulatorConfig.of("openai"))) {
            // Given
            provider.behave(new Behaviour.ErrorStatus(status, code, ""));

            // When
            OpenAIServiceException error = refused(provider);

            // Then
            assertThat(error).isExactlyInstanceOf(thrown);
            assertThat(error.statusCode()).isEqualTo(status);
            assertThat(error.code()).isEqualTo(Optional.of(code).filter(text -> !text.isEmpty()));
            assertThat(error.type()).hasValue(type);
            // And this dialect says the same of the same bytes.
            assertThat(verdict(error)).isEqualTo(kind);
        }
    }

    @Test
    void shouldShowTheSdkHowLongToWait() {
        try (SimulatedProvider provider = SimulatedProvider.start(SimulatorConfig.of("openai"))) {
            provider.behave(Behaviour.RateLimited.of(Duration.ofMillis(1_500)));
            OpenAIServiceException error = refused(provider);
            assertThat(error).isExactlyInstanceOf(RateLimitException.class);
            assertThat(error.headers().values("retry-after-ms")).containsExactly("1500");
            assertThat(error.headers().values("retry-after")).containsExactly("2");
            assertThat(error.code()).hasValue("rate_limit_exceeded");
        }
    }

    @Test
    void shouldRefuseAWrongKeyAndAnUnknownModelInWordsOfTheSdk() {
        Rules rules = Rules.standard().withApiKey("another").withModels(Set.of("gpt-y"));
        try (SimulatedProvider provider = SimulatedProvider.start(SimulatorConfig.of("openai").withRules(rules))) {
            assertThat(refused(provider)).isExactlyInstanceOf(UnauthorizedException.class);
        }
        try (SimulatedProvider provider = SimulatedProvider
                .start(SimulatorConfig.of("openai").withRules(Rules.standard().withModels(Set.of("gpt-y"))))) {
            assertThat(refused(provider)).isExactlyInstanceOf(NotFoundException.class)
                    .satisfies(error -> assertThat(error.code()).hasValue("model_not_found"));
        }
    }

    private static byte[] written(ChatRequest request, Map<String, String> settings) {
        ProviderCall call = Calls.with(request, settings, Set.of());
        call.deployment().setModel(MODEL);
        return new OpenAiAdapter().toHttp(call).body();
    }

    private static OpenAIServiceException refused(SimulatedProvider provider) {
        try (ClosingClient client = new ClosingClient(client(provider))) {
            OpenAIServiceException error = catchThrowableOfType(OpenAIServiceException.class,
                    () -> client.client().chat().completions().create(params("hi").build()));
            assertThat(error).isNotNull();
            return error;
        }
    }

    private record ClosingClient(OpenAIClient client) implements AutoCloseable {
        @Override
        public void close() {
            client.close();
        }
    }

    private static FailureKind verdict(OpenAIServiceException error) {
        CallOutcome outcome = new OpenAiAdapter().fromHttp(Calls.of(Calls.request(Calls.user("hi"))), new HttpAnswer(
                error.statusCode(), Map.of(),
                ("{\"error\":" + error.body().convert(JsonNode.class) + "}").getBytes(StandardCharsets.UTF_8)));
        return ((CallOutcome.Failed) outcome).failure().getKind();
    }

    private static OpenAIClient client(SimulatedProvider provider) {
        return OpenAIOkHttpClient.builder().apiKey(Calls.CANARY_KEY).baseUrl(provider.baseUri().resolve("/v1").toString())
                .maxRetries(0).build();
    }

    private static ChatCompletionCreateParams.Builder params(String text) {
        return ChatCompletionCreateParams.builder().model(MODEL).addSystemMessage("s").addUserMessage(text);
    }

    private static ChatCompletionCreateParams.Body body(byte[] json) throws IOException {
        return ObjectMappers.jsonMapper().readValue(json, ChatCompletionCreateParams.Body.class);
    }

    /** With all numbers alike: 2 and 2.0 are one number. */
    private static JsonNode plain(byte[] json) {
        ObjectNode node = Json.readObject(json);
        for (String name : List.of("temperature", "top_p", "presence_penalty", "frequency_penalty")) {
            if (node.has(name)) {
                node.put(name, node.path(name).asDouble());
            }
        }
        return node;
    }
}
