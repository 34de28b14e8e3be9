package io.spillway.worker.provider.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.azure.AzureOpenAIServiceVersion;
import com.openai.azure.AzureUrlPathMode;
import com.openai.azure.credential.AzureApiKeyCredential;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.credential.BearerTokenCredential;
import com.openai.core.ObjectMappers;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import io.spillway.contract.json.Json;
import io.spillway.simulator.Behaviour;
import io.spillway.simulator.Rules;
import io.spillway.simulator.SimulatedProvider;
import io.spillway.simulator.SimulatorConfig;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.FailureKind;
import io.spillway.worker.http.FaultServer;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.Calls;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.SampleRequests;
import io.spillway.worker.provider.SdkObjects;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenAI's own client in its Azure modes as the oracle: same addresses, same credentials, same bodies. */
class AzureSdkTest {

    private static final String ANSWER = new AzureAdapterTest().answer("hi");

    @Test
    void shouldCallTheDatedInterfaceAsOpenAisOwnClientDoes() throws Exception {
        try (FaultServer server = new FaultServer(FaultServer.answering(FaultServer.json(ANSWER)))) {
            // When
            ask(OpenAIOkHttpClient.builder().baseUrl(base(server)).azureUrlPathMode(AzureUrlPathMode.LEGACY)
                    .azureServiceVersion(AzureOpenAIServiceVersion.fromString("2024-10-21"))
                    .credential(AzureApiKeyCredential.create(Calls.CANARY_KEY)).maxRetries(0).build());
            HttpCall http = adapterCall(base(server), Map.of("api-version", "2024-10-21"));

            // Then
            String sent = server.requests().getFirst();
            assertThat(sent).startsWith("POST " + http.uri().getRawPath() + "?" + http.uri().getRawQuery() + " HTTP/1.1");
            assertThat(sent.toLowerCase()).contains("api-key: " + Calls.CANARY_KEY);
            assertThat(http.headers()).contains(new HttpCall.Header("api-key", Calls.CANARY_KEY));
            // It repeats the model in the body, where Azure does not read it.
            assertThat(Json.readObject(http.body())).isEqualTo(body(sent).without("model"));
        }
    }

    @Test
    void shouldCallTheUndatedInterfaceAsOpenAisOwnClientDoes() throws Exception {
        try (FaultServer server = new FaultServer(FaultServer.answering(FaultServer.json(ANSWER)))) {
            // When
            ChatCompletion read = ask(OpenAIOkHttpClient.builder().baseUrl(base(server) + "/openai/v1")
                    .azureUrlPathMode(AzureUrlPathMode.UNIFIED)
                    .credential(BearerTokenCredential.create(() -> Calls.CANARY_KEY)).maxRetries(0).build());
            HttpCall http = adapterCall(base(server), Map.of("auth", "entra"));

            // Then
            String sent = server.requests().getFirst();
            assertThat(sent).startsWith("POST " + http.uri().getRawPath() + " HTTP/1.1");
            assertThat(sent).contains("Authorization: Bearer " + Calls.CANARY_KEY);
            assertThat(http.headers()).contains(new HttpCall.Header("Authorization", "Bearer " + Calls.CANARY_KEY));
            assertThat(Json.readObject(http.body())).isEqualTo(body(sent));
            assertThat(read.validate().choices().getFirst().message().content()).hasValue("hi");
        }
    }

