package io.spillway.worker.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.spillway.contract.json.Json;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.spillway.v1.Attempt;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.FailureKind;
import io.spillway.v1.ProviderEntry;
import io.spillway.worker.credential.CredentialBook;
import io.spillway.worker.credential.CredentialResolver;
import io.spillway.worker.http.CallTimeouts;
import io.spillway.worker.http.FaultServer;
import io.spillway.worker.http.HttpExecutor;
import io.spillway.worker.http.HttpSettings;
import io.spillway.worker.provider.Adapters;
import io.spillway.worker.provider.CallOutcome;

/** A provider nobody has written a line of code for: a catalogue entry is enough, as PROVIDERS.md says. */
class MadeUpProviderTest {

    @TempDir
    private Path folder;

    private final BrokerClock clock = new BrokerClock(() -> Samples.NOW, System::nanoTime);
    private final HttpExecutor http = new HttpExecutor(HttpSettings.standard(), System::nanoTime);

    @BeforeEach
    void start() {
        http.start();
    }

    @AfterEach
    void stop() {
        http.close();
    }

    @Test
    void shouldServeAProviderThatOnlyTheCatalogueKnows() throws IOException {
        String answer = "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"Moin\"},\"finish_reason\":\"stop\"}],"
                + "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2,\"total_tokens\":7}}";
        try (FaultServer server = new FaultServer(FaultServer.answering(FaultServer.json(answer)))) {
            // When
            CallEnd end = make(server);

            // Then
            String sent = server.requests().getFirst();
            assertThat(sent).startsWith("POST /llm/v3/chat?tenant=7 HTTP/1.1").contains("X-Nordlicht-Key: sk-nord")
                    .contains("X-Trace: r1:1").contains("X-Plan: gold").doesNotContain("Authorization");
            ObjectNode body = Json.readObject(sent.substring(sent.indexOf("\r\n\r\n") + 4));
            assertThat(body.path("model").asText()).isEqualTo("polar-2");
            assertThat(body.path("max_tokens").asInt()).isEqualTo(50);
            assertThat(body.path("rng").asInt()).isEqualTo(3);
            assertThat(body.at("/answer_style/tone").asText()).isEqualTo("terse");
            assertThat(body.has("user")).isFalse();
            ChatResponse response = ((CallOutcome.Answered) end.outcome()).response();
            assertThat(response.getChoices().getFirst().getMessage().getContent()).isEqualTo("Moin");
            assertThat(response.getUsage().getTotalTokens()).isEqualTo(7);
        }
    }

    @Test
    void shouldUnderstandItsErrors() throws IOException {
        String error = "{\"error\":{\"message\":\"slow down\",\"code\":\"insufficient_quota\"}}";
        String response = FaultServer.json(error).replace("200 OK", "429 Too Many Requests\r\nRetry-After: 3");
        try (FaultServer server = new FaultServer(FaultServer.answering(response))) {
            CallEnd end = make(server);

            var failure = ((CallOutcome.Failed) end.outcome()).failure();
            assertThat(failure.getKind()).isEqualTo(FailureKind.RATE_LIMITED);
            assertThat(failure.getRetryAfterMillis()).isEqualTo(3_000);
        }
    }

    /** As {@code providers: {nordlicht: {api: openai, settings: {...}}}} arrives from the catalogue. */
    private CallEnd make(FaultServer server) throws IOException {
        ProviderEntry provider = ProviderEntry.newBuilder().setId("nordlicht").setApi("openai")
                .setSettings(Map.of("path", "/chat", "query", "tenant=7", "auth-header", "X-Nordlicht-Key", "auth-scheme", "",
                        "request-id-header", "X-Trace", "header.X-Plan", "silver", "max-tokens-field", "max_tokens", "seed-field",
                        "rng", "insufficient-quota", "rate", "drop", "user"))
                .build();
        String uri = server.uri().toString();
        DeploymentEntry deployment = DeploymentEntry.newBuilder(Samples.deployment("polar", 4)).setProvider("nordlicht")
                .setModel("polar-2").setEndpoint(uri.substring(0, uri.indexOf("/v1/")) + "/llm/v3/").setAllowInsecure(true)
                .setCredential("${file:" + Files.writeString(folder.resolve("key"), "sk-nord") + "}")
                .setSettings(Map.of("header.X-Plan", "gold", "body", "{\"answer_style\":{\"tone\":\"terse\"}}")).build();
        Attempt attempt = Samples.attempt("r1", "polar", 0);
        attempt.getRequest().setMaxTokens(50);
        attempt.getRequest().setSeed(3L);
        attempt.getRequest().setUser("somebody");
        CallTimeouts timeouts = new CallTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(20),
                Duration.ZERO);
        CredentialResolver resolver = new CredentialResolver(false, Map.<String, String>of()::get, clock::millis);
        CredentialedCall credentials = new CredentialedCall(CredentialBook.ofKeys(resolver, clock::millis),
                new CredentialMetrics(new SimpleMeterRegistry()));
        return new CallMaker(http, credentials, Adapters::forApi, timeouts, clock).make(attempt,
                new Target(provider, deployment));
    }
}
