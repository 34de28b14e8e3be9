package io.spillway.worker.provider.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.genai.Client;
import com.google.genai.JsonSerializable;
import com.google.genai.errors.ApiException;
import com.google.genai.types.Content;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.GenerationConfig;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import com.google.genai.types.Tool;
import com.google.genai.types.ToolConfig;
import io.spillway.contract.json.Json;
import io.spillway.simulator.Behaviour;
import io.spillway.simulator.Rules;
import io.spillway.simulator.SimulatedProvider;
import io.spillway.simulator.SimulatorConfig;
import io.spillway.v1.FailureKind;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.Calls;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.ProviderAdapter;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.SampleRequests;
import io.spillway.worker.provider.UntranslatableRequestException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Google's own client as the judge of all requests of both surfaces, and of the simulated Gemini and Vertex AI. */
class GoogleSdkSimulatorTest {

    private static final String MODEL = "gemini-3.8-flash";
    /** What the dialect cannot say; GeminiAdapterTest tells why. */
    private static final Set<String> REFUSED = Set.of("one tool at a time", "OpenAI's own");

    @TestFactory
    Stream<DynamicTest> shouldWriteRequestsThatTheSdkKeeps() {
        return Stream.of("gemini", "vertex").flatMap(surface -> SampleRequests.all().entrySet().stream()
                .map(sample -> DynamicTest.dynamicTest(surface + " " + sample.getKey(), () -> {
                    ProviderCall call = Calls.with(sample.getValue(), Map.of("project", "p-1", "image-urls", "pass"), Set.of());
                    call.deployment().setModel(MODEL);
                    ObjectNode body;
                    try {
                        body = Json.readObject(adapter(surface).toHttp(call).body());
                    } catch (UntranslatableRequestException e) {
                        assertThat(sample.getKey()).isIn(REFUSED);
                        return;
                    }
                    assertThat(sample.getKey()).isNotIn(REFUSED);
                    body.path("contents").forEach(content -> assertKept(content, Content.fromJson(content.toString())));
                    body.path("tools").forEach(tool -> assertKept(tool, Tool.fromJson(tool.toString())));
                    if (body.has("systemInstruction")) {
                        assertKept(body.path("systemInstruction"), Content.fromJson(body.path("systemInstruction").toString()));
                    }
                    if (body.has("generationConfig")) {
                        assertKept(body.path("generationConfig"),
                                GenerationConfig.fromJson(body.path("generationConfig").toString()));
                    }
                    if (body.has("toolConfig")) {
                        assertKept(body.path("toolConfig"), ToolConfig.fromJson(body.path("toolConfig").toString()));
                    }
                    assertThat(body.properties()).extracting(Map.Entry::getKey)
                            .isSubsetOf("contents", "tools", "systemInstruction", "generationConfig", "toolConfig");
                    assertThat(body.path("contents")).allMatch(content -> List.of("user", "model")
                            .contains(content.path("role").asText()));
                })));
    }

