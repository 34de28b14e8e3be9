package io.spillway.simulator;

import static io.spillway.simulator.testing.ChatClient.json;
import static io.spillway.simulator.testing.ChatClient.openAiBody;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.spillway.simulator.testing.ChatClient;
import io.spillway.simulator.testing.RawClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadTest {

    private static final String BODY = openAiBody("gpt-4o", "hold me");

    @Test
    void shouldHoldTwoThousandCallsAndStillAnswerOthers() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        try (SimulatedProvider provider = SimulatedProvider.start(SimulatorConfig.of("p"));
                ChatClient other = new ChatClient(provider.baseUri())) {
            provider.behave("gpt-4o", new Behaviour.Hang(Duration.ofMinutes(10)));
            for (int i = 0; i < 2000; i++) {
                clients.add(new RawClient(provider.baseUri()).send(RawClient.post(ChatClient.OPENAI, BODY)));
            }
            await().atMost(Duration.ofSeconds(10)).until(() -> provider.inFlight() == 2000);

            assertThat(other.openAi(openAiBody("other", "x")).statusCode()).isEqualTo(200);
            assertThat(provider.openConnections()).isEqualTo(2001);

            for (RawClient client : clients) {
                client.close();
            }
            await().atMost(Duration.ofSeconds(10)).until(() -> provider.inFlight() == 0);
        }
    }

    @Test
    void shouldAnswerTwoThousandCallsThatThinkAtTheSameTime() throws Exception {
        SimulatorConfig config = SimulatorConfig.of("p").withLatency(Latency.ofMillis(300));
        List<RawClient> clients = new ArrayList<>();
        try (SimulatedProvider provider = SimulatedProvider.start(config)) {
            for (int i = 0; i < 2000; i++) {
                clients.add(new RawClient(provider.baseUri()).send(RawClient.post(ChatClient.OPENAI, BODY)));
            }

            for (RawClient client : clients) {
                assertThat(client.receiveOne().head()).startsWith("HTTP/1.1 200 OK");
                client.close();
            }

            assertThat(provider.calls().paidCount()).isEqualTo(2000);
            assertThat(provider.calls().countsByOutcome()).containsOnlyKeys(CallOutcome.ANSWERED);
        }
    }

    @Test
    void shouldLimitRequestsPerMinute() throws Exception {
        SimulatorConfig config = SimulatorConfig.of("p").withLimits(Limits.none().withRequestsPerMinute(6, 5));
        try (SimulatedProvider provider = SimulatedProvider.start(config);
                ChatClient client = new ChatClient(provider.baseUri())) {
            List<HttpResponse<String>> responses = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                responses.add(client.openAi(BODY));
            }

            assertThat(responses).extracting(HttpResponse::statusCode).containsExactly(200, 200, 200, 200, 200, 429, 429, 429);
            assertThat(responses.get(1).headers().firstValue("x-ratelimit-limit-requests")).hasValue("6");
            assertThat(responses.get(1).headers().firstValue("x-ratelimit-remaining-requests")).hasValue("3");
            HttpResponse<String> refused = responses.getLast();
            assertThat(json(refused.body()).path("error").path("code").asText()).isEqualTo("rate_limit_exceeded");
            assertThat(Long.parseLong(refused.headers().firstValue("retry-after").orElseThrow())).isBetween(1L, 10L);
            assertThat(Long.parseLong(refused.headers().firstValue("retry-after-ms").orElseThrow())).isBetween(1L, 10_000L);
            assertThat(provider.calls().countsByOutcome()).containsEntry(CallOutcome.RATE_LIMITED, 3L);
            assertThat(provider.calls().paidCount()).isEqualTo(5);
        }
    }

    @Test
    void shouldRefillByTime() {
        Gate gate = new Gate(Limits.none().withRequestsPerMinute(60, 1).withTokensPerMinute(6000), 0);

        assertThat(gate.enter(10, 0)).isInstanceOf(Gate.Entry.Admitted.class);
        Gate.Entry refused = gate.enter(10, 250_000_000);
        assertThat(refused).isInstanceOfSatisfying(Gate.Entry.Refused.class,
                entry -> assertThat(entry.retryAfter()).isEqualTo(Duration.ofMillis(750)));
        assertThat(gate.enter(10, 1_000_000_000)).isInstanceOf(Gate.Entry.Admitted.class);
        assertThat(gate.enter(7000, 3_000_000_000L)).isInstanceOf(Gate.Entry.Refused.class);
    }

    @Test
    void shouldLimitCallsAtOnce() throws Exception {
        SimulatorConfig config = SimulatorConfig.of("p").withLatency(Latency.ofMillis(400))
                .withLimits(Limits.none().withMaxConcurrent(3, 503));
        try (SimulatedProvider provider = SimulatedProvider.start(config);
                ChatClient client = new ChatClient(provider.baseUri())) {
            var held = List.of(client.openAiAsync(BODY), client.openAiAsync(BODY), client.openAiAsync(BODY));
            await().until(() -> provider.inFlight() == 3);

            HttpResponse<String> refused = client.openAi(BODY);

            OpenAiWireTest.assertError(refused, 503, "service_unavailable_error", "server_is_overloaded", null, "overloaded");
            for (var call : held) {
                assertThat(call.get().statusCode()).isEqualTo(200);
            }
            assertThat(client.openAi(BODY).statusCode()).isEqualTo(200);
        }
    }
}