    @TestFactory
    Stream<DynamicTest> shouldWriteRequestsThatTheSdkUnderstandsInFull() {
        return Stream.of("", "2024-10-21").flatMap(version -> SampleRequests.all().entrySet().stream()
                .map(sample -> DynamicTest.dynamicTest(sample.getKey() + " " + version, () -> {
                    // When
                    ProviderCall call = Calls.with(sample.getValue(),
                            version.isEmpty() ? Map.of() : Map.of("api-version", version),
                            Set.of());
                    call.deployment().setModel("gpt-4o");
                    ObjectNode written = Json.readObject(new AzureAdapter().toHttp(call).body());
                    // The dated interface has the model in the address alone, the SDK wants it in the body too.
                    assertThat(written.has("model")).isEqualTo(version.isEmpty());
                    ChatCompletionCreateParams.Body understood = ObjectMappers.jsonMapper()
                            .readValue(Json.bytes(written.put("model", "gpt-4o")), ChatCompletionCreateParams.Body.class)
                            .validate();

                    // Then
                    assertThat(SdkObjects.unknownFields(understood)).isEmpty();
                })));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldReadTheSimulatorsAnswersAndErrorsAsTheSdkDoes(boolean isDated) {
        Rules rules = Rules.standard().withApiKey(Calls.CANARY_KEY);
        try (SimulatedProvider provider = SimulatedProvider.start(SimulatorConfig.of("azure").withRules(rules))) {
            // When
            ChatCompletion answer = ask(client(provider, isDated, Calls.CANARY_KEY));

            // Then
            assertThat(answer.validate().choices().getFirst().message().content().orElse("")).isNotBlank();
            assertThat(SdkObjects.unknownFields(answer)).containsExactlyInAnyOrder("prompt_filter_results",
                    "choices[0].content_filter_results");
            assertThat(refused(provider, isDated, "wrong")).isExactlyInstanceOf(UnauthorizedException.class);
            assertError(provider, isDated, 400, "content_filter", BadRequestException.class, FailureKind.CONTENT_FILTERED);
            assertError(provider, isDated, 404, "DeploymentNotFound", NotFoundException.class, FailureKind.MODEL_NOT_FOUND);
            assertError(provider, isDated, 429, "429", RateLimitException.class, FailureKind.RATE_LIMITED);
            assertError(provider, isDated, 500, "InternalServerError", InternalServerException.class, FailureKind.SERVER_ERROR);
            assertError(provider, isDated, 503, "503", InternalServerException.class, FailureKind.OVERLOADED);
        }
    }

    private static void assertError(SimulatedProvider provider, boolean isDated, int status, String code,
            Class<? extends OpenAIServiceException> thrown, FailureKind kind) {
        provider.behave(new Behaviour.ErrorStatus(status, code, ""));
        OpenAIServiceException error = refused(provider, isDated, Calls.CANARY_KEY);
        assertThat(error).isExactlyInstanceOf(thrown);
        assertThat(error.code()).hasValue(code);
        CallOutcome outcome = new AzureAdapter().fromHttp(Calls.of(Calls.request(Calls.user("hi"))), new HttpAnswer(
                error.statusCode(), Map.of(), ("{\"error\":" + error.body().convert(JsonNode.class) + "}").getBytes(
                        StandardCharsets.UTF_8)));
        assertThat(((CallOutcome.Failed) outcome).failure().getKind()).isEqualTo(kind);
    }

    private static OpenAIServiceException refused(SimulatedProvider provider, boolean isDated, String key) {
        OpenAIServiceException error = catchThrowableOfType(OpenAIServiceException.class,
                () -> ask(client(provider, isDated, key)));
        assertThat(error).isNotNull();
        return error;
    }

    /** The dated interface with a key; the undated one with a token that a supplier gives. */
    private static OpenAIClient client(SimulatedProvider provider, boolean isDated, String key) {
        String base = provider.baseUri().toString();
        return isDated
                ? OpenAIOkHttpClient.builder().baseUrl(base).azureUrlPathMode(AzureUrlPathMode.LEGACY)
                        .azureServiceVersion(AzureOpenAIServiceVersion.fromString("2024-10-21"))
                        .credential(AzureApiKeyCredential.create(key)).maxRetries(0).build()
                : OpenAIOkHttpClient.builder().baseUrl(base + "/openai/v1").azureUrlPathMode(AzureUrlPathMode.UNIFIED)
                        .credential(BearerTokenCredential.create(() -> key)).maxRetries(0).build();
    }

    private static ChatCompletion ask(OpenAIClient client) {
        try {
            return client.chat().completions().create(
                    ChatCompletionCreateParams.builder().model("gpt-x").addSystemMessage("s").addUserMessage("hi")
                            .maxCompletionTokens(7).temperature(0.5).build());
        } finally {
            client.close();
        }
    }

    private static HttpCall adapterCall(String endpoint, Map<String, String> settings) {
        ProviderCall given = Calls.with(Calls.requestWith(",\"max_tokens\":7,\"temperature\":0.5", Calls.message("system", "s"),
                Calls.user("hi")), settings, Set.of());
        DeploymentEntry deployment = DeploymentEntry.newBuilder(given.deployment()).setEndpoint(endpoint).setModel("gpt-x")
                .build();
        return new AzureAdapter().toHttp(new ProviderCall(given.request(), deployment, Map.of(), given.credential(),
                given.clientRequestId(), Set.of(), given.now()));
    }

    private static ObjectNode body(String request) {
        return Json.readObject(request.substring(request.indexOf("\r\n\r\n") + 4));
    }

    private static String base(FaultServer server) {
        String uri = server.uri().toString();
        return uri.substring(0, uri.indexOf("/v1/"));
    }
}
