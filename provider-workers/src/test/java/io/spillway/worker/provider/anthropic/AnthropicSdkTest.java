package io.spillway.worker.provider.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.ObjectMappers;
import com.anthropic.errors.AnthropicInvalidDataException;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.StopReason;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.simulator.Behaviour;
import io.spillway.simulator.Rules;
import io.spillway.simulator.SimulatedProvider;
import io.spillway.simulator.SimulatorConfig;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.FailureKind;
import io.spillway.worker.http.FaultServer;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.Calls;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.SampleRequests;
import io.spillway.worker.provider.SdkObjects;
import io.spillway.worker.provider.UntranslatableRequestException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Anthropic's own client as the judge. Runs twice: with the newer client, which speaks the dialect of 2026-10-21, and with the last one
 * of the dialect of 2023-06-01. Compiled against the newer, so only what both have may be named here.
 */
@Tag("anthropic-client")
class AnthropicSdkTest {

    private static final String SDK = System.getProperty("spillway.anthropic.sdk", "");
    private static final boolean IS_NEWER = !SDK.startsWith("2.");
    private static final String VERSION = IS_NEWER ? "2026-10-21" : "2023-06-01";
    /** The SDK lists the models there are, and validates the name. */
    private static final String MODEL = "claude-sonnet-4-5";
    /** What the dialect cannot say; AnthropicAdapterTest tells why. */
    private static final Set<String> REFUSED = Set.of("JSON object", "penalties", "choices", "logprobs", "OpenAI's own");

    @Test
    void shouldRunWithTheClientThatTheBuildNames() throws IOException {
        assertThat(MessageCreateParams.class.getPackage().getImplementationVersion()).isEqualTo(SDK);
        assertThat(captured(params("hi").build()).toLowerCase()).contains("x-stainless-package-version: " + SDK)
                .contains("anthropic-version: " + VERSION);
    }

    @TestFactory
    Stream<DynamicTest> shouldWriteRequestsThatTheSdkUnderstandsInFull() {
        return SampleRequests.all().entrySet().stream().map(sample -> DynamicTest.dynamicTest(sample.getKey(), () -> {
            ProviderCall call = call(sample.getValue(), VERSION);
            if (REFUSED.contains(sample.getKey())) {
                assertThatThrownBy(() -> new AnthropicAdapter().toHttp(call)).isInstanceOf(UntranslatableRequestException.class);
                return;
            }
            // When
            byte[] written = new AnthropicAdapter().toHttp(call).body();
            MessageCreateParams.Body understood = body(written).validate();

            // Then
            assertThat(SdkObjects.unknownFields(understood)).allMatch(AnthropicSdkTest::isSchema);
            assertThat(plain(ObjectMappers.jsonMapper().writeValueAsBytes(understood))).isEqualTo(plain(written));
        }));
    }

    /** Keywords of a tool's schema are the caller's. */
    private static boolean isSchema(String path) {
        return path.matches("tools\\[\\d+]\\.(input_schema|inputSchema)\\..*");
    }

    @Test
    void shouldSendSamplingInTheOlderDialectOnly() throws IOException {
        // Given
        ChatRequest request = Calls.requestWith(",\"temperature\":0.5,\"top_p\":0.75", Calls.user("hi"));

        // When
        var older = body(new AnthropicAdapter().toHttp(call(request, "2023-06-01")).body()).validate();
        var newer = body(new AnthropicAdapter().toHttp(call(request, "2026-10-21")).body()).validate();

        // Then the newer client, which has no such fields, finds them in the older dialect's request and none in its own.
        assertThat(SdkObjects.unknownFields(older)).containsExactlyInAnyOrderElementsOf(
                IS_NEWER ? List.of("temperature", "top_p") : List.of());
        assertThat(SdkObjects.unknownFields(newer)).isEmpty();
        assertThat(Json.readObject(new AnthropicAdapter().toHttp(call(request, "2026-10-21")).body()).has("temperature"))
                .isFalse();
    }

