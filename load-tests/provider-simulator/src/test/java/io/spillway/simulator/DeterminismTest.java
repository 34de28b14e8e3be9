package io.spillway.simulator;

import static io.spillway.simulator.testing.ChatClient.openAiBody;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.spillway.simulator.testing.ChatClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeterminismTest {

    private static final Behaviour MIXED = new Behaviour.Mixture(List.of(new Behaviour.Weighted(7, Behaviour.healthy()),
            new Behaviour.Weighted(2, new Behaviour.ErrorStatus(500, "", "")),
            new Behaviour.Weighted(1, new Behaviour.FailEvery(2, new Behaviour.ErrorStatus(503, "", "")))));

    private static List<String> statuses(long seed, int calls) throws Exception {
        List<String> seen = new ArrayList<>();
        try (SimulatedProvider provider = SimulatedProvider.start(SimulatorConfig.of("p").withSeed(seed));
                ChatClient client = new ChatClient(provider.baseUri())) {
            provider.behave(MIXED);
            for (int i = 0; i < calls; i++) {
                var response = client.openAi(openAiBody("m", "x" + i));
                seen.add(response.statusCode() + " " + response.headers().firstValue("x-request-id").orElse(""));
            }
        }
        return seen;
    }

    @Test
    void shouldRepeatEverythingUnderSameSeed() throws Exception {
        List<String> first = statuses(42, 60);

        assertThat(statuses(42, 60)).isEqualTo(first);
        assertThat(statuses(43, 60)).isNotEqualTo(first);
        assertThat(first).doesNotHaveDuplicates();
    }

    @Test
    void shouldRepeatSequenceWhenBehaviourIsSetAgain() {
        BehaviourBoard board = new BehaviourBoard(5, Latency.none());
        List<List<Behaviour>> runs = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            board.set(MIXED);
            List<Behaviour> dealt = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                dealt.add(board.next("m").behaviour());
            }
            runs.add(dealt);
        }

        assertThat(runs.get(1)).isEqualTo(runs.get(0));
        assertThat(runs.get(0).stream().distinct()).hasSize(3);
    }

    @Test
    void shouldKeepToWeights() {
        BehaviourBoard board = new BehaviourBoard(1, Latency.none());
        board.set(Behaviour.failing(0.3, new Behaviour.Garbage(), Latency.none()));
        int failed = 0;
        for (int i = 0; i < 20_000; i++) {
            failed += board.next("m").behaviour() instanceof Behaviour.Garbage ? 1 : 0;
        }

        assertThat(failed / 20_000.0).isCloseTo(0.3, within(0.015));
    }

    @Test
    void shouldNeverDealPartOfWeightZero() {
        BehaviourBoard board = new BehaviourBoard(1, Latency.none());
        board.set(Behaviour.failing(0, new Behaviour.Garbage(), Latency.none()));

        for (int i = 0; i < 10_000; i++) {
            assertThat(board.next("m").behaviour()).isEqualTo(Behaviour.healthy());
        }
        assertThatThrownBy(() -> new Behaviour.Mixture(List.of())).hasMessageContaining("positive total weight");
    }

    @Test
    void shouldFailExactlyEveryNthCall() {
        BehaviourBoard board = new BehaviourBoard(1, Latency.ofMillis(3));
        board.set(new Behaviour.FailEvery(4, new Behaviour.Garbage()));

        for (int i = 1; i <= 40; i++) {
            assertThat(board.next("m").behaviour())
                    .isEqualTo(i % 4 == 0 ? new Behaviour.Garbage() : new Behaviour.Healthy(Latency.ofMillis(3)));
        }
    }

    @Test
    void shouldDrawLatenciesOfTheAskedDistribution() {
        Latency logNormal = new Latency.LogNormal(Duration.ofMillis(100), 0.5, Duration.ofMillis(250));
        Latency uniform = new Latency.Uniform(Duration.ofMillis(10), Duration.ofMillis(20));
        List<Long> drawn = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            Draws draws = Draws.of(9, i);
            drawn.add(draws.delay(logNormal).toNanos());
            assertThat(draws.delay(uniform)).isBetween(Duration.ofMillis(10), Duration.ofMillis(20));
        }
        Collections.sort(drawn);

        assertThat(drawn.get(5000) / 1e6).isCloseTo(100, within(3.0));
        assertThat(drawn.get(8413) / 1e6).isCloseTo(100 * Math.exp(0.5), within(6.0));
        assertThat(drawn.getLast()).isEqualTo(Duration.ofMillis(250).toNanos());
    }
}
