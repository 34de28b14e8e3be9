package io.spillway.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlockDelta;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamMetadataEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.ImageFormat;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.ModelStreamErrorException;
import software.amazon.awssdk.services.bedrockruntime.model.StopReason;
import software.amazon.awssdk.services.bedrockruntime.model.SystemContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.Tool;
import software.amazon.awssdk.services.bedrockruntime.model.ToolConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.ToolResultContentBlock;

/** AWS's own client as the judge of what the simulator puts on the wire. */
class BedrockSdkTest {

    private static final String MODEL = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    private static final ClientOverrideConfiguration NO_RETRIES = ClientOverrideConfiguration.builder()
            .retryStrategy(AwsRetryStrategy.doNotRetry()).build();

    private final SimulatedProvider provider = SimulatedProvider.start(SimulatorConfig.of("bedrock"));

    @AfterEach
    void stop() {
        provider.close();
    }

    private static StaticCredentialsProvider key(String secret) {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIAIOSFODNN7EXAMPLE", secret));
    }

    private BedrockRuntimeClient client(String secret) {
        return BedrockRuntimeClient.builder().endpointOverride(provider.baseUri()).region(Region.EU_CENTRAL_1)
                .credentialsProvider(key(secret)).overrideConfiguration(NO_RETRIES).build();
    }

