package io.spillway.worker.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.FailureKind;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.Calls;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderCall;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.CachePointType;
import software.amazon.awssdk.services.bedrockruntime.model.CacheTTL;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.ImageFormat;
import software.amazon.awssdk.services.bedrockruntime.model.InferenceConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.OutputConfig;
import software.amazon.awssdk.services.bedrockruntime.model.OutputFormatType;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceTierType;
import software.amazon.awssdk.services.bedrockruntime.model.SystemContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.Tool;
import software.amazon.awssdk.services.bedrockruntime.model.ToolChoice;
import software.amazon.awssdk.services.bedrockruntime.model.ToolConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.ToolResultContentBlock;

/** AWS's own Java client as the judge of what this dialect writes and reads. */
class BedrockSdkOracleTest {

    /** Reads all numbers alike, so that 0.5f and 0.5 are equal. */
    private static final ObjectMapper PLAIN = JsonMapper.builder().build();
    private static final String MODEL = "arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.anthropic.claude-x-v1:0";
    private static final String SCHEMA = "{\"type\":\"object\",\"properties\":{\"q\":{\"type\":\"string\"}},\"required\":[\"q\"]}";
    private static final String EVERYTHING = ",\"temperature\":0.5,\"top_p\":0.75,\"top_k\":40,\"max_tokens\":100,\"stop\":[\"END\"],"
            + "\"reasoning_effort\":\"high\",\"service_tier\":\"priority\",\"guardrail_config\":{\"guardrailIdentifier\":\"g\","
            + "\"guardrailVersion\":\"1\"},\"request_metadata\":{\"team\":\"a\"},\"performance_config\":{\"latency\":\"optimized\"},"
            + "\"additional_model_response_field_paths\":[\"/stop_sequence\"],\"response_format\":{\"type\":\"json_schema\","
            + "\"json_schema\":{\"name\":\"o\",\"description\":\"od\",\"schema\":" + SCHEMA
            + "}},\"tools\":[{\"type\":\"function\",\"cache_control\":{\"type\":\"ephemeral\"},\"function\":{\"name\":\"look_up\","
            + "\"description\":\"d\",\"strict\":true,\"parameters\":" + SCHEMA
            + "}}],\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"look_up\"}}";
    private static final String[] CONVERSATION = {Calls.message("system", "Be brief."),
            "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"look\",\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}},"
                    + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,QUJD\"}}]}",
            "{\"role\":\"assistant\",\"content\":\"I will.\",\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":"
                    + "{\"name\":\"look_up\",\"arguments\":\"{\\\"q\\\":\\\"x\\\",\\\"n\\\":1}\"}}]}",
            "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"found\"}", Calls.user("and?")};

    private static final StaticCredentialsProvider KEY = StaticCredentialsProvider
            .create(AwsBasicCredentials.create("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"));

    private record Sent(SdkHttpRequest request, JsonNode body) {}

    private final AtomicReference<Sent> sent = new AtomicReference<>();
    private final ConcurrentLinkedQueue<String> bodies = new ConcurrentLinkedQueue<>();
    private HttpServer server;
    private volatile int status = 200;
    private volatile Map<String, String> headers = Map.of("Content-Type", "application/json");
    private volatile byte[] reply = new byte[0];

