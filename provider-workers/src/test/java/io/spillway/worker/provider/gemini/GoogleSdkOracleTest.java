package io.spillway.worker.provider.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.genai.Client;
import com.google.genai.JsonSerializable;
import com.google.genai.errors.ApiException;
import com.google.genai.types.Content;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionCallingConfig;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.FunctionResponse;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.GenerationConfig;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import com.google.genai.types.Part;
import com.google.genai.types.ThinkingConfig;
import com.google.genai.types.Tool;
import com.google.genai.types.ToolConfig;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.spillway.contract.json.Json;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.FailureKind;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.Calls;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderAdapterContract.ErrorCase;
import io.spillway.worker.provider.ProviderCall;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Google's own Java client as the judge of what this dialect writes and reads. */
class GoogleSdkOracleTest {

    private static final String MODEL = "gemini-3.8-flash";
    private static final String SCHEMA = "{\"type\":\"object\",\"properties\":{\"q\":{\"type\":\"string\"}},\"required\":[\"q\"]}";
    private static final String EVERYTHING = ",\"temperature\":0.5,\"top_p\":0.75,\"top_k\":40,\"max_tokens\":100,\"seed\":7,\"n\":2,"
            + "\"stop\":[\"END\"],\"presence_penalty\":0.25,\"frequency_penalty\":0.5,\"logprobs\":true,\"top_logprobs\":2,"
            + "\"reasoning_effort\":\"low\",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"o\",\"schema\":"
            + SCHEMA
            + "}},\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"look_up\",\"description\":\"d\",\"parameters\":"
            + SCHEMA + "}}],\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"look_up\"}}";
    private static final String[] CONVERSATION = {Calls.message("system", "Be brief."),
            "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"look\"},{\"type\":\"image_url\",\"image_url\":"
                    + "{\"url\":\"data:image/png;base64,QUJD\"}}]}",
            "{\"role\":\"assistant\",\"content\":\"I will.\",\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":"
                    + "{\"name\":\"look_up\",\"arguments\":\"{\\\"q\\\":\\\"x\\\"}\"},\"extra_content\":{\"google\":{\"thought_signature\":\"c2ln\"}}}]}",
            "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"found\"}", Calls.user("and?")};

    private record Seen(String path, String key, String authorization, ObjectNode body) {}

    private final ConcurrentLinkedQueue<Seen> seen = new ConcurrentLinkedQueue<>();
    private HttpServer server;
    private volatile int status = 200;
    private volatile String reply = "";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            seen.add(new Seen(exchange.getRequestURI().toString(), exchange.getRequestHeaders().getFirst("x-goog-api-key"),
                    exchange.getRequestHeaders().getFirst("Authorization"),
                    Json.readObject(exchange.getRequestBody().readAllBytes())));
            byte[] body = reply.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private HttpOptions options() {
        return HttpOptions.builder().baseUrl("http://127.0.0.1:" + server.getAddress().getPort())
                .retryOptions(HttpRetryOptions.builder().attempts(1).build()).build();
    }

    private Client client() {
        return Client.builder().apiKey(Calls.CANARY_KEY).vertexAI(false).httpOptions(options()).build();
    }

    private static ProviderCall call(ChatRequest request, Map<String, String> settings) {
        ProviderCall call = Calls.with(request, settings, Set.of());
        call.deployment().setModel(MODEL);
        return call;
    }

    private static ObjectNode ours(ChatRequest request, Map<String, String> settings) {
        return Json.readObject(GeminiAdapter.withApiKey().toHttp(call(request, settings)).body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "openapi"})
    void shouldWriteOnlyFieldsThatTheSdkKnows(String schemas) {
        ObjectNode body = ours(Calls.requestWith(EVERYTHING, CONVERSATION), Map.of("schemas", schemas, "thoughts", "show"));

        // What the SDK does not know vanishes on the way through it.
        body.path("contents").forEach(content -> assertKept(content, Content.fromJson(content.toString())));
        assertKept(body.path("systemInstruction"), Content.fromJson(body.path("systemInstruction").toString()));
        assertKept(body.path("generationConfig"), GenerationConfig.fromJson(body.path("generationConfig").toString()));
        assertKept(body.path("tools").path(0), Tool.fromJson(body.path("tools").path(0).toString()));
        assertKept(body.path("toolConfig"), ToolConfig.fromJson(body.path("toolConfig").toString()));
        assertThat(body.properties()).extracting(Map.Entry::getKey).containsExactlyInAnyOrder("contents", "systemInstruction",
                "generationConfig", "tools", "toolConfig");
        assertThat(body.path("contents").size()).isEqualTo(3);
    }

