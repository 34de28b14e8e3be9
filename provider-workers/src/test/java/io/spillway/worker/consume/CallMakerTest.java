package io.spillway.worker.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.spillway.v1.Attempt;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.Failure;
import io.spillway.v1.FailureKind;
import io.spillway.v1.FailureScope;
import io.spillway.v1.ProviderEntry;
import io.spillway.v1.SendState;
import io.spillway.v1.TimeoutPhase;
import io.spillway.worker.credential.CredentialResolver;
import io.spillway.worker.http.CallTimeouts;
import io.spillway.worker.http.FaultServer;
import io.spillway.worker.http.HttpExecutor;
import io.spillway.worker.http.HttpSettings;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.Failures;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderAdapter;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.UntranslatableRequestException;
import io.spillway.worker.provider.openai.OpenAiAdapter;

class CallMakerTest {

    @TempDir
    private Path folder;

    private final BrokerClock clock = new BrokerClock(() -> Samples.NOW, System::nanoTime);
    private final HttpExecutor http = new HttpExecutor(HttpSettings.standard(), System::nanoTime);
    private ProviderAdapter adapter = new Fake();

    @BeforeEach
    void start() {
        http.start();
    }

    @AfterEach
    void stop() {
        http.close();
    }

    @Test
    void shouldAnswerWithTheSecretFromTheFileWhenAllIsWell() throws IOException {
        Path key = Files.writeString(folder.resolve("key"), "sk-test\n");
        try (FaultServer server = new FaultServer(FaultServer.answering(FaultServer.json("{}")))) {
            DeploymentEntry deployment = deployment(server);
            deployment.setCredential("${file:" + key + "}");

            CallEnd end = make(Samples.attempt("r1", "a", 0), deployment);

            assertThat(end.outcome()).isInstanceOf(CallOutcome.Answered.class);
            assertThat(end.firstByteMillis()).isNotNull();
            assertThat(server.requests()).singleElement().asString().contains("Authorization: Bearer sk-test")
                    .contains("X-Id: r1:1");
        }
    }

    @Test
    void shouldAssembleAStreamAndTimeItsFirstToken() throws IOException {
        String head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n: keep-alive\n\n";
        String token = "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}\n\n";
        for (String mark : List.of("data: [DONE]\n\n", "")) {
            try (FaultServer server = new FaultServer(connection -> {
                connection.readRequest();
                connection.write(head);
                connection.silence(200);
                connection.write(token + mark);
            })) {
                adapter = new OpenAiAdapter();
                DeploymentEntry deployment = deployment(server);
                deployment.setSettings(Map.of("stream", "true"));

                CallEnd end = make(Samples.attempt("r1", "a", 0), deployment);

                assertThat(server.requests()).singleElement().asString().contains("\"stream\":true");
                assertThat(end.firstByteMillis()).isBetween(190L, end.durationMillis());
                if (mark.isEmpty()) {
                    assertThat(failure(end).getKind()).isEqualTo(FailureKind.MALFORMED_RESPONSE);
                } else {
                    assertThat(end.outcome()).isInstanceOf(CallOutcome.Answered.class);
                }
            }
        }
    }