    /** Sees what the client is about to send. */
    private final class Spy implements ExecutionInterceptor {
        @Override
        public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
            sent.set(new Sent(context.httpRequest(), context.requestBody().map(body -> {
                try {
                    return PLAIN.readTree(body.contentStreamProvider().newStream());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }).orElse(null)));
        }
    }

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
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            headers.forEach(exchange.getResponseHeaders()::add);
            exchange.sendResponseHeaders(status, reply.length == 0 ? -1 : reply.length);
            exchange.getResponseBody().write(reply);
        }
    }

    private ClientOverrideConfiguration once() {
        return ClientOverrideConfiguration.builder().retryStrategy(AwsRetryStrategy.doNotRetry())
                .addExecutionInterceptor(new Spy()).build();
    }

    private URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private BedrockRuntimeClient client() {
        return BedrockRuntimeClient.builder().endpointOverride(uri()).region(Region.EU_CENTRAL_1).credentialsProvider(KEY)
                .overrideConfiguration(once()).build();
    }

    private BedrockRuntimeAsyncClient asyncClient() {
        return BedrockRuntimeAsyncClient.builder().endpointOverride(uri()).region(Region.EU_CENTRAL_1).credentialsProvider(KEY)
                .overrideConfiguration(once())
                .httpClientBuilder(NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP1_1)).build();
    }

    private static HttpCall ours(ChatRequest request, Map<String, String> settings) {
        ProviderCall call = Calls.with(request, settings, Set.of());
        call.deployment().setModel(MODEL);
        return new BedrockAdapter().toHttp(call);
    }

    private static Document document(String json) {
        try {
            return document(PLAIN.readTree(json));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Document document(JsonNode node) {
        if (node.isObject()) {
            Document.MapBuilder map = Document.mapBuilder();
            node.properties().forEach(field -> map.putDocument(field.getKey(), document(field.getValue())));
            return map.build();
        }
        if (node.isArray()) {
            Document.ListBuilder list = Document.listBuilder();
            node.forEach(item -> list.addDocument(document(item)));
            return list.build();
        }
        return node.isNumber() ? Document.fromNumber(node.intValue()) : Document.fromString(node.asText());
    }

    private static ConverseRequest same() {
        return ConverseRequest.builder().modelId(MODEL).system(SystemContentBlock.fromText("Be brief."))
                .messages(Message.builder().role("user").content(ContentBlock.fromText("look"),
                        ContentBlock.fromCachePoint(point -> point.type(CachePointType.DEFAULT).ttl(CacheTTL.fromValue("1h"))),
                        ContentBlock.fromImage(
                                image -> image.format(ImageFormat.PNG).source(s -> s.bytes(SdkBytes.fromUtf8String("ABC")))))
                        .build(),
                        Message.builder().role("assistant").content(ContentBlock.fromText("I will."), ContentBlock.fromToolUse(
                                use -> use.toolUseId("c1").name("look_up").input(document("{\"q\":\"x\",\"n\":1}")))).build(),
                        Message.builder().role("user")
                                .content(ContentBlock.fromToolResult(
                                        result -> result.toolUseId("c1").content(ToolResultContentBlock.fromText("found"))),
                                        ContentBlock.fromText("and?"))
                                .build())
                .inferenceConfig(InferenceConfiguration.builder().maxTokens(100).temperature(0.5f).topP(0.75f)
                        .stopSequences("END").build())
                .toolConfig(ToolConfiguration.builder()
                        .tools(Tool.fromToolSpec(spec -> spec.name("look_up").description("d").strict(true)
                                .inputSchema(input -> input.json(document(SCHEMA)))),
                                Tool.fromCachePoint(point -> point.type(CachePointType.DEFAULT)))
                        .toolChoice(ToolChoice.fromTool(tool -> tool.name("look_up"))).build())
                .outputConfig(OutputConfig.builder().effort("high")
                        .textFormat(format -> format.type(OutputFormatType.JSON_SCHEMA).structure(structure -> structure
                                .jsonSchema(schema -> schema.schema(SCHEMA).name("o").description("od"))))
                        .build())
                .guardrailConfig(GuardrailConfiguration.builder().guardrailIdentifier("g").guardrailVersion("1").build())
                .serviceTier(tier -> tier.type(ServiceTierType.PRIORITY)).performanceConfig(config -> config.latency("optimized"))
                .requestMetadata(Map.of("team", "a")).additionalModelResponseFieldPaths("/stop_sequence")
                .additionalModelRequestFields(document("{\"top_k\":40}")).build();
    }

    @Test
    void shouldWriteWhatAwssOwnClientWrites() throws IOException {
        reply = BedrockErrorCases.answer("{\"text\":\"hi\"}", "end_turn", BedrockErrorCases.USAGE)
                .getBytes(StandardCharsets.UTF_8);
        try (BedrockRuntimeClient client = client()) {
            client.converse(same());
        }
        HttpCall written = ours(Calls.requestWith(EVERYTHING, CONVERSATION), Map.of());
        assertThat(PLAIN.readTree(written.body())).isEqualTo(sent.get().body());
        assertThat(written.uri().getRawPath()).isEqualTo(sent.get().request().encodedPath()).contains("%3A").contains("%2F");
        assertThat(sent.get().request().firstMatchingHeader("Content-Type")).hasValue("application/json");
        assertThat(bodies).hasSize(1);
    }

    @Test
    void shouldAskForStreamsAsAwssOwnClientDoes() throws IOException {
        headers = Map.of("Content-Type", EventFrames.MEDIA_TYPE);
        reply = ConverseStreamTest.answer("hi", "end_turn");
        ConverseRequest same = same();
        try (BedrockRuntimeAsyncClient client = asyncClient()) {
            client.converseStream(ConverseStreamRequest.builder().modelId(MODEL).system(same.system()).messages(same.messages())
                    .inferenceConfig(same.inferenceConfig()).toolConfig(same.toolConfig()).outputConfig(same.outputConfig())
                    .serviceTier(same.serviceTier()).performanceConfig(same.performanceConfig())
                    .requestMetadata(same.requestMetadata())
                    .additionalModelResponseFieldPaths(same.additionalModelResponseFieldPaths())
                    .additionalModelRequestFields(same.additionalModelRequestFields())
                    .guardrailConfig(config -> config.guardrailIdentifier("g").guardrailVersion("1")).build(),
                    ConverseStreamResponseHandler.builder()
                            .subscriber(ConverseStreamResponseHandler.Visitor.builder().build()).build())
                    .join();
        }
        HttpCall written = ours(Calls.requestWith(EVERYTHING, CONVERSATION), Map.of("stream", "true"));
        assertThat(PLAIN.readTree(written.body())).isEqualTo(PLAIN.readTree(bodies.element()));
        assertThat(written.uri().getRawPath()).isEqualTo(sent.get().request().encodedPath()).endsWith("/converse-stream");
    }

    @Test
    void shouldReadAnswersAsAwssOwnClientDoes() {
        String content = "{\"reasoningContent\":{\"reasoningText\":{\"text\":\"hm\",\"signature\":\"s\"}}},{\"text\":\"Gr\u00fc\u00dfe\"},"
                + "{\"toolUse\":{\"toolUseId\":\"i\",\"name\":\"f\",\"input\":{\"q\":\"x\"}}}";
        reply = BedrockErrorCases.answer(content, "tool_use", BedrockErrorCases.USAGE).getBytes(StandardCharsets.UTF_8);
        headers = Map.of("Content-Type", "application/json", "x-amzn-RequestId", "r-1");
        ConverseResponse read;
        try (BedrockRuntimeClient client = client()) {
            read = client.converse(same());
        }
        ChatResponse response = ((CallOutcome.Answered) new BedrockAdapter().fromHttp(
                Calls.of(Calls.request(Calls.user("hi"))),
                new HttpAnswer(200, Map.of("x-amzn-requestid", List.of("r-1")), reply))).response();
        List<ContentBlock> blocks = read.output().message().content();
        var message = response.getChoices().getFirst().getMessage();
        assertThat(message.getContent()).isEqualTo(blocks.get(1).text());
        assertThat(message.getExtra()).contains(blocks.get(0).reasoningContent().reasoningText().text());
        assertThat(message.getToolCalls().getFirst().getId()).isEqualTo(blocks.get(2).toolUse().toolUseId());
        assertThat(message.getToolCalls().getFirst().getArguments()).isEqualTo("{\"q\":\"x\"}");
        assertThat(response.getChoices().getFirst().getNativeFinishReason()).isEqualTo(read.stopReasonAsString());
        assertThat(response.getUsage().getPromptTokens()).isEqualTo(read.usage().inputTokens()
                + read.usage().cacheReadInputTokens() + read.usage().cacheWriteInputTokens());
        assertThat(response.getId()).isEqualTo(read.responseMetadata().requestId());
    }

    @ParameterizedTest
    @CsvSource({"400,ValidationException,INVALID_REQUEST", "403,AccessDeniedException,PERMISSION_DENIED",
            "404,ResourceNotFoundException,MODEL_NOT_FOUND", "408,ModelTimeoutException,SERVER_ERROR",
            "424,ModelErrorException,SERVER_ERROR", "429,ModelNotReadyException,OVERLOADED",
            "429,ThrottlingException,RATE_LIMITED", "500,InternalServerException,SERVER_ERROR",
            "503,ServiceUnavailableException,OVERLOADED", "400,ServiceQuotaExceededException,QUOTA_EXHAUSTED",
            "409,ConflictException,SERVER_ERROR"})
    void shouldReadEveryTypeThatAwssOwnClientKnows(int code, String type, FailureKind kind) {
        status = code;
        for (Map<String, String> form : List.of(Map.of("x-amzn-ErrorType", type + ":http://internal.amazon.com/x/"),
                Map.of("x-amzn-ErrorType", type), Map.<String, String>of())) {
            headers = form;
            reply = (form.isEmpty() ? "{\"__type\":\"com.amazon.x#" + type + "\",\"message\":\"m\"}" : "{\"message\":\"m\"}")
                    .getBytes(StandardCharsets.UTF_8);
            try (BedrockRuntimeClient client = client()) {
                BedrockRuntimeException thrown = catchThrowableOfType(BedrockRuntimeException.class,
                        () -> client.converse(same()));
                assertThat(thrown.getClass().getSimpleName()).isEqualTo(type);
            }
            Map<String, List<String>> received = new java.util.HashMap<>();
            form.forEach((name, value) -> received.put(name.toLowerCase(java.util.Locale.ROOT), List.of(value)));
            var failed = (CallOutcome.Failed) new BedrockAdapter().fromHttp(Calls.of(Calls.request(Calls.user("hi"))),
                    new HttpAnswer(code, received, reply));
            assertThat(failed.failure().getKind()).isEqualTo(kind);
            assertThat(failed.failure().getProviderCode()).isEqualTo(type);
        }
    }

    @Test
    void shouldReadTheSameStreamAsAwssOwnClient() {
        headers = Map.of("Content-Type", EventFrames.MEDIA_TYPE);
        reply = ConverseStreamTest.answer("Gr\u00fc\u00dfe \ud83d\ude00 for you", "max_tokens");
        List<String> texts = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        try (BedrockRuntimeAsyncClient client = asyncClient()) {
            client.converseStream(r -> r.modelId(MODEL).messages(same().messages()),
                    ConverseStreamResponseHandler.builder()
                            .subscriber(ConverseStreamResponseHandler.Visitor.builder()
                                    .onContentBlockDelta(event -> texts.add(event.delta().text()))
                                    .onMessageStop(event -> reasons.add(event.stopReasonAsString())).build())
                            .build())
                    .join();
        }
        var answered = (CallOutcome.Answered) new BedrockAdapter().fromHttp(Calls.of(Calls.request(Calls.user("hi"))),
                new HttpAnswer(200, Map.of("content-type", List.of(EventFrames.MEDIA_TYPE)), reply));
        var choice = answered.response().getChoices().getFirst();
        assertThat(choice.getMessage().getContent()).isEqualTo(String.join("", texts));
        assertThat(choice.getNativeFinishReason()).isEqualTo(String.join("", reasons));
    }
}
