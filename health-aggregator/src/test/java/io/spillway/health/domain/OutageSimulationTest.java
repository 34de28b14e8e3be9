package io.spillway.health.domain;

import static io.spillway.health.domain.Samples.START;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A deployment that fails for ten minutes under steady traffic, and a router that sends as the published view allows. */
class OutageSimulationTest {

    private record Call(Instant endsAt, Instant startedAt, boolean fails, OptionalLong grantId) {}

    @ParameterizedTest
    @CsvSource({"1, 2, 100", "2, 10, 60", "3, 50, 60", "4, 200, 150"})
    void shouldStopTrafficSoonProbeOneAtATimeAndComeBack(long seed, int msBetween, int failingMsUpTo) {
        // Given
        Random random = new Random(seed);
        DeploymentHealth health = DeploymentHealth.unknown("d", HealthPolicy.defaults(), START);
        PriorityQueue<Call> running = new PriorityQueue<>((a, b) -> a.endsAt().compareTo(b.endsAt()));
        long usedGrant = 0;
        long lastEpoch = 0;
        int sentWhileBroken = 0;
        int probesRunning = 0;
        Instant brokenAt = START.plusSeconds(120);
        Instant mendedAt = brokenAt.plusSeconds(600);
        int step = Math.max(20, msBetween);

        // When: twenty-five minutes
        for (Instant now = START; now.isBefore(START.plusSeconds(1_500)); now = now.plusMillis(step)) {
            while (!running.isEmpty() && !running.peek().endsAt().isAfter(now)) {
                Call call = running.remove();
                probesRunning -= call.grantId().isPresent() ? 1 : 0;
                Outcome outcome = call.fails() ? new Outcome.Failed(FailureKind.SERVER_ERROR) : new Outcome.Succeeded();
                long duration = call.endsAt().toEpochMilli() - call.startedAt().toEpochMilli();
                for (Transition transition : health.apply(Samples.sample(call.endsAt(), outcome, duration, call.grantId()),
                        now)) {
                    assertThat(transition.epoch()).isGreaterThan(lastEpoch);
                    lastEpoch = transition.epoch();
                }
            }
            health.tick(now);
            BreakerState state = health.memory().breaker();
            boolean broken = !now.isBefore(brokenAt) && now.isBefore(mendedAt);
            for (int sent = 0; sent < step / msBetween; sent++) {
                OptionalLong grant = OptionalLong.empty();
                if (state.position() == BreakerPosition.OPEN) {
                    break;
                }
                if (state.position() == BreakerPosition.HALF_OPEN) {
                    long id = state.outstandingGrant().orElseThrow().id();
                    if (id == usedGrant) {
                        break;
                    }
                    usedGrant = id;
                    grant = OptionalLong.of(id);
                    probesRunning++;
                    assertThat(probesRunning).as("probes at once").isEqualTo(1);
                }
                sentWhileBroken += broken ? 1 : 0;
                boolean fails = broken || random.nextDouble() < 0.01;
                running.add(new Call(now.plusMillis(1 + random.nextInt(fails ? failingMsUpTo : 2_000)), now, fails, grant));
            }
        }

        // Then
        int withoutBreaker = 600_000 / msBetween;
        assertThat(sentWhileBroken).as("calls to the broken deployment of %s", withoutBreaker)
                .isLessThan(Math.max(40, withoutBreaker / 50));
        assertThat(health.memory().breaker().position()).isEqualTo(BreakerPosition.CLOSED);
        assertThat(health.view(START.plusSeconds(1_500)).n()).isGreaterThan(0);
    }
}