    private static void assertKept(JsonNode written, JsonSerializable parsed) {
        assertThat(GoogleSdkOracleTest.plain(Json.readValue(parsed.toJson()))).isEqualTo(GoogleSdkOracleTest.plain(written));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gemini", "vertex"})
    void shouldReadTheSimulatorsAnswersAsTheSdkDoes(String surface) {
        Rules rules = surface.equals("gemini") ? Rules.standard().withApiKey(Calls.CANARY_KEY) : Rules.standard();
        try (SimulatedProvider provider = SimulatedProvider.start(SimulatorConfig.of(surface).withRules(rules));
                Client client = client(provider, surface)) {
            // When
            GenerateContentResponse text = client.models.generateContent(MODEL, "say hello", null);
            GenerateContentResponse tool = client.models.generateContent(MODEL, "use look_up", GenerateContentConfig.builder()
                    .tools(Tool.builder().functionDeclarations(FunctionDeclaration.builder().name("look_up")
                            .parametersJsonSchema(Map.of("type", "object")).build()).build())
                    .build());

            // Then
            assertThat(text.text()).isNotBlank();
            assertThat(text.finishReason().toString()).isEqualTo("STOP");
            assertThat(tool.functionCalls()).singleElement().satisfies(call -> assertThat(call.name()).hasValue("look_up"));
            for (GenerateContentResponse answer : List.of(text, tool)) {
                assertThat(answer.usageMetadata().orElseThrow().totalTokenCount().orElse(0)).isPositive();
                assertThat(answer.responseId().orElse("")).isNotBlank();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"400,, ClientException, INVALID_ARGUMENT, INVALID_REQUEST",
            "400, API_KEY_INVALID, ClientException, INVALID_ARGUMENT, AUTHENTICATION_FAILED",
            "401,, ClientException, UNAUTHENTICATED, AUTHENTICATION_FAILED",
            "402,, ClientException, RESOURCE_EXHAUSTED, QUOTA_EXHAUSTED",
            "403,, ClientException, PERMISSION_DENIED, PERMISSION_DENIED",
            "404,, ClientException, NOT_FOUND, MODEL_NOT_FOUND", "429,, ClientException, RESOURCE_EXHAUSTED, RATE_LIMITED",
            "429, PerDay, ClientException, RESOURCE_EXHAUSTED, QUOTA_EXHAUSTED",
            "500,, ServerException, INTERNAL, SERVER_ERROR", "503,, ServerException, UNAVAILABLE, OVERLOADED",
            "504,, ServerException, DEADLINE_EXCEEDED, SERVER_ERROR"})
    void shouldMapTheSimulatorsErrorsAsTheSdkDoes(int status, String code, String thrown, String word, FailureKind kind) {
        for (String surface : List.of("gemini", "vertex")) {
            if (surface.equals("vertex") && "PerDay".equals(code)) {
                // Vertex AI has no quota of the day.
                continue;
            }
            try (SimulatedProvider provider = SimulatedProvider.start(SimulatorConfig.of(surface));
                    Client client = client(provider, surface)) {
                // Given
                provider.behave(new Behaviour.ErrorStatus(status, code == null ? "" : code, ""));

                // When
                ApiException error = catchThrowableOfType(ApiException.class,
                        () -> client.models.generateContent(MODEL, "hi", null));

                // Then
                assertThat(error.getClass().getSimpleName()).as(surface).isEqualTo(thrown);
                assertThat(error.code()).isEqualTo(status);
                assertThat(error.status()).isEqualTo(word);
            }
        }
        assertThat(verdict(status, code == null ? "" : code, word)).isEqualTo(kind);
    }

    /** The SDK does not give the body away, so its parts are put together again. */
    private static FailureKind verdict(int status, String code, String word) {
        String details = switch (code) {
            case "" -> "";
            case "PerDay" -> ",\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.QuotaFailure\",\"violations\":"
                    + "[{\"quotaId\":\"GenerateRequestsPerDayPerProjectPerModel\"}]}]";
            default -> ",\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"" + code + "\"}]";
        };
        String body = "{\"error\":{\"code\":" + status + ",\"message\":\"x\",\"status\":\"" + word + "\"" + details + "}}";
        CallOutcome outcome = GeminiAdapter.withApiKey().fromHttp(Calls.of(Calls.request(Calls.user("hi"))),
                new HttpAnswer(status, Map.of(), body.getBytes(StandardCharsets.UTF_8)));
        return ((CallOutcome.Failed) outcome).failure().getKind();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gemini", "vertex"})
    void shouldRefuseAWrongCredentialInTheSdksWords(String surface) {
        Rules rules = Rules.standard().withApiKey("another");
        try (SimulatedProvider provider = SimulatedProvider.start(SimulatorConfig.of(surface).withRules(rules));
                Client client = client(provider, surface)) {
            ApiException error = catchThrowableOfType(ApiException.class,
                    () -> client.models.generateContent(MODEL, "hi", null));
            assertThat(error.code()).isEqualTo(surface.equals("gemini") ? 400 : 401);
        }
    }

    private static ProviderAdapter adapter(String surface) {
        return surface.equals("gemini") ? GeminiAdapter.withApiKey() : GeminiAdapter.onVertex();
    }

    private static Client client(SimulatedProvider provider, String surface) {
        HttpOptions options = HttpOptions.builder().baseUrl(provider.baseUri().toString())
                .retryOptions(HttpRetryOptions.builder().attempts(1).build()).build();
        if (surface.equals("gemini")) {
            return Client.builder().apiKey(Calls.CANARY_KEY).vertexAI(false).httpOptions(options).build();
        }
        GoogleCredentials credentials = GoogleCredentials
                .create(new AccessToken(Calls.CANARY_KEY, Date.from(Instant.parse("2100-01-01T00:00:00Z"))));
        return Client.builder().vertexAI(true).project("p-1").location("europe-west4").credentials(credentials)
                .httpOptions(options).build();
    }
}