    private static void assertKept(JsonNode written, JsonSerializable parsed) {
        assertThat(plain(Json.readValue(parsed.toJson()))).isEqualTo(plain(written));
        assertThat(written.isEmpty()).isFalse();
    }

    @Test
    void shouldNoticeAFieldThatTheSdkDoesNotKnow() {
        String wrong = "{\"role\":\"user\",\"parts\":[{\"inline_data\":{\"data\":\"QUJD\"}}]}";
        assertThat(plain(Json.readValue(Content.fromJson(wrong).toJson()))).isNotEqualTo(plain(Json.readValue(wrong)));
    }

    @Test
    void shouldSendWhatTheSdkSends() {
        // Given the same conversation in the SDK's words
        reply = GeminiErrorCases.answer("{\"text\":\"ok\"}", "STOP", GeminiSurfaceContract.USAGE);
        List<Content> contents = List.of(
                Content.builder().role("user")
                        .parts(Part.fromText("look"), Part.fromBytes(new byte[]{'A', 'B', 'C'}, "image/png"))
                        .build(),
                Content.builder().role("model").parts(Part.fromText("I will."), Part.builder()
                        .functionCall(FunctionCall.builder().id("c1").name("look_up").args(Map.of("q", "x")).build())
                        .thoughtSignature("sig".getBytes(StandardCharsets.US_ASCII)).build()).build(),
                Content.builder().role("user").parts(Part.builder()
                        .functionResponse(
                                FunctionResponse.builder().id("c1").name("look_up").response(Map.of("output", "found")).build())
                        .build(), Part.fromText("and?")).build());
        Object schema = Map.of("type", "object", "properties", Map.of("q", Map.of("type", "string")), "required", List.of("q"));
        GenerateContentConfig config = GenerateContentConfig.builder()
                .systemInstruction(Content.fromParts(Part.fromText("Be brief.")))
                .temperature(0.5f).topP(0.75f).topK(40f).maxOutputTokens(100).seed(7).candidateCount(2).stopSequences("END")
                .presencePenalty(0.25f).frequencyPenalty(0.5f).responseLogprobs(true).logprobs(2)
                .thinkingConfig(ThinkingConfig.builder().thinkingLevel("low").build()).responseMimeType("application/json")
                .responseJsonSchema(schema)
                .tools(Tool.builder().functionDeclarations(FunctionDeclaration.builder().name("look_up").description("d")
                        .parametersJsonSchema(schema).build()).build())
                .toolConfig(ToolConfig.builder().functionCallingConfig(
                        FunctionCallingConfig.builder().mode("ANY").allowedFunctionNames("look_up").build()).build())
                .build();

        // When
        try (Client client = client()) {
            client.models.generateContent(MODEL, contents, config);
        }
        ProviderCall ours = call(Calls.requestWith(EVERYTHING, CONVERSATION), Map.of());
        HttpCall http = GeminiAdapter.withApiKey().toHttp(ours);

        // Then
        Seen theirs = seen.remove();
        // The SDK calls the system instruction the user's; the API does not look at it.
        ((ObjectNode) theirs.body().path("systemInstruction")).remove("role");
        assertThat(plain(Json.readObject(http.body()))).isEqualTo(plain(theirs.body()));
        assertThat(http.uri().getPath()).isEqualTo(theirs.path());
        assertThat(http.headers()).anyMatch(
                header -> header.name().equalsIgnoreCase("x-goog-api-key") && header.value().equals(theirs.key()));
    }

    @Test
    void shouldAddressVertexAsTheSdkDoes() {
        // Given
        reply = GeminiErrorCases.answer("{\"text\":\"ok\"}", "STOP", GeminiSurfaceContract.USAGE);
        GoogleCredentials credentials = GoogleCredentials
                .create(new AccessToken(Calls.CANARY_KEY, Date.from(Instant.parse("2100-01-01T00:00:00Z"))));

        // When
        try (Client client = Client.builder().vertexAI(true).project("p-1").location("europe-west4").credentials(credentials)
                .httpOptions(options()).build()) {
            client.models.generateContent(MODEL, "hi", null);
        }
        HttpCall http = GeminiAdapter.onVertex().toHttp(call(Calls.request(Calls.user("hi")),
                Map.of("project", "p-1", "location", "europe-west4", "api-version", "v1beta1")));

        // Then
        Seen theirs = seen.remove();
        assertThat(http.uri().getPath()).isEqualTo(theirs.path());
        assertThat(plain(Json.readObject(http.body()))).isEqualTo(plain(theirs.body()));
        assertThat(http.headers()).anyMatch(
                header -> header.name().equals("Authorization") && header.value().equals(theirs.authorization()));
    }