    @Test
    void shouldNoticeWhatTheSdkRefuses() throws IOException {
        String good = "{\"model\":\"" + MODEL + "\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        assertThat(body(good.getBytes(StandardCharsets.UTF_8)).validate().isValid()).isTrue();
        for (String wrong : List.of(good.replace("\"max_tokens\":5,", ""), good.replace("\"user\"", "\"tool\""),
                good.replace("\"hi\"", "[{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://example.com/a.png\"}}]"),
                good.replace("\"max_tokens\"", "\"tool_choice\":{\"type\":\"function\"},\"max_tokens\""))) {
            assertThatThrownBy(() -> body(wrong.getBytes(StandardCharsets.UTF_8)).validate()).as(wrong)
                    .isInstanceOf(AnthropicInvalidDataException.class);
        }
        assertThat(
                SdkObjects.unknownFields(body(good.replace("\"hi\"", "[{\"type\":\"text\",\"text\":\"hi\",\"colour\":\"red\"}]")
                        .getBytes(StandardCharsets.UTF_8))))
                .containsExactly("messages[0].content[0].colour");
    }

    @Test
    void shouldSendWhatTheSdkSends() throws IOException {
        // Given the same request in the SDK's words
        String schema = "{\"type\":\"object\",\"properties\":{\"q\":{\"type\":\"string\"}}}";
        MessageCreateParams.Builder theirs = MessageCreateParams.builder().model(MODEL).maxTokens(7).system("Be brief.")
                .addUserMessage("hi").addAssistantMessage("ho").addUserMessage("look").stopSequences(List.of("END"))
                .putAdditionalBodyProperty("tools", JsonValue.fromJsonNode(
                        Json.readValue("[{\"name\":\"look_up\",\"description\":\"d\",\"input_schema\":" + schema + "}]")))
                .putAdditionalBodyProperty("tool_choice",
                        JsonValue.fromJsonNode(Json.readValue("{\"type\":\"tool\",\"name\":\"look_up\"}")));
        ChatRequest request = Calls.requestWith(",\"max_tokens\":7,\"stop\":[\"END\"],\"temperature\":0.5,\"tools\":[{\"type\":"
                + "\"function\",\"function\":{\"name\":\"look_up\",\"description\":\"d\",\"parameters\":" + schema + "}}],"
                + "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"look_up\"}}",
                Calls.message("system", "Be brief."),
                Calls.user("hi"), Calls.message("assistant", "ho"), Calls.user("look"));

        // When
        String sent = captured(
                (IS_NEWER ? theirs : theirs.putAdditionalBodyProperty("temperature", JsonValue.from(0.5))).build());
        HttpCall ours = new AnthropicAdapter().toHttp(call(request, VERSION));

        // Then
        assertThat(sent).startsWith("POST " + ours.uri().getPath() + " HTTP/1.1");
        assertThat(Json.readObject(ours.body())).isEqualTo(Json.readObject(sent.substring(sent.indexOf("\r\n\r\n") + 4)));
        // The credential and the version go in the same headers, and in no other.
        assertThat(ours.headers()).contains(new HttpCall.Header("anthropic-version", VERSION));
        for (String header : List.of("x-api-key: " + Calls.CANARY_KEY, "authorization: bearer " + Calls.CANARY_KEY)) {
            assertThat(sent.toLowerCase().contains(header)).as(header).isEqualTo(ours.headers().stream()
                    .anyMatch(own -> (own.name() + ": " + own.value()).toLowerCase().equals(header)));
        }
        assertThat(sent.toLowerCase()).contains(IS_NEWER ? "authorization: bearer " : "x-api-key: ");
    }

    @Test
    void shouldReadTheSimulatorsAnswers() {
        try (SimulatedProvider provider = SimulatedProvider
                .start(SimulatorConfig.of("anthropic").withRules(Rules.standard().withApiKey(Calls.CANARY_KEY)));
                Closing client = new Closing(client(provider.baseUri().toString()))) {
            // When
            Message text = client.client().messages().create(params("say hello").build());
            Message tool = client.client().messages().create(params("use look_up").putAdditionalBodyProperty("tools",
                    JsonValue.fromJsonNode(
                            Json.readValue("[{\"name\":\"look_up\",\"input_schema\":" + SampleRequests.SCHEMA + "}]")))
                    .build());

            // Then
            for (Message answer : List.of(text, tool)) {
                assertThat(SdkObjects.unknownFields(answer.validate())).isEmpty();
                assertThat(answer.usage().inputTokens()).isPositive();
                assertThat(answer.usage().outputTokens()).isPositive();
            }
            assertThat(text.content().getFirst().asText().text()).isNotBlank();
            assertThat(text.stopReason()).hasValue(StopReason.END_TURN);
            assertThat(tool.content().getFirst().asToolUse().name()).isEqualTo("look_up");
            assertThat(tool.stopReason()).hasValue(StopReason.TOOL_USE);
        }
    }

