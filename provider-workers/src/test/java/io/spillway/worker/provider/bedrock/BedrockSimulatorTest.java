package io.spillway.worker.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.spillway.simulator.Behaviour;
import io.spillway.simulator.Rules;
import io.spillway.simulator.SimulatedProvider;
import io.spillway.simulator.SimulatorConfig;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.Failure;
import io.spillway.v1.FailureKind;
import io.spillway.v1.FinishReason;
import io.spillway.worker.credential.CredentialException;
import io.spillway.worker.credential.Secret;
import io.spillway.worker.http.CallResult;
import io.spillway.worker.http.CallTimeouts;
import io.spillway.worker.http.HttpExecutor;
import io.spillway.worker.http.HttpSettings;
import io.spillway.worker.http.Reach;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.Calls;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.UntranslatableRequestException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls go over the worker's own HTTP client to a provider that verifies signatures by itself. */
class BedrockSimulatorTest {

    private static final String MODEL = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
    private static final String GOOD = "{\"accessKeyId\":\"AKIAIOSFODNN7EXAMPLE\",\"secretAccessKey\":"
            + "\"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\"}";
    private static final Duration LONG = Duration.ofSeconds(20);

    private final BedrockAdapter adapter = new BedrockAdapter();
    private final SimulatedProvider provider = SimulatedProvider
            .start(SimulatorConfig.of("bedrock").withRules(Rules.standard().withContextWindow(2_000)));
    private final HttpExecutor http = new HttpExecutor(HttpSettings.standard(), System::nanoTime);

    @BeforeEach
    void start() {
        http.start();
    }

    @AfterEach
    void stop() {
        http.close();
        provider.close();
    }

    private ProviderCall call(ChatRequest request, String secret, Map<String, String> settings) {
        ProviderCall call = Calls.with(request, settings, Set.of());
        call.deployment().setModel(MODEL);
        call.deployment().setEndpoint(provider.baseUri().toString());
        call.deployment().setRegion("eu-central-1");
        return new ProviderCall(request, call.deployment(), Map.of(), Secret.of(secret), call.clientRequestId(), Set.of(),
                Instant.parse("2026-11-21T12:00:00Z"));
    }

    private CallOutcome outcome(ProviderCall call) {
        CallResult result = http.execute(adapter.toHttp(call), new CallTimeouts(LONG, LONG, LONG, LONG),
                Reach.PRIVATE_PLAIN, head -> adapter.stream(call, head));
        return switch (result) {
            case CallResult.Received received -> adapter.fromHttp(call, received.answer());
            case CallResult.Streamed streamed -> streamed.outcome();
            case CallResult.Broken broken -> new CallOutcome.Failed(broken.failure().toFailure());
        };
    }

    private ChatResponse answered(ProviderCall call) {
        CallOutcome outcome = outcome(call);
        assertThat(outcome).isInstanceOf(CallOutcome.Answered.class);
        return ((CallOutcome.Answered) outcome).response();
    }

    private Failure failed(ProviderCall call) {
        return ((CallOutcome.Failed) outcome(call)).failure();
    }