    @Test
    void shouldReadTheSameAnswerAsTheSdk() {
        // Given
        reply = GeminiErrorCases.answer("{\"text\":\"hm\",\"thought\":true},{\"text\":\"Gr\u00fc\u00dfe \"},{\"text\":\"!\"},"
                + "{\"functionCall\":{\"id\":\"c7\",\"name\":\"look_up\",\"args\":{\"q\":\"x\"}},\"thoughtSignature\":\"c2ln\"}",
                "STOP",
                GeminiSurfaceContract.USAGE);

        // When
        GenerateContentResponse theirs;
        try (Client client = client()) {
            theirs = client.models.generateContent(MODEL, "hi", null);
        }
        ChatResponse ours = answered(reply);

        // Then
        var message = ours.getChoices().getFirst().getMessage();
        assertThat(message.getContent()).isEqualTo(theirs.text());
        assertThat(ours.getChoices().getFirst().getNativeFinishReason()).isEqualTo(theirs.finishReason().toString());
        assertThat(ours.getId()).isEqualTo(theirs.responseId().orElseThrow());
        assertThat(ours.getModel()).isEqualTo(theirs.modelVersion().orElseThrow());
        assertThat(message.getToolCalls()).hasSize(1).first().satisfies(call -> {
            assertThat(call.getId()).isEqualTo(theirs.functionCalls().getFirst().id().orElseThrow());
            assertThat(Json.readObject(call.getArguments()).path("q").asText())
                    .isEqualTo(theirs.functionCalls().getFirst().args().orElseThrow().get("q"));
        });
        var usage = theirs.usageMetadata().orElseThrow();
        assertThat(ours.getUsage().getTotalTokens()).isEqualTo(usage.totalTokenCount().orElseThrow().longValue());
        assertThat(ours.getUsage().getReasoningTokens()).isEqualTo(usage.thoughtsTokenCount().orElseThrow().longValue());
        // And what the SDK writes itself is read the same.
        assertThat(answered(theirs.toJson()).getChoices()).isEqualTo(ours.getChoices());
    }

    @Test
    void shouldFailWhereTheSdkFails() {
        try (Client client = client()) {
            for (ErrorCase error : GeminiErrorCases.all()) {
                if (error.status() == 200 || !error.body().startsWith("{\"error\":{\"code\":" + error.status())) {
                    continue;
                }
                status = error.status();
                reply = error.body();
                ApiException theirs = catchThrowableOfType(ApiException.class,
                        () -> client.models.generateContent(MODEL, "hi", null));
                assertThat(theirs).as(error.name()).isNotNull();
                assertThat(theirs.code()).isEqualTo(error.status());
                assertThat(theirs.status()).isEqualTo(Json.readObject(error.body()).at("/error/status").asText());
                CallOutcome ours = read(error.status(), error.body());
                assertThat(ours).isInstanceOfSatisfying(CallOutcome.Failed.class,
                        failed -> assertThat(failed.failure().getKind()).isEqualTo(error.kind()));
            }
        }
        assertThat(seen.size()).isGreaterThan(20);
        assertThat(GeminiErrorCases.all()).anyMatch(error -> error.kind() == FailureKind.QUOTA_EXHAUSTED);
    }

    private static ChatResponse answered(String body) {
        return ((CallOutcome.Answered) read(200, body)).response();
    }

    private static CallOutcome read(int status, String body) {
        return GeminiAdapter.withApiKey().fromHttp(call(Calls.request(Calls.user("hi")), Map.of()),
                new HttpAnswer(status, Map.of(), body.getBytes(StandardCharsets.UTF_8)));
    }

    /** The same document with all numbers as doubles and all enumerated words in one case, in which both are the same to the API. */
    static JsonNode plain(JsonNode node) {
        if (node.isNumber()) {
            return Json.object().numberNode(node.doubleValue());
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = Json.array();
            array.forEach(item -> copy.add(plain(item)));
            return copy;
        }
        if (node instanceof ObjectNode object) {
            ObjectNode copy = Json.object();
            object.properties().forEach(field -> copy.set(field.getKey(),
                    field.getKey().equals("thinkingLevel")
                            ? Json.object().textNode(field.getValue().asText().toUpperCase(java.util.Locale.ROOT))
                            : plain(field.getValue())));
            return copy;
        }
        return node;
    }
}
