package io.spillway.worker.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import io.spillway.v1.Attempt;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.Failure;
import io.spillway.v1.FailureKind;
import io.spillway.v1.FailureScope;
import io.spillway.v1.ProviderEntry;
import io.spillway.v1.SendState;
import io.spillway.v1.TimeoutPhase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import io.spillway.worker.credential.CredentialBook;
import io.spillway.worker.credential.CredentialResolver;
import io.spillway.worker.http.CallTimeouts;
import io.spillway.worker.http.FaultServer;
import io.spillway.worker.http.HttpExecutor;
import io.spillway.worker.http.HttpSettings;
import io.spillway.worker.provider.Adapters;
import io.spillway.worker.provider.CallOutcome;

/** Whole calls of attempts, from the credential to the judgement, in the OpenAI dialect against a server that misbehaves. */
final class FaultCalls implements AutoCloseable {

    static final int CAP = 256 * 1024;
    static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    static final String ANSWER = "{\"id\":\"c1\",\"model\":\"m\",\"created\":1,\"choices\":[{\"index\":0,\"finish_reason\":\"stop\","
            + "\"message\":{\"role\":\"assistant\",\"content\":\"hi\"}}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}";

    private final BrokerClock clock = new BrokerClock(() -> Samples.NOW, System::nanoTime);
    private final HttpExecutor http = new HttpExecutor(
            new HttpSettings(Duration.ofSeconds(5), CAP, 100, Optional.empty()), System::nanoTime);
    private final CredentialResolver credentials = new CredentialResolver(false, Map.<String, String>of()::get, clock::millis);

    FaultCalls() {
        http.start();
    }

    /** One call with patient limits. */
    CallEnd call(FaultServer server) {
        return call(server, Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(30));
    }

    CallEnd call(FaultServer server, Duration firstByte, Duration idleGap, Duration total) {
        DeploymentEntry deployment = Samples.deployment("a", 4);
        deployment.setEndpoint(server.uri().toString());
        deployment.setAllowInsecure(true);
        Attempt attempt = Samples.attempt("r1", "a", 0);
        attempt.setTimeoutMillis((int) total.toMillis());
        CallTimeouts timeouts = new CallTimeouts(Duration.ofSeconds(5), firstByte, idleGap, Duration.ZERO);
        ProviderEntry provider = ProviderEntry.newBuilder().setId(Samples.PROVIDER).setApi("openai").build();
        return new CallMaker(http, new CredentialedCall(CredentialBook.ofKeys(credentials, clock::millis),
                new CredentialMetrics(new SimpleMeterRegistry())), Adapters::forApi, timeouts, clock).make(attempt,
                        new Target(provider, deployment));
    }

    /** One call to a server that answers with this and hangs up. */
    CallEnd answeredWith(byte[] answer) throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.write(answer);
        })) {
            return call(server);
        }
    }

    static Failure failure(CallEnd end) {
        assertThat(end.outcome()).isInstanceOf(CallOutcome.Failed.class);
        return ((CallOutcome.Failed) end.outcome()).failure();
    }

    static ChatResponse answer(CallEnd end) {
        assertThat(end.outcome()).as("%s", end).isInstanceOf(CallOutcome.Answered.class);
        return ((CallOutcome.Answered) end.outcome()).response();
    }

    static void expect(CallEnd end, FailureKind kind, SendState sent, TimeoutPhase phase) {
        Failure failure = failure(end);
        assertThat(failure.getKind()).as("%s", failure).isEqualTo(kind);
        assertThat(failure.getSent()).as("%s", failure).isEqualTo(sent);
        assertThat(failure.getPhase()).as("%s", failure).isEqualTo(phase);
        assertThat(failure.getScope()).as("%s", failure).isNotEqualTo(FailureScope.WORKER);
        assertThat(failure.getMessage()).isNotEmpty().doesNotContain("hello there");
    }

    @Override
    public void close() {
        http.close();
    }
}