    @Test
    void shouldBeRefusedSamplingInTheNewerDialect() {
        try (SimulatedProvider provider = SimulatedProvider.start(SimulatorConfig.of("anthropic"));
                Closing client = new Closing(client(provider.baseUri().toString()))) {
            MessageCreateParams warm = params("hi").putAdditionalBodyProperty("temperature", JsonValue.from(1)).build();
            if (IS_NEWER) {
                AnthropicServiceException error = catchThrowableOfType(AnthropicServiceException.class,
                        () -> client.client().messages().create(warm));
                assertThat(error.statusCode()).isEqualTo(400);
                assertThat(verdict(error)).isEqualTo(FailureKind.UNSUPPORTED_PARAMETER);
            } else {
                assertThat(client.client().messages().create(warm).content()).isNotEmpty();
            }
        }
    }

    @Test
    void shouldRefuseAWrongKeyInEitherHeader() {
        try (SimulatedProvider provider = SimulatedProvider
                .start(SimulatorConfig.of("anthropic").withRules(Rules.standard().withApiKey("another")))) {
            AnthropicServiceException error = refused(provider);
            assertThat(error.getClass().getSimpleName()).isEqualTo("UnauthorizedException");
            assertThat(verdict(error)).isEqualTo(FailureKind.AUTHENTICATION_FAILED);
        }
    }

    /** Status, error code; what the older client throws; what the newer one throws; what this dialect makes of it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            400 |                                         | BadRequest           | BadRequest                         | INVALID_REQUEST
            400 | organization_on_hold                    | BadRequest           | OrganizationOnHold                 | PERMISSION_DENIED
            400 | cmek_key_disabled                       | BadRequest           | CmekKeyDisabled                    | PERMISSION_DENIED
            400 | cmek_key_network_blocked                | BadRequest           | CmekKeyNetworkBlocked              | PERMISSION_DENIED
            400 | organization_type_not_supported         | BadRequest           | OrganizationTypeNotSupported       | PERMISSION_DENIED
            401 |                                         | Unauthorized         | Unauthorized                       | AUTHENTICATION_FAILED
            402 |                                         | UnexpectedStatusCode | PaymentRequired                    | QUOTA_EXHAUSTED
            402 | linked_organization_billing_unavailable | UnexpectedStatusCode | LinkedOrganizationBillingUnavailable | QUOTA_EXHAUSTED
            402 | linked_organization_spend_limit_reached | UnexpectedStatusCode | LinkedOrganizationSpendLimitReached | QUOTA_EXHAUSTED
            403 |                                         | PermissionDenied     | PermissionDenied                   | PERMISSION_DENIED
            403 | sandbox_egress_restricted               | PermissionDenied     | SandboxEgressRestricted            | PERMISSION_DENIED
            404 |                                         | NotFound             | NotFound                           | MODEL_NOT_FOUND
            408 |                                         | UnexpectedStatusCode | RequestTimeout                     | SERVER_ERROR
            409 |                                         | UnexpectedStatusCode | Conflict                           | SERVER_ERROR
            413 |                                         | UnexpectedStatusCode | ContentTooLarge                    | INVALID_REQUEST
            413 | request_body_too_large_after_decoding   | UnexpectedStatusCode | RequestBodyTooLargeAfterDecoding   | INVALID_REQUEST
            422 |                                         | UnprocessableEntity  | UnprocessableEntity                | INVALID_REQUEST
            429 |                                         | RateLimit            | RateLimit                          | RATE_LIMITED
            429 | ramp_limit_exceeded                     | RateLimit            | RampLimitExceeded                  | RATE_LIMITED
            429 | enforced_spend_limit_reached            | RateLimit            | EnforcedSpendLimitReached          | QUOTA_EXHAUSTED
            429 | contract_spend_limit_reached            | RateLimit            | ContractSpendLimitReached          | QUOTA_EXHAUSTED
            500 |                                         | InternalServer       | InternalServer                     | SERVER_ERROR
            502 |                                         | InternalServer       | InternalServer                     | SERVER_ERROR
            503 | cmek_context_unavailable                | InternalServer       | CmekContextUnavailable             | OVERLOADED
            503 | cmek_key_unreachable                    | InternalServer       | CmekKeyUnreachable                 | OVERLOADED
            504 |                                         | InternalServer       | GatewayTimeout                     | SERVER_ERROR
            529 |                                         | InternalServer       | Overloaded                         | OVERLOADED
            """)
    void shouldMapTheSimulatorsErrorsAsTheSdkDoes(int status, String code, String older, String newer, FailureKind kind) {
        try (SimulatedProvider provider = SimulatedProvider.start(SimulatorConfig.of("anthropic"))) {
            // Given
            provider.behave(new Behaviour.ErrorStatus(status, code == null ? "" : code, ""));

            // When
            AnthropicServiceException error = refused(provider);

            // Then
            assertThat(error.getClass().getSimpleName()).isEqualTo((IS_NEWER ? newer : older) + "Exception");
            assertThat(error.statusCode()).isEqualTo(status);
            assertThat(error.body().convert(JsonNode.class).at("/error/type").asText()).isNotBlank();
            if (IS_NEWER) {
                NewerClient.assertTold(error, code);
            }
            // And this dialect says the same of the same bytes.
            assertThat(verdict(error)).isEqualTo(kind);
        }
    }

    /** Apart, so that the older client is never asked for what it does not have. */
    private static final class NewerClient {
        static void assertTold(AnthropicServiceException error, String code) {
            assertThat(error.errorCode().orElse(null)).isEqualTo(code);
            assertThat(error.requestId()).hasValueSatisfying(id -> assertThat(id).startsWith("req_"));
            assertThat(error.type())
                    .hasToString("Optional[" + error.body().convert(JsonNode.class).at("/error/type").asText() + "]");
        }
    }

