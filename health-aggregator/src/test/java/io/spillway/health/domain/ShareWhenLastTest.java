package io.spillway.health.domain;

import static io.spillway.health.domain.FailureKind.SERVER_ERROR;
import static io.spillway.health.domain.Samples.START;
import static io.spillway.health.domain.Samples.at;
import static io.spillway.health.domain.Samples.failure;
import static io.spillway.health.domain.Samples.probe;
import static io.spillway.health.domain.Samples.success;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.spillway.health.domain.Transition.Cause;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShareWhenLastTest {

    private static final HealthPolicy.Opening POLICY = HealthPolicy.Opening.defaults();
    private static final BreakerState OPEN = new BreakerState.Open(at(30), 0);
    private static final Streak SHORT = new Streak(4, 2);

    private final DeploymentHealth health = DeploymentHealth.unknown("d", HealthPolicy.defaults(), START);

    /** {@code 1 - (n - 2 * successes) / (n + 1)}, worked out by hand. */
    @ParameterizedTest
    @CsvSource({"70, 30, 1", "50, 50, 1", "49, 51, 0.9802", "25, 75, 0.505", "10, 90, 0.2079", "0, 100, 0.0099", "4, 1, 1",
            "4, 0, 0"})
    void shouldFallOnceMoreThanHalfFails(int successes, int sick, double share) {
        assertThat(ShareWhenLast.of(OPEN, counts(successes, sick), SHORT, POLICY)).isCloseTo(share, within(1e-4));
    }

    @Test
    void shouldEndWithARowOfSickResults() {
        assertThat(ShareWhenLast.of(OPEN, counts(70, 30), new Streak(5, 0), POLICY)).isZero();
        assertThat(ShareWhenLast.of(OPEN, counts(70, 30), new Streak(3, 3), POLICY)).isZero();
    }

    @Test
    void shouldBeNothingWhileSuspended() {
        Suspension suspension = Suspension.first(FailureKind.QUOTA_EXHAUSTED, START);
        assertThat(ShareWhenLast.of(new BreakerState.Suspended(suspension, at(300), 0), counts(99, 1), Streak.NONE, POLICY))
                .isZero();
        assertThat(ShareWhenLast.of(new BreakerState.Rechecking(suspension, new ProbeGrant(1, at(60)), 0), counts(99, 1),
                Streak.NONE, POLICY)).isZero();
    }

    @Test
    void shouldSayAtOnceWhenItCeasesAndWhenItComesBack() {
        // Given a breaker that the rate has opened
        for (int i = 0; i < 30; i++) {
            health.apply(i % 3 == 2 ? failure(at(1), SERVER_ERROR) : success(at(1)), at(1));
        }
        assertThat(health.view(at(1)).breaker()).isEqualTo(BreakerPosition.OPEN);
        assertThat(health.view(at(1)).shareWhenLast()).isEqualTo(1);
        health.apply(success(at(2)), at(2));
        // When all that is sent there for want of another fails
        long epoch = health.view(at(2)).epoch();
        for (int i = 0; i < 4; i++) {
            assertThat(health.apply(failure(at(2), SERVER_ERROR), at(2))).isEmpty();
        }
        List<Transition> transitions = health.apply(failure(at(2), SERVER_ERROR), at(2));
        // Then
        assertThat(transitions).extracting(Transition::cause).containsExactly(Cause.SHARE_WHEN_LAST);
        assertThat(transitions).extracting(Transition::reason)
                .containsExactly("open, and nothing comes back: takes nothing but probes");
        assertThat(health.view(at(2)).shareWhenLast()).isZero();
        assertThat(health.view(at(2)).epoch()).isGreaterThan(epoch);
        // When a probe is answered
        health.tick(at(40));
        ProbeGrant grant = health.view(at(40)).grant().orElseThrow();
        health.apply(probe(at(41), new Outcome.Succeeded(), grant.id()), at(41));
        // Then
        assertThat(health.view(at(41)).breaker()).isEqualTo(BreakerPosition.HALF_OPEN);
        assertThat(health.view(at(41)).shareWhenLast()).isPositive();
    }

    @Test
    void shouldNotWaitForAProbeToComeBack() {
        // Given one that ceased
        for (int i = 0; i < 20; i++) {
            health.apply(success(at(1)), at(1));
        }
        for (int i = 0; i < 5; i++) {
            health.apply(failure(at(1), SERVER_ERROR), at(1));
        }
        assertThat(health.view(at(1)).shareWhenLast()).isZero();
        // When a call that was under way succeeds
        List<Transition> transitions = health.apply(success(at(2)), at(2));
        // Then
        assertThat(transitions).extracting(Transition::reason)
                .containsExactly("open, but it answers: takes 100 % of what no other deployment is left for");
        assertThat(health.view(at(2)).openUntil()).isNotEqualTo(Optional.empty());
    }

    private static Supplier<WindowCounts> counts(int successes, int sick) {
        return () -> new WindowCounts(Duration.ofSeconds(60), successes, sick);
    }
}