    @Test
    void shouldSendNothingWhenTheCredentialIsMissing() throws IOException {
        try (FaultServer server = new FaultServer(FaultServer.answering(FaultServer.json("{}")))) {
            DeploymentEntry deployment = deployment(server);
            deployment.setCredential("${file:" + folder.resolve("none") + "}");

            Failure failure = failure(make(Samples.attempt("r1", "a", 0), deployment));

            assertThat(failure.getKind()).isEqualTo(FailureKind.AUTHENTICATION_FAILED);
            assertThat(failure.getScope()).isEqualTo(FailureScope.CREDENTIAL);
            assertThat(failure.getSent()).isEqualTo(SendState.NOT_SENT);
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void shouldRefusePlainHttpWhenTheDeploymentDoesNotAllowIt() throws IOException {
        try (FaultServer server = new FaultServer(FaultServer.answering(FaultServer.json("{}")))) {
            DeploymentEntry deployment = deployment(server);
            deployment.setAllowInsecure(false);

            Failure failure = failure(make(Samples.attempt("r1", "a", 0), deployment));

            assertThat(failure.getMessage()).contains("https").doesNotContain("127.0.0.1");
            assertThat(failure.getSent()).isEqualTo(SendState.NOT_SENT);
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void shouldTryOnceWithoutTheParameterWhenTheRouteAllowsDropping() throws IOException {
        try (FaultServer server = new FaultServer(FaultServer.answering(FaultServer.json("{}")))) {
            adapter = new Fake() {
                @Override
                public CallOutcome fromHttp(ProviderCall call, HttpAnswer answer) {
                    return call.dropParameters().contains("seed")
                            ? super.fromHttp(call, answer)
                            : new CallOutcome.Failed(Failures.of(FailureKind.UNSUPPORTED_PARAMETER, SendState.ANSWERED, "x"),
                                    "seed");
                }
            };
            Attempt attempt = Samples.attempt("r1", "a", 0);
            assertThat(failure(make(attempt, deployment(server))).getKind()).isEqualTo(FailureKind.UNSUPPORTED_PARAMETER);
            assertThat(server.requests()).hasSize(1);

            attempt.setDropUnsupportedParameters(true);
            assertThat(make(attempt, deployment(server)).outcome()).isInstanceOf(CallOutcome.Answered.class);
            assertThat(server.requests()).hasSize(3);
        }
    }

    @Test
    void shouldStopAfterOneDropWhenTheProviderKeepsComplaining() throws IOException {
        try (FaultServer server = new FaultServer(FaultServer.answering(FaultServer.json("{}")))) {
            adapter = new Fake() {
                @Override
                public CallOutcome fromHttp(ProviderCall call, HttpAnswer answer) {
                    return new CallOutcome.Failed(Failures.of(FailureKind.UNSUPPORTED_PARAMETER, SendState.ANSWERED, "x"),
                            "seed");
                }
            };
            Attempt attempt = Samples.attempt("r1", "a", 0);
            attempt.setDropUnsupportedParameters(true);

            assertThat(failure(make(attempt, deployment(server))).getKind()).isEqualTo(FailureKind.UNSUPPORTED_PARAMETER);
            assertThat(server.requests()).hasSize(2);
        }
    }

    @Test
    void shouldNotCallWhenTheStartWasAcknowledgedTooLate() throws IOException {
        try (FaultServer server = new FaultServer(FaultServer.answering(FaultServer.json("{}")))) {
            Attempt attempt = Samples.attempt("r1", "a", 0);
            attempt.setStartBy(Samples.NOW.minusSeconds(2));

            Failure failure = failure(make(attempt, deployment(server)));

            assertThat(failure.getKind()).isEqualTo(FailureKind.EXPIRED);
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void shouldEndAtTheDeadlineWhenThatIsBeforeTheTimeout() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.holdOpen();
        })) {
            Attempt attempt = Samples.attempt("r1", "a", 0);
            attempt.setDeadline(Samples.NOW.plusMillis(400));

            CallEnd end = make(attempt, deployment(server));

            assertThat(failure(end).getKind()).isEqualTo(FailureKind.TIMEOUT);
            assertThat(failure(end).getPhase()).isEqualTo(TimeoutPhase.TOTAL);
            assertThat(failure(end).getMaybePaid()).isTrue();
            assertThat(end.durationMillis()).isBetween(390L, 10_000L);
        }
    }

    @Test
    void shouldBlameTheWorkerWhenTheDialectIsUnknownOrItsAdapterBreaks() throws IOException {
        try (FaultServer server = new FaultServer(FaultServer.answering(FaultServer.json("{}")))) {
            adapter = null;
            assertThat(failure(make(Samples.attempt("r1", "a", 0), deployment(server))).getScope())
                    .isEqualTo(FailureScope.WORKER);
            adapter = new Fake() {
                @Override
                public CallOutcome fromHttp(ProviderCall call, HttpAnswer answer) {
                    throw new IllegalStateException("secret content");
                }
            };
            Failure failure = failure(make(Samples.attempt("r1", "a", 0), deployment(server)));
            assertThat(failure.getScope()).isEqualTo(FailureScope.WORKER);
            assertThat(failure.getMessage()).contains("IllegalStateException").doesNotContain("secret content");
        }
    }

    @Test
    void shouldBlameTheRequestWhenItCannotBeTranslated() throws IOException {
        try (FaultServer server = new FaultServer(FaultServer.answering(FaultServer.json("{}")))) {
            adapter = new Fake() {
                @Override
                public HttpCall toHttp(ProviderCall call) {
                    throw new UntranslatableRequestException(FailureKind.INVALID_REQUEST, "messages: empty");
                }
            };
            Failure failure = failure(make(Samples.attempt("r1", "a", 0), deployment(server)));

            assertThat(failure.getKind()).isEqualTo(FailureKind.INVALID_REQUEST);
            assertThat(failure.getSent()).isEqualTo(SendState.NOT_SENT);
            assertThat(server.connections()).isZero();
        }
    }

    private CallEnd make(Attempt attempt, DeploymentEntry deployment) {
        CallTimeouts timeouts = new CallTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(20),
                Duration.ZERO);
        CredentialResolver credentials = new CredentialResolver(false, Map.<String, String>of()::get, clock::millis);
        ProviderEntry provider = ProviderEntry.newBuilder().setId(Samples.PROVIDER).setApi("test").build();
        return new CallMaker(http, credentials, api -> Optional.ofNullable(adapter), timeouts, clock).make(attempt,
                new Target(provider, deployment));
    }

    private static DeploymentEntry deployment(FaultServer server) {
        DeploymentEntry deployment = Samples.deployment("a", 4);
        deployment.setEndpoint(server.uri().toString());
        deployment.setAllowInsecure(true);
        return deployment;
    }

    private static Failure failure(CallEnd end) {
        assertThat(end.outcome()).isInstanceOf(CallOutcome.Failed.class);
        return ((CallOutcome.Failed) end.outcome()).failure();
    }

    private static class Fake implements ProviderAdapter {
        @Override
        public HttpCall toHttp(ProviderCall call) {
            return new HttpCall(URI.create(call.deployment().getEndpoint()),
                    List.of(new HttpCall.Header("Authorization", "Bearer " + call.credential().reveal()),
                            new HttpCall.Header("X-Id", call.clientRequestId())),
                    "{}".getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public CallOutcome fromHttp(ProviderCall call, HttpAnswer answer) {
            return new CallOutcome.Answered(Samples.response());
        }
    }
}