    private static ChatRequest request() {
        return Calls.requestWith(",\"temperature\":0.2,\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"look_up\","
                + "\"parameters\":{\"type\":\"object\",\"properties\":{\"key\":{\"type\":\"string\"}}}}}]",
                Calls.message("system", "s"),
                Calls.user("gr\u00fc\u00df dich"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "true"})
    void shouldSignCallsThatTheProviderAccepts(String stream) {
        ChatResponse response = answered(call(request(), GOOD, Map.of("stream", stream, "header.x-amz-note", "a  b")));
        assertThat(response.getChoices().getFirst().getMessage().getContent()).contains("gr\u00fc\u00df dich");
        assertThat(response.getChoices().getFirst().getFinishReason()).isEqualTo(FinishReason.STOP);
        assertThat(response.getUsage().getEstimated()).isFalse();
        assertThat(response.getModel()).isEqualTo(MODEL);
        assertThat(provider.calls().paid()).hasSize(1).first().extracting("model").isEqualTo(MODEL);

        Failure wrong = failed(call(request(), GOOD.replace("EXAMPLEKEY\"", "EXAMPLEKEX\""), Map.of("stream", stream)));
        assertThat(wrong.getKind()).isEqualTo(FailureKind.AUTHENTICATION_FAILED);
        assertThat(wrong.getProviderCode()).isEqualTo("InvalidSignatureException");
        assertThat(provider.calls().paid()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "true"})
    void shouldCarryAConversationWithTools(String stream) {
        ChatRequest first = Calls.requestWith(
                ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"look_up\",\"parameters\":"
                        + "{\"type\":\"object\",\"properties\":{\"key\":{\"type\":\"string\"}}}}}],\"tool_choice\":\"required\"",
                Calls.user("hi"));
        var called = answered(call(first, GOOD, Map.of("stream", stream))).getChoices().getFirst();
        assertThat(called.getFinishReason()).isEqualTo(FinishReason.TOOL_CALLS);
        var toolCall = called.getMessage().getToolCalls().getFirst();
        assertThat(toolCall.getArguments()).isEqualTo("{\"key\":\"sample\"}");
        ChatRequest second = Calls.request(Calls.user("hi"),
                "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"" + toolCall.getId()
                        + "\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"look_up\",\"arguments\":\"{}\"}}]}",
                "{\"role\":\"tool\",\"tool_call_id\":\"" + toolCall.getId() + "\",\"content\":\"found\"}");
        assertThat(answered(call(second, GOOD, Map.of("stream", stream))).getChoices().getFirst().getMessage().getContent())
                .isNotEmpty();
    }

    @Test
    void shouldStreamWhatItAnswersInOnePiece() {
        ChatResponse whole = answered(call(request(), GOOD, Map.of()));
        ChatResponse streamed = answered(call(request(), GOOD, Map.of("stream", "true")));
        assertThat(streamed.getChoices()).isEqualTo(whole.getChoices());
        assertThat(streamed.getUsage()).isEqualTo(whole.getUsage());
        assertThat(streamed.getId()).isNotEmpty().isNotEqualTo(whole.getId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "true"})
    void shouldNeverTakeABrokenAnswerForOne(String stream) {
        ProviderCall call = call(request(), GOOD, Map.of("stream", stream));
        for (Behaviour behaviour : new Behaviour[]{new Behaviour.Truncated(),
                new Behaviour.Truncated(Behaviour.Truncated.Cut.CHUNKED), new Behaviour.ResetMidBody(), new Behaviour.Garbage(),
                new Behaviour.ErrorBody(), new Behaviour.EmptyChoices()}) {
            provider.behave(behaviour);
            assertThat(failed(call).getKind()).as("%s", behaviour).isIn(FailureKind.MALFORMED_RESPONSE,
                    FailureKind.CONNECTION_FAILED);
        }
        provider.behave(new Behaviour.ErrorMidway());
        assertThat(failed(call).getKind())
                .isEqualTo(stream.equals("true") ? FailureKind.SERVER_ERROR : FailureKind.MALFORMED_RESPONSE);
        provider.behave(new Behaviour.NoUsage());
        assertThat(answered(call).getUsage().getEstimated()).isTrue();
        provider.behave(new Behaviour.ErrorStatus(429, "ModelNotReadyException", ""));
        assertThat(failed(call).getKind()).isEqualTo(FailureKind.OVERLOADED);
        provider.behave(Behaviour.healthy());
        ProviderCall tooLong = call(Calls.request(Calls.user("long ".repeat(2_000))), GOOD, Map.of("stream", stream));
        assertThat(failed(tooLong).getKind()).isEqualTo(FailureKind.CONTEXT_WINDOW_EXCEEDED);
    }

    @Test
    void shouldWriteAllThatASignatureNeedsAndNothingOfTheSecret() {
        ProviderCall call = call(request(), GOOD.replace("}", ",\"sessionToken\":\"IQoJ/token=\"}"),
                Map.of("header.Authorization", "mine", "header.X-Amz-Date", "mine", "header.Host", "mine", "header.X-Trace",
                        "t"));
        HttpCall written = adapter.toHttp(call);
        Map<String, String> headers = written.headers().stream()
                .collect(Collectors.toMap(header -> header.name().toLowerCase(java.util.Locale.ROOT), HttpCall.Header::value));
        assertThat(headers).containsEntry("x-amz-date", "20261121T120000Z").containsEntry("x-amz-security-token", "IQoJ/token=")
                .containsEntry("x-trace", "t").doesNotContainKey("host").doesNotContainValue("mine");
        assertThat(headers.get("authorization"))
                .startsWith("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261121/eu-central-1/bedrock/aws4_request")
                .contains("content-type").contains("x-amz-security-token").doesNotContain("x-trace").doesNotContain("wJalr");
        assertThat(headers.get("x-amz-content-sha256")).matches("[0-9a-f]{64}");
        assertThat(adapter.toHttp(call).headers()).isEqualTo(written.headers());
        assertThat(outcome(call)).isInstanceOf(CallOutcome.Answered.class);
    }

    @Test
    void shouldSendAnApiKeyAsItIs() {
        ProviderCall call = call(request(), "bedrock-api-key-YWJj=", Map.of());
        call.deployment().setRegion(null);
        assertThat(adapter.toHttp(call).headers()).contains(new HttpCall.Header("Authorization", "Bearer bedrock-api-key-YWJj="))
                .noneMatch(header -> header.name().toLowerCase(java.util.Locale.ROOT).startsWith("x-amz"));
        assertThat(outcome(call)).isInstanceOf(CallOutcome.Answered.class);
    }

    @Test
    void shouldSayWhatIsWrongWithRegionOrCredential() {
        ProviderCall elsewhere = call(request(), GOOD, Map.of());
        elsewhere.deployment().setEndpoint("https://bedrock-runtime.us-east-1.amazonaws.com");
        assertThatThrownBy(() -> adapter.toHttp(elsewhere)).isInstanceOf(UntranslatableRequestException.class)
                .hasMessageContaining("region");
        ProviderCall named = call(request(), GOOD, Map.of("region", "us-east-1"));
        named.deployment().setEndpoint("https://bedrock-runtime.us-east-1.amazonaws.com");
        assertThat(adapter.toHttp(named).headers()).anyMatch(header -> header.value().contains("/us-east-1/bedrock/"));
        for (String region : new String[]{null, "", "eu", "Frankfurt"}) {
            ProviderCall nowhere = call(request(), GOOD, Map.of());
            nowhere.deployment().setRegion(region);
            assertThatThrownBy(() -> adapter.toHttp(nowhere)).isInstanceOf(UntranslatableRequestException.class)
                    .hasMessageContaining("AWS region");
        }
        ProviderCall bad = call(request(), "{\"accessKeyId\":\"AKIAIOSFODNN7EXAMPLE\"}", Map.of());
        bad.deployment().setCredential("${file:/run/secrets/aws}");
        assertThatThrownBy(() -> adapter.toHttp(bad)).isInstanceOf(CredentialException.class)
                .hasMessageContaining("${file:/run/secrets/aws} has no secretAccessKey").hasMessageNotContaining("AKIA");
    }
}
