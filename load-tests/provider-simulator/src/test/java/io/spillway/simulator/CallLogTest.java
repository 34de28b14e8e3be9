package io.spillway.simulator;

import static io.spillway.simulator.testing.ChatClient.openAiBody;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.spillway.simulator.testing.ChatClient;
import io.spillway.simulator.testing.RawClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CallLogTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00.123456Z");

    @Test
    void shouldRecordWhatWasPaid() throws Exception {
        try (SimulatedProvider provider = SimulatedProvider.start(SimulatorConfig.of("p"), () -> NOON);
                ChatClient client = new ChatClient(provider.baseUri())) {
            client.openAi(openAiBody("m", "one"), "X-Client-Request-Id", "a:b:1");
            client.openAi(openAiBody("m", "one"), "X-Client-Request-Id", "a:b:2");
            client.openAi(openAiBody("n", "two"), "X-Client-Request-Id", "plain");
            client.openAi(openAiBody("n", "two"));
            client.openAi("{}", "X-Client-Request-Id", "wrong:1");

            List<PaidCall> paid = provider.calls().paid();
            assertThat(paid).extracting(PaidCall::sequence).containsExactly(1L, 2L, 3L, 4L);
            assertThat(paid.getFirst().at()).isEqualTo(NOON);
            assertThat(paid.getFirst().model()).isEqualTo("m");
            assertThat(paid.getFirst().promptHash()).matches("[0-9a-f]{16}").isEqualTo(paid.get(1).promptHash())
                    .isNotEqualTo(paid.get(2).promptHash());
            assertThat(paid.getFirst().promptTokens()).isEqualTo(4);
            assertThat(paid.get(3).requestId()).startsWith("req_");
            assertThat(provider.calls().paidByRequest())
                    .containsExactlyInAnyOrderEntriesOf(Map.of("a:b", 2, "plain", 1, paid.get(3).requestId(), 1));
            assertThat(provider.calls().duplicatePaidCalls()).isEqualTo(1);
            assertThat(provider.calls().unpaid()).containsExactly(
                    new UnpaidCall(5, NOON, "", "wrong:1", CallOutcome.REJECTED, "400 invalid_request_error"));
        }
    }

    @Test
    void shouldHoldCallBeforeClientSeesAnswer() throws Exception {
        try (SimulatedProvider provider = SimulatedProvider.start(SimulatorConfig.of("p"));
                ChatClient client = new ChatClient(provider.baseUri())) {
            for (int i = 1; i <= 200; i++) {
                client.openAi(openAiBody("m", "x"));

                assertThat(provider.calls().paidCount()).isEqualTo(i);
            }
        }
    }

    @Test
    void shouldChargeAbandonedCallUnlessToldNotTo() throws Exception {
        for (boolean charge : new boolean[]{true, false}) {
            SimulatorConfig config = SimulatorConfig.of("p").withLatency(Latency.ofMillis(200))
                    .withRules(Rules.standard().withChargeAbandoned(charge));
            try (SimulatedProvider provider = SimulatedProvider.start(config)) {
                try (RawClient raw = new RawClient(provider.baseUri())) {
                    raw.send(RawClient.post(ChatClient.OPENAI, openAiBody("m", "x")));
                    await().until(() -> provider.inFlight() == 1);
                }
                await().until(() -> provider.inFlight() == 0);

                assertThat(provider.calls().paidCount()).isEqualTo(charge ? 1 : 0);
                assertThat(provider.calls().countsByOutcome())
                        .containsOnlyKeys(charge ? CallOutcome.ANSWERED : CallOutcome.ABANDONED);
            }
        }
    }

    @Test
    void shouldAnswerPatientClientsWhenAbandonedCallsAreFree() throws Exception {
        SimulatorConfig config = SimulatorConfig.of("p").withLatency(Latency.ofMillis(30))
                .withRules(Rules.standard().withChargeAbandoned(false));
        try (SimulatedProvider provider = SimulatedProvider.start(config); RawClient raw = new RawClient(provider.baseUri())) {
            String post = RawClient.post(ChatClient.OPENAI, openAiBody("m", "x"));
            // The second request arrives while the first is being thought about, and must not be lost.
            raw.send(post + post);

            assertThat(raw.receiveOne().head()).startsWith("HTTP/1.1 200");
            assertThat(raw.receiveOne().head()).startsWith("HTTP/1.1 200");
            assertThat(provider.calls().paidCount()).isEqualTo(2);
        }
    }

    @Test
    void shouldPageAndForget() {
        CallLog log = new CallLog();
        for (int i = 0; i < 10_000; i++) {
            CallOutcome outcome = i % 10 == 9 ? CallOutcome.HUNG : CallOutcome.ANSWERED;
            log.add(NOON, "m", "r" + i + ":1", i, 1, 2, outcome, "why");
        }

        assertThat(log.paidCount()).isEqualTo(9000);
        assertThat(log.unpaidCount()).isEqualTo(1000);
        List<Long> seen = new ArrayList<>();
        long since = 0;
        while (seen.size() < 9000) {
            CallLog.Page page = log.page(since, 999);
            page.paid().forEach(call -> seen.add(call.sequence()));
            assertThat(page.next()).isGreaterThan(since);
            since = page.next();
        }
        assertThat(seen).doesNotHaveDuplicates().isSorted();
        assertThat(log.page(10_000, 10).paid()).isEmpty();
        assertThat(log.page(10_000, 10).next()).isEqualTo(10_000);
        assertThat(log.paid().get(4500).requestId()).isEqualTo("r5000:1");

        log.clear();
        log.add(NOON, "m", "r:1", 0, 1, 2, CallOutcome.ANSWERED, "");

        assertThat(log.countsByOutcome()).isEqualTo(Map.of(CallOutcome.ANSWERED, 1L));
        assertThat(log.page(0, 10).paid()).singleElement().extracting(PaidCall::sequence).isEqualTo(10_001L);
    }

    @Test
    void shouldCountEveryCallOfManyThreads() throws Exception {
        CallLog log = new CallLog();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            threads.add(Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 2000; i++) {
                    log.add(NOON, "m", "same:" + i, 0, 1, 1, CallOutcome.ANSWERED, "");
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(log.paidCount()).isEqualTo(16_000);
        assertThat(log.duplicatePaidCalls()).isEqualTo(15_999);
    }
}