    private BedrockRuntimeAsyncClient asyncClient() {
        return BedrockRuntimeAsyncClient.builder().endpointOverride(provider.baseUri()).region(Region.EU_CENTRAL_1)
                .credentialsProvider(key(SECRET)).overrideConfiguration(NO_RETRIES)
                .httpClientBuilder(NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP1_1)).build();
    }

    private static Message user(String text) {
        return Message.builder().role("user").content(ContentBlock.fromText(text)).build();
    }

    private static ToolConfiguration tool() {
        Document schema = Document.mapBuilder().putString("type", "object")
                .putDocument("properties", Document.mapBuilder()
                        .putDocument("key", Document.mapBuilder().putString("type", "string").build()).build())
                .build();
        return ToolConfiguration.builder()
                .tools(Tool.fromToolSpec(spec -> spec.name("look_up").inputSchema(input -> input.json(schema)))).build();
    }

    @Test
    void shouldTakeASignedCallAndAnswerIt() {
        try (BedrockRuntimeClient client = client(SECRET)) {
            ConverseResponse response = client
                    .converse(ConverseRequest.builder().modelId(MODEL).system(SystemContentBlock.fromText("Be brief."))
                            .messages(Message
                                    .builder().role("user").content(ContentBlock.fromText("look"), ContentBlock.fromImage(
                                            image -> image.format(ImageFormat.PNG)
                                                    .source(source -> source.bytes(SdkBytes.fromUtf8String("ABC")))))
                                    .build())
                            .inferenceConfig(config -> config.maxTokens(200).temperature(0.5f)).build());
            assertThat(response.output().message().content().getFirst().text()).contains("look");
            assertThat(response.stopReason()).isEqualTo(StopReason.END_TURN);
            assertThat(response.usage().totalTokens())
                    .isEqualTo(response.usage().inputTokens() + response.usage().outputTokens());
            assertThat(response.responseMetadata().requestId()).isNotEmpty().isNotEqualTo("UNKNOWN");
            assertThat(provider.calls().paid().getFirst().model()).isEqualTo(MODEL);
        }
    }

    @Test
    void shouldRefuseASignatureMadeWithAnotherSecret() {
        try (BedrockRuntimeClient client = client(SECRET + "x")) {
            assertThatThrownBy(() -> client.converse(r -> r.modelId(MODEL).messages(user("hi"))))
                    .isInstanceOfSatisfying(BedrockRuntimeException.class, e -> {
                        assertThat(e.statusCode()).isEqualTo(403);
                        assertThat(e.awsErrorDetails().errorCode()).isEqualTo("InvalidSignatureException");
                    });
            assertThat(provider.calls().paid()).isEmpty();
        }
    }

    @Test
    void shouldCallToolsAndTakeTheirResults() {
        try (BedrockRuntimeClient client = client(SECRET)) {
            ConverseResponse called = client
                    .converse(r -> r.modelId(MODEL).messages(user("look_up it")).toolConfig(tool()));
            var use = called.output().message().content().getFirst().toolUse();
            assertThat(called.stopReason()).isEqualTo(StopReason.TOOL_USE);
            assertThat(use.input().asMap().get("key").asString()).isEqualTo("sample");

            Message result = Message.builder().role("user").content(ContentBlock.fromToolResult(
                    block -> block.toolUseId(use.toolUseId()).content(ToolResultContentBlock.fromText("found")))).build();
            ConverseResponse after = client.converse(r -> r.modelId(MODEL)
                    .messages(user("look_up it"), called.output().message(), result).toolConfig(tool()));
            assertThat(after.output().message().content().getFirst().text()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"429,,ThrottlingException", "429,ModelNotReadyException,ModelNotReadyException", "400,,ValidationException",
            "403,,AccessDeniedException", "404,,ResourceNotFoundException", "408,,ModelTimeoutException",
            "424,,ModelErrorException", "500,,InternalServerException", "503,,ServiceUnavailableException"})
    void shouldFailWithTheTypesThatTheClientKnows(int status, String code, String type) {
        provider.behave(new Behaviour.ErrorStatus(status, code == null ? "" : code, ""));
        try (BedrockRuntimeClient client = client(SECRET)) {
            BedrockRuntimeException thrown = catchThrowableOfType(BedrockRuntimeException.class,
                    () -> client.converse(r -> r.modelId(MODEL).messages(user("hi"))));
            assertThat(thrown.getClass().getSimpleName()).isEqualTo(type);
            assertThat(thrown.statusCode()).isEqualTo(status);
            assertThat(thrown.awsErrorDetails().errorMessage()).isNotEmpty();
        }
    }

    private record Streamed(String text, String toolInput, String stopReason, List<ConverseStreamMetadataEvent> metadata,
            CompletableFuture<Void> done) {}

    private static Streamed stream(BedrockRuntimeAsyncClient client, ConverseStreamRequest request) {
        StringBuffer text = new StringBuffer();
        StringBuffer input = new StringBuffer();
        StringBuffer reason = new StringBuffer();
        List<ConverseStreamMetadataEvent> metadata = new ArrayList<>();
        CompletableFuture<Void> done = client.converseStream(request,
                ConverseStreamResponseHandler.builder().subscriber(ConverseStreamResponseHandler.Visitor.builder()
                        .onContentBlockDelta(event -> {
                            ContentBlockDelta delta = event.delta();
                            text.append(delta.text() == null ? "" : delta.text());
                            input.append(delta.toolUse() == null ? "" : delta.toolUse().input());
                        }).onMessageStop(event -> reason.append(event.stopReasonAsString())).onMetadata(metadata::add).build())
                        .build());
        done.handle((nothing, error) -> nothing).join();
        return new Streamed(text.toString(), input.toString(), reason.toString(), metadata, done);
    }

    @Test
    void shouldStreamWhatTheCallInOnePieceAnswers() {
        try (BedrockRuntimeClient client = client(SECRET); BedrockRuntimeAsyncClient async = asyncClient()) {
            ConverseResponse whole = client.converse(r -> r.modelId(MODEL).messages(user("stream please")));
            Streamed streamed = stream(async,
                    ConverseStreamRequest.builder().modelId(MODEL).messages(user("stream please")).build());
            assertThat(streamed.done()).isCompleted();
            assertThat(streamed.text()).isEqualTo(whole.output().message().content().getFirst().text());
            assertThat(streamed.stopReason()).isEqualTo("end_turn");
            assertThat(streamed.metadata()).hasSize(1);
            assertThat(streamed.metadata().getFirst().usage()).isEqualTo(whole.usage());

            Streamed called = stream(async,
                    ConverseStreamRequest.builder().modelId(MODEL).messages(user("look_up it")).toolConfig(tool()).build());
            assertThat(called.toolInput()).isEqualTo("{\"key\":\"sample\"}");
            assertThat(called.stopReason()).isEqualTo("tool_use");
        }
    }

    @Test
    void shouldBreakStreamsAsTheServiceDoes() {
        try (BedrockRuntimeAsyncClient async = asyncClient()) {
            ConverseStreamRequest request = ConverseStreamRequest.builder().modelId(MODEL).messages(user("hi")).build();
            provider.behave(new Behaviour.ErrorMidway());
            Streamed broken = stream(async, request);
            assertThat(broken.text()).isNotEmpty();
            assertThatThrownBy(broken.done()::join).isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(ModelStreamErrorException.class);
            for (Behaviour cut : List.of(new Behaviour.Truncated(), new Behaviour.ResetMidBody())) {
                provider.behave(cut);
                // The client may even call this a success: only messageStop tells that all was said.
                assertThat(stream(async, request).stopReason()).as("%s", cut).isEmpty();
            }
        }
    }
}