    private static AnthropicServiceException refused(SimulatedProvider provider) {
        try (Closing client = new Closing(client(provider.baseUri().toString()))) {
            AnthropicServiceException error = catchThrowableOfType(AnthropicServiceException.class,
                    () -> client.client().messages().create(params("hi").build()));
            assertThat(error).isNotNull();
            return error;
        }
    }

    private static FailureKind verdict(AnthropicServiceException error) {
        CallOutcome outcome = new AnthropicAdapter().fromHttp(Calls.of(Calls.request(Calls.user("hi"))), new HttpAnswer(
                error.statusCode(), Map.of(), error.body().convert(JsonNode.class).toString().getBytes(StandardCharsets.UTF_8)));
        return ((CallOutcome.Failed) outcome).failure().getKind();
    }

    private static String captured(MessageCreateParams params) throws IOException {
        String answer = new AnthropicAdapterTest().answer("hi");
        try (FaultServer server = new FaultServer(FaultServer.answering(FaultServer.json(answer)))) {
            String uri = server.uri().toString();
            try (Closing client = new Closing(client(uri.substring(0, uri.indexOf("/v1/"))))) {
                Message read = client.client().messages().create(params);
                assertThat(read.content().getFirst().asText().text()).isEqualTo("hi");
            }
            return server.requests().getFirst();
        }
    }

    private record Closing(AnthropicClient client) implements AutoCloseable {
        @Override
        public void close() {
            client.close();
        }
    }

    private static AnthropicClient client(String base) {
        return AnthropicOkHttpClient.builder().apiKey(Calls.CANARY_KEY).baseUrl(base).maxRetries(0).build();
    }

    private static MessageCreateParams.Builder params(String text) {
        return MessageCreateParams.builder().model(MODEL).maxTokens(50).addUserMessage(text);
    }

    private static ProviderCall call(ChatRequest request, String version) {
        ProviderCall call = Calls.with(request, Map.of("anthropic-version", version), Set.of());
        call.deployment().setModel(MODEL);
        return call;
    }

    private static MessageCreateParams.Body body(byte[] json) throws IOException {
        return ObjectMappers.jsonMapper().readValue(json, MessageCreateParams.Body.class);
    }

    /** With all numbers alike: 2 and 2.0 are one number. */
    private static ObjectNode plain(byte[] json) {
        ObjectNode node = Json.readObject(json);
        for (String name : List.of("temperature", "top_p")) {
            if (node.has(name)) {
                node.put(name, node.path(name).asDouble());
            }
        }
        return node;
    }
}
