package io.spillway.health.domain;

import static io.spillway.health.domain.FailureKind.SERVER_ERROR;
import static io.spillway.health.domain.FailureKind.TIMEOUT;
import static io.spillway.health.domain.Samples.START;
import static io.spillway.health.domain.Samples.at;
import static io.spillway.health.domain.Samples.failure;
import static io.spillway.health.domain.Samples.success;
import static org.assertj.core.api.Assertions.assertThat;

import io.spillway.health.domain.Transition.Cause;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Calls of callers who are almost out of time, which end early whatever the deployment is like. */
class ShortCallsTest {

    private static final long USUAL_MILLIS = 2_000;

    private final DeploymentHealth health = DeploymentHealth.unknown("d", HealthPolicy.defaults(), START);

    @Test
    void shouldGrantAnotherProbeWhenOneHadTooLittleTime() {
        Instant now = halfOpen();
        long first = grant(now);

        List<Transition> transitions = health.apply(outOfTime(now, 50, OptionalLong.of(first)), now);

        assertThat(transitions).extracting(Transition::cause).containsExactly(Cause.PROBE_INCONCLUSIVE);
        assertThat(health.view(now).breaker()).isEqualTo(BreakerPosition.HALF_OPEN);
        assertThat(grant(now)).isNotEqualTo(first);
    }

    @Test
    void shouldCloseInTheEndHoweverManyProbesHadTooLittleTime() {
        Instant now = halfOpen();
        for (int i = 0; i < 20; i++) {
            now = now.plusMillis(200);
            health.apply(outOfTime(now, 50, OptionalLong.of(grant(now))), now);
        }
        for (int i = 0; i < 3; i++) {
            now = now.plusSeconds(2);
            health.apply(Samples.probe(now, new Outcome.Succeeded(), grant(now)), now);
        }

        assertThat(health.view(now).breaker()).isEqualTo(BreakerPosition.CLOSED);
    }

    @Test
    void shouldOpenAgainWhenAProbeHadTheUsualTimeAndGotNoAnswer() {
        Instant now = halfOpen();

        List<Transition> transitions = health.apply(outOfTime(now, USUAL_MILLIS + 100, OptionalLong.of(grant(now))), now);

        assertThat(transitions).extracting(Transition::cause).containsExactly(Cause.OPENED_BY_PROBE);
    }

    @Test
    void shouldNotOpenForCallsThatHadTooLittleTime() {
        usual();

        for (int i = 0; i < 50; i++) {
            assertThat(health.apply(outOfTime(at(60), 500, OptionalLong.empty()), at(60))).isEmpty();
        }

        assertThat(health.view(at(60)).errorRate()).isZero();
    }

    @Test
    void shouldOpenForCallsThatHadTheUsualTime() {
        usual();

        for (int i = 0; i < 10; i++) {
            health.apply(outOfTime(at(60), USUAL_MILLIS + 100, OptionalLong.empty()), at(60));
        }

        assertThat(health.view(at(60)).breaker()).isEqualTo(BreakerPosition.OPEN);
    }

    @Test
    void shouldOpenForShortCallsThatWereBrokenOffForAnotherReason() {
        usual();

        for (int i = 0; i < 10; i++) {
            // For instance after the time for a connection.
            health.apply(Samples.sample(at(60), new Outcome.Failed(TIMEOUT), 500, OptionalLong.empty()), at(60));
        }

        assertThat(health.view(at(60)).breaker()).isEqualTo(BreakerPosition.OPEN);
    }

    @Test
    void shouldBelieveEveryTimeoutWhenNoGoodCallIsKnown() {
        for (int i = 0; i < 10; i++) {
            health.apply(outOfTime(at(i), 50, OptionalLong.empty()), at(i));
        }

        assertThat(health.view(at(10)).breaker()).isEqualTo(BreakerPosition.OPEN);
    }

    private void usual() {
        for (int second = 0; second < 30; second++) {
            health.apply(success(at(second), USUAL_MILLIS), at(second));
        }
    }

    private Instant halfOpen() {
        usual();
        for (int i = 0; i < 60 && health.view(at(40)).breaker() == BreakerPosition.CLOSED; i++) {
            health.apply(failure(at(40), SERVER_ERROR), at(40));
        }
        Instant now = health.view(at(40)).openUntil().orElseThrow();
        health.tick(now);
        assertThat(health.view(now).breaker()).isEqualTo(BreakerPosition.HALF_OPEN);
        return now;
    }

    private long grant(Instant now) {
        return health.view(now).grant().orElseThrow().id();
    }

    private static AttemptSample outOfTime(Instant at, long durationMs, OptionalLong grantId) {
        return new AttemptSample(at, new Outcome.Failed(TIMEOUT), durationMs, OptionalLong.empty(), 0, grantId, true);
    }
}
