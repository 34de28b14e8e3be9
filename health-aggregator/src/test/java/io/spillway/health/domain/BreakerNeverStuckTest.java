package io.spillway.health.domain;

import static io.spillway.health.domain.Samples.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.spillway.health.domain.BreakerEvent.Judged;
import io.spillway.health.domain.BreakerEvent.Reported;
import io.spillway.health.domain.BreakerEvent.TimePassed;
import io.spillway.health.domain.BreakerState.Closed;
import io.spillway.health.domain.BreakerState.HalfOpen;
import io.spillway.health.domain.BreakerState.Open;
import io.spillway.health.domain.BreakerState.Rechecking;
import io.spillway.health.domain.BreakerState.Suspended;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever happened before, in whatever order: once the deployment answers, the breaker closes; at most one grant is out
 * at any time; and only the drawn transitions occur.
 */
class BreakerNeverStuckTest {

    private static final HealthPolicy POLICY = HealthPolicy.defaults();

    private static final Map<Class<?>, Set<Class<?>>> LEGAL = Map.of(Closed.class,
            Set.of(Closed.class, Open.class, Suspended.class), Open.class, Set.of(HalfOpen.class), HalfOpen.class,
            Set.of(HalfOpen.class, Closed.class, Open.class, Suspended.class), Suspended.class, Set.of(Rechecking.class),
            Rechecking.class, Set.of(Rechecking.class, Closed.class, Open.class, Suspended.class));

    /** The longest way back: every wait at its longest, a lost probe in front of each needed one. */
    private static final Duration LONGEST_WAY_BACK = Duration.ofMinutes(10).plus(Duration.ofSeconds(4 * 180 + 360));

    @Test
    void shouldCloseAfterEverySequenceOfFourEvents() {
        // Given
        int events = Kind.values().length;
        int sequences = (int) Math.pow(events, 4);
        Set<Class<?>> reached = new HashSet<>();

        for (int sequence = 0; sequence < sequences; sequence++) {
            // When
            Walk walk = new Walk(0);
            for (int rest = sequence, i = 0; i < 4; i++, rest /= events) {
                walk.take(Kind.values()[rest % events]);
            }
            reached.add(walk.state.getClass());

            // Then
            walk.recover();
        }
        assertThat(reached).isEqualTo(LEGAL.keySet());
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18})
    void shouldCloseAfterLongRandomSequences(long seed) {
        Random random = new Random(seed);
        Walk walk = new Walk(seed);
        for (int run = 0; run < 200; run++) {
            for (int i = random.nextInt(60); i > 0; i--) {
                walk.take(Kind.values()[random.nextInt(Kind.values().length)]);
            }
            walk.recover();
        }
    }

    private enum Kind {
        SECOND, TO_DEADLINE, SICK_VERDICT, PROBE_SUCCEEDS, PROBE_SICK, PROBE_NEUTRAL, PROBE_QUOTA, STALE_PROBE_SUCCEEDS, STALE_PROBE_SICK, STRAY_SICK, STRAY_CREDENTIAL, STRAY_SUCCESS
    }

    /** One history of a breaker, checked after every step. */
    private static final class Walk {

        private final Random random;
        private final List<Long> grants = new ArrayList<>();
        private BreakerState state = Closed.FIRST;
        private Instant now = START;
        private long epoch;

        Walk(long seed) {
            random = new Random(seed);
        }

        void take(Kind kind) {
            switch (kind) {
                case SECOND -> pass(Duration.ofSeconds(1));
                case TO_DEADLINE -> pass(untilDeadline());
                case SICK_VERDICT -> step(new Judged(new Verdict.SickByStreak(5, false), FailureKind.TIMEOUT));
                case PROBE_SUCCEEDS -> probe(new Outcome.Succeeded());
                case PROBE_SICK -> probe(new Outcome.Failed(FailureKind.OVERLOADED));
                case PROBE_NEUTRAL -> probe(new Outcome.Failed(FailureKind.CANCELLED));
                case PROBE_QUOTA -> probe(new Outcome.Failed(FailureKind.QUOTA_EXHAUSTED));
                case STALE_PROBE_SUCCEEDS -> stale(new Outcome.Succeeded());
                case STALE_PROBE_SICK -> stale(new Outcome.Failed(FailureKind.TIMEOUT));
                case STRAY_SICK -> step(new Reported(Samples.failure(now, FailureKind.SERVER_ERROR)));
                case STRAY_CREDENTIAL -> step(new Reported(Samples.failure(now, FailureKind.AUTHENTICATION_FAILED)));
                case STRAY_SUCCESS -> step(new Reported(Samples.success(now)));
            }
        }

        /** From now on the deployment answers; every other probe gets lost on the way, and strays keep failing. */
        void recover() {
            Instant deadline = now.plus(LONGEST_WAY_BACK);
            boolean lost = true;
            while (!(state instanceof Closed)) {
                assertThat(now).as("still %s", state).isBeforeOrEqualTo(deadline);
                step(new Reported(Samples.failure(now, FailureKind.SERVER_ERROR)));
                if (state.outstandingGrant().isPresent() && !lost) {
                    probe(new Outcome.Succeeded());
                } else {
                    pass(untilDeadline());
                }
                lost = !lost;
            }
        }

        private Duration untilDeadline() {
            Instant end = state.closedToTrafficUntil().or(() -> state.outstandingGrant().map(ProbeGrant::expires))
                    .orElse(now.plusSeconds(60));
            return Duration.between(now, end);
        }

        private void pass(Duration time) {
            now = now.plus(time);
            step(new TimePassed());
        }

        private void probe(Outcome outcome) {
            state.outstandingGrant().ifPresent(grant -> step(new Reported(Samples.probe(now, outcome, grant.id()))));
        }

        private void stale(Outcome outcome) {
            long current = state.outstandingGrant().map(ProbeGrant::id).orElse(-1L);
            BreakerState before = state;
            grants.stream().filter(id -> id != current).reduce((older, newer) -> newer)
                    .ifPresent(id -> step(new Reported(Samples.probe(now, outcome, id))));
            assertThat(state).as("after a late probe").isEqualTo(before);
        }

        private void step(BreakerEvent event) {
            BreakerState before = state;
            Step step = CircuitBreaker.next(before, event, new Moment(now, epoch + 1, random.nextDouble()), POLICY);
            state = step.state();
            step.transition().ifPresent(transition -> {
                assertThat(transition.epoch()).isGreaterThan(epoch);
                epoch = transition.epoch();
            });
            if (state != before) {
                assertThat(LEGAL.get(before.getClass())).as("from %s", before).contains(state.getClass());
            }
            if (!state.outstandingGrant().equals(before.outstandingGrant())) {
                assertThat(step.transition()).as("a changed grant is published").isPresent();
                state.outstandingGrant().ifPresent(grant -> {
                    assertThat(grant.id()).isEqualTo(epoch);
                    assertThat(grants).doesNotContain(grant.id());
                    grants.add(grant.id());
                });
            }
        }
    }
}
