package io.spillway.load.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.spillway.load.workload.Workload.Arrival;

class WorkloadFileTest {

    @Test
    void shouldReadEveryKey() {
        Workload workload = WorkloadFile.parse(
                """
                        name: mixed
                        rate: 12.5
                        duration: 90s
                        warmUp: 10s
                        arrival: constant
                        batchShare: 0.2
                        repeatShare: 0.1
                        promptBytesLeast: 10
                        promptBytesMost: 20
                        deadline: 3m
                        patience: 4m
                        settle: 1s
                        window: 7
                        requests: 9
                        partitions: 3
                        providers:
                          - {name: alpha, api: anthropic, latency: 50ms, tier: 1, timeout: 4s, concurrency: 5, maxConcurrent: 6, dataClasses: [public]}
                          - {name: beta}
                        outages:
                          - {provider: beta, at: 5s, for: 2s, kind: rate-limited}
                          - {at: 9s, for: 1s}
                        """,
                "test");

        assertThat(workload.name()).isEqualTo("mixed");
        assertThat(workload.rate()).isEqualTo(12.5);
        assertThat(workload.duration()).isEqualTo(Duration.ofSeconds(90));
        assertThat(workload.arrival()).isEqualTo(Arrival.CONSTANT);
        assertThat(workload.prompt()).isEqualTo(new Workload.Prompt(10, 20));
        assertThat(workload.window()).isEqualTo(7);
        assertThat(workload.requests()).isEqualTo(9);
        assertThat(workload.providers().getFirst()).isEqualTo(
                new Workload.Provider("alpha", "anthropic", "50ms", 1, Duration.ofSeconds(4), 5, 6, Set.of("public"), false));
        assertThat(workload.providers().getFirst().isAllowed()).isFalse();
        assertThat(workload.providers().getLast().isAllowed()).isTrue();
        assertThat(workload.outages().getFirst()).isEqualTo(new Workload.Outage(Optional.of("beta"), Duration.ofSeconds(5),
                Duration.ofSeconds(2), Trouble.RATE_LIMITED));
        assertThat(workload.outages().getLast().provider()).isEmpty();
        assertThat(workload.outages().getLast().kind()).isEqualTo(Trouble.REFUSE);
    }

    @Test
    void shouldNameAllProblemsAtOnce() {
        assertThatThrownBy(() -> WorkloadFile.parse("""
                rate: fast
                duration: 10s
                warmUp: 20s
                arival: poisson
                providers:
                  - {name: alpha, latency: quick, dataClasses: [public]}
                outages:
                  - {provider: gamma, at: 1s, for: 1s, kind: sulk}
                """, "bad.yaml")).isInstanceOf(WorkloadException.class).hasMessageContainingAll("bad.yaml", "rate: 'fast'",
                "warmUp", "arival: unknown key", "providers[0].latency: 'quick'", "outages[0].kind: 'sulk'",
                "unknown provider 'gamma'", "none may serve internal data");
    }

    @ParameterizedTest
    @ValueSource(strings = {"smoke", "throughput", "latency", "failover", "outage", "chaos", "incidents"})
    void shouldBringAValidWorkloadForEachScenario(String name) throws Exception {
        assertThat(WorkloadFile.builtIn(name).providers()).isNotEmpty();
    }

    @Test
    void shouldKeepTheSharesOfWarmUpAndOutagesWhenLastingOtherwise() {
        Workload workload = WorkloadFile.parse("""
                rate: 1
                duration: 60s
                warmUp: 6s
                providers: [{name: a}]
                outages: [{at: 20s, for: 15s}]
                """, "test").lasting(Duration.ofSeconds(20));

        assertThat(workload.duration()).isEqualTo(Duration.ofSeconds(20));
        assertThat(workload.warmUp()).isEqualTo(Duration.ofSeconds(2));
        assertThat(workload.outages().getFirst().length()).isEqualTo(Duration.ofSeconds(5));
    }
}
