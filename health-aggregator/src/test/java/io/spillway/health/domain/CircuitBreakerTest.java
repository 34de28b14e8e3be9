package io.spillway.health.domain;

import static io.spillway.health.domain.FailureKind.AUTHENTICATION_FAILED;
import static io.spillway.health.domain.FailureKind.INVALID_REQUEST;
import static io.spillway.health.domain.FailureKind.PERMISSION_DENIED;
import static io.spillway.health.domain.FailureKind.QUOTA_EXHAUSTED;
import static io.spillway.health.domain.FailureKind.RATE_LIMITED;
import static io.spillway.health.domain.FailureKind.SERVER_ERROR;
import static io.spillway.health.domain.FailureKind.TIMEOUT;
import static io.spillway.health.domain.Samples.START;
import static io.spillway.health.domain.Samples.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.spillway.health.domain.BreakerEvent.Judged;
import io.spillway.health.domain.BreakerEvent.Reported;
import io.spillway.health.domain.BreakerEvent.TimePassed;
import io.spillway.health.domain.BreakerState.Closed;
import io.spillway.health.domain.BreakerState.HalfOpen;
import io.spillway.health.domain.BreakerState.Open;
import io.spillway.health.domain.BreakerState.Rechecking;
import io.spillway.health.domain.BreakerState.Suspended;
import io.spillway.health.domain.Transition.Cause;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CircuitBreakerTest {

    private static final HealthPolicy POLICY = HealthPolicy.defaults();
    private static final long NEXT_EPOCH = 78;
    private static final ProbeGrant GRANT = new ProbeGrant(77, at(180));
    private static final Suspension SUSPENSION = new Suspension(AUTHENTICATION_FAILED, 1, START);
    private static final Outcome SUCCESS = new Outcome.Succeeded();
    private static final BreakerEvent TIME = new TimePassed();
    private static final BreakerEvent SICK_ROW = new Judged(new Verdict.SickByStreak(5, false), TIMEOUT);

    @Test
    void shouldOpenByRateWithTheNumbersInTheReason() {
        // Given
        WindowCounts counts = new WindowCounts(Duration.ofSeconds(120), 28, 14);
        double lowerBound = OpeningRule.wilsonLowerBound(14, 42, 2.33);

        // When
        Step step = next(Closed.FIRST, new Judged(new Verdict.SickByRate(counts, lowerBound, 0.15), SERVER_ERROR), START);

        // Then
        assertThat(step.state()).isEqualTo(new Open(at(30), 0));
        assertThat(step.transition()).contains(new Transition(NEXT_EPOCH, START, Cause.OPENED_BY_RATE,
                "opened: 14 of 42 results in 120 s failed (33 %, lower bound 19 % > 15 %), mostly SERVER_ERROR"));
    }

    @Test
    void shouldOpenByARowOfSickResults() {
        // When
        Step step = next(Closed.FIRST, SICK_ROW, START);
        Step local = next(Closed.FIRST, new Judged(new Verdict.SickByStreak(3, true), FailureKind.CONNECTION_FAILED), START);

        // Then
        assertThat(step.state()).isEqualTo(new Open(at(30), 0));
        assertThat(reason(step)).isEqualTo("opened: 5 results in a row failed, the last with TIMEOUT");
        assertThat(reason(local)).isEqualTo("opened: 3 calls in a row could not connect (CONNECTION_FAILED)");
    }

    @Test
    void shouldStayClosedOnAnyOtherVerdict() {
        WindowCounts counts = new WindowCounts(Duration.ofSeconds(60), 10, 0);
        assertUnchanged(Closed.FIRST, new Judged(new Verdict.Fit(counts, 0), TIMEOUT), START);
        assertUnchanged(Closed.FIRST, new Judged(new Verdict.TooFew(counts), TIMEOUT), START);
    }

    @ParameterizedTest
    @CsvSource({"0, 0.0, 24000", "0, 1.0, 36000", "2, 0.5, 120000", "4, 0.5, 300000"})
    void shouldOpenForTheJitteredTimeOfItsExponent(int exponent, double draw, long millis) {
        // Given
        Closed closed = new Closed(exponent, Instant.EPOCH, START, false, 0, 0);

        // When
        Step step = CircuitBreaker.next(closed, SICK_ROW, new Moment(START, NEXT_EPOCH, draw), POLICY);

        // Then
        assertThat(step.state()).isEqualTo(new Open(START.plusMillis(millis), exponent));
    }

    @Test
    void shouldDropTheExponentByOnePerHealthyMinute() {
        // Given
        Closed closed = new Closed(3, START, START, false, 0, 0);

        // When / Then
        assertUnchanged(closed, TIME, at(59));
        assertThat(next(closed, TIME, at(60))).isEqualTo(Step.silent(new Closed(2, START, at(60), false, 0, 0)));
        assertThat(next(closed, TIME, at(150))).isEqualTo(Step.silent(new Closed(1, START, at(120), false, 0, 0)));
        assertThat(next(closed, TIME, at(9_000))).isEqualTo(Step.silent(new Closed(0, START, at(180), false, 0, 0)));
    }

    @Test
    void shouldFinishTheRampByTime() {
        // Given
        Closed ramping = Closed.recovered(1, START);

        // When
        Step step = next(ramping, TIME, at(60));

        // Then
        assertUnchanged(ramping, TIME, at(59));
        assertThat(step.state()).isEqualTo(new Closed(0, START, at(60), false, 0, 0));
        assertThat(cause(step)).isEqualTo(Cause.RAMP_FINISHED);
    }

    @Test
    void shouldReopenOnTheSecondFailureOfTheRamp() {
        // Given
        Closed ramping = Closed.recovered(2, START);

        // When
        Step first = next(ramping, result(SERVER_ERROR, at(10)), at(10));
        Step between = next(first.state(), new Reported(Samples.success(at(11))), at(11));
        Step second = next(between.state(), result(TIMEOUT, at(12)), at(12));

        // Then
        assertThat(first).isEqualTo(Step.silent(new Closed(2, START, START, true, 0, 1)));
        assertThat(between).isEqualTo(Step.silent(new Closed(2, START, START, true, 1, 1)));
        assertThat(second.state()).isEqualTo(new Open(at(132), 2));
        assertThat(cause(second)).isEqualTo(Cause.OPENED_IN_RAMP);
        assertThat(reason(second))
                .isEqualTo("opened: 2 of 3 results failed while traffic was coming back, the last with TIMEOUT");
    }

    /** The smallest failures of n that end a ramp; the last row is one error in a hundred on a busy deployment. */
    @ParameterizedTest
    @CsvSource({"0, 1, false", "0, 2, true", "1, 2, true", "2, 2, false", "3, 3, true", "4, 3, false", "24, 10, true",
            "25, 10, false", "990, 10, false"})
    void shouldReopenOnMoreFailuresThanUsualErrorsExplain(int successes, int failures, boolean reopens) {
        // Given
        Closed ramping = new Closed(0, START, START, true, successes, failures - 1);

        // When
        Step step = next(ramping, result(SERVER_ERROR, at(10)), at(10));

        // Then
        assertThat(step.state() instanceof Open).isEqualTo(reopens);
    }

    @Test
    void shouldNotCountSuccessesOfLateProbesAndEarlierCallsInTheRamp() {
        Closed ramping = Closed.recovered(0, START);
        assertUnchanged(ramping, probe(SUCCESS, 77, at(10)), at(10));
        assertUnchanged(ramping, new Reported(Samples.success(at(10), 15_000)), at(10));
        assertUnchanged(new Closed(0, START, START, false, 0, 0), new Reported(Samples.success(at(10))), at(10));
    }

    @Test
    void shouldNotCountNeutralResultsOrFullLimitsInTheRamp() {
        Closed ramping = Closed.recovered(0, START);
        assertUnchanged(ramping, result(INVALID_REQUEST, at(10)), at(10));
        assertUnchanged(ramping, result(RATE_LIMITED, at(10)), at(10));
    }

    @Test
    void shouldIgnoreResultsOfCallsBegunBeforeTheClosing() {
        // Given: a call that began 5 s before the closing and hung for 15 s
        Closed ramping = new Closed(0, START, START, true, 0, 1);
        AttemptSample straggler = Samples.sample(at(10), new Outcome.Failed(TIMEOUT), 15_000, OptionalLong.empty());

        // When / Then
        assertUnchanged(ramping, new Reported(straggler), at(10));
    }

    @Test
    void shouldIgnoreLateProbesWhenClosed() {
        Closed ramping = new Closed(0, START, START, true, 0, 1);
        assertUnchanged(ramping, probe(new Outcome.Failed(SERVER_ERROR), 77, at(10)), at(10));
        assertUnchanged(ramping, probe(new Outcome.Failed(AUTHENTICATION_FAILED), 77, at(10)), at(10));
    }

    @Test
    void shouldHearResultsAgainAfterTheClockStepsBack() {
        // Given
        Closed ramping = new Closed(1, at(7_200), at(7_200), true, 0, 1);

        // When
        Step step = next(ramping, TIME, START);

        // Then
        assertThat(step).isEqualTo(Step.silent(new Closed(1, START, START, true, 0, 1)));
    }

    @ParameterizedTest
    @CsvSource({"QUOTA_EXHAUSTED, 300", "AUTHENTICATION_FAILED, 60", "PERMISSION_DENIED, 60", "MODEL_NOT_FOUND, 600"})
    void shouldSuspendOnWhatNoRetryCures(FailureKind kind, long seconds) {
        // When
        Step step = next(Closed.FIRST, result(kind, START), START);

        // Then
        assertThat(step.state()).isEqualTo(new Suspended(new Suspension(kind, 1, START), at(seconds), 0));
        assertThat(step.transition()).contains(new Transition(NEXT_EPOCH, START, Cause.SUSPENDED,
                "suspended: " + kind + ", rechecked in " + seconds + " s"));
    }

    @Test
    void shouldStayOpenUntilItsTimeWhateverIsReported() {
        // Given
        Open open = new Open(at(30), 0);

        // When / Then
        assertUnchanged(open, TIME, at(29));
        assertUnchanged(open, new Reported(Samples.success(at(1))), at(1));
        assertUnchanged(open, result(SERVER_ERROR, at(1)), at(1));
        assertUnchanged(open, result(QUOTA_EXHAUSTED, at(1)), at(1));
        assertUnchanged(open, SICK_ROW, at(1));
    }

    @Test
    void shouldGrantOneProbeWhenTheOpenTimeIsOver() {
        // When
        Step step = next(new Open(at(30), 2), TIME, at(30));

        // Then
        assertThat(step.state()).isEqualTo(new HalfOpen(new ProbeGrant(NEXT_EPOCH, at(210)), 0, 2));
        assertThat(cause(step)).isEqualTo(Cause.PROBE_GRANTED);
        assertThat(reason(step)).isEqualTo("half open: one attempt may try");
    }

    @Test
    void shouldNotWaitForHoursAfterTheClockStepsBack() {
        assertThat(next(new Open(at(7_200), 0), TIME, START).state()).isInstanceOf(HalfOpen.class);
        assertThat(next(new Suspended(SUSPENSION, at(7_200), 0), TIME, START).state()).isInstanceOf(Rechecking.class);
        assertThat(cause(next(new HalfOpen(new ProbeGrant(7, at(7_200)), 0, 0), TIME, START))).isEqualTo(Cause.PROBE_EXPIRED);
    }

    @Test
    void shouldCloseAfterThreeProbeSuccessesInARow() {
        // When
        Step first = next(new HalfOpen(GRANT, 0, 1), probe(SUCCESS, 77, at(1)), at(1));
        Step second = CircuitBreaker.next(first.state(), probe(SUCCESS, 78, at(2)), new Moment(at(2), 79, 0.5), POLICY);
        Step third = CircuitBreaker.next(second.state(), probe(SUCCESS, 79, at(3)), new Moment(at(3), 80, 0.5), POLICY);

        // Then
        assertThat(first.state()).isEqualTo(new HalfOpen(new ProbeGrant(78, at(181)), 1, 1));
        assertThat(reason(first)).isEqualTo("half open: 1 of 3 probes succeeded");
        assertThat(second.state()).isEqualTo(new HalfOpen(new ProbeGrant(79, at(182)), 2, 1));
        assertThat(third.state()).isEqualTo(new Closed(2, at(3), at(3), true, 0, 0));
        assertThat(cause(third)).isEqualTo(Cause.CLOSED);
        assertThat(reason(third)).isEqualTo("closed: 3 probes in a row succeeded, traffic is coming back");
        assertThat(ReasonText.closed(1)).startsWith("closed: 1 probe succeeded");
    }

    @Test
    void shouldOpenForLongerOnASickProbe() {
        // When
        Step step = next(new HalfOpen(GRANT, 2, 1), probe(new Outcome.Failed(SERVER_ERROR), 77, START), START);

        // Then
        assertThat(step.state()).isEqualTo(new Open(at(120), 2));
        assertThat(cause(step)).isEqualTo(Cause.OPENED_BY_PROBE);
        assertThat(reason(step)).isEqualTo("opened: the probe failed with SERVER_ERROR");
    }

    @Test
    void shouldNotCountTheExponentBeyondTheCap() {
        Step step = next(new HalfOpen(GRANT, 0, 4), probe(new Outcome.Failed(SERVER_ERROR), 77, START), START);
        assertThat(step.state()).isEqualTo(new Open(at(300), 4));
    }

    @ParameterizedTest
    @EnumSource(FailureKind.class)
    void shouldReleaseTheGrantOnEveryKindOfFailure(FailureKind kind) {
        // When
        Step probing = next(new HalfOpen(GRANT, 2, 0), probe(new Outcome.Failed(kind), 77, START), START);
        Step rechecking = next(new Rechecking(SUSPENSION, GRANT, 0), probe(new Outcome.Failed(kind), 77, START), START);

        // Then
        assertThat(probing.transition()).isPresent();
        assertThat(probing.state().outstandingGrant()).isNotEqualTo(Optional.of(GRANT));
        assertThat(rechecking.transition()).isPresent();
        assertThat(rechecking.state().outstandingGrant()).isNotEqualTo(Optional.of(GRANT));
        switch (kind.healthClass()) {
            case SICK -> {
                assertThat(probing.state()).isInstanceOf(Open.class);
                assertThat(rechecking.state()).isInstanceOf(Open.class);
            }
            case QUOTA, CREDENTIAL, MODEL_MISSING -> {
                assertThat(probing.state()).isInstanceOf(Suspended.class);
                assertThat(rechecking.state()).isInstanceOf(Suspended.class);
            }
            case CAPACITY, NEUTRAL -> {
                assertThat(probing.state()).isEqualTo(new HalfOpen(new ProbeGrant(NEXT_EPOCH, at(180)), 2, 0));
                assertThat(rechecking.state()).isEqualTo(new Rechecking(SUSPENSION, new ProbeGrant(NEXT_EPOCH, at(180)), 0));
                assertThat(reason(probing)).isEqualTo("probing again: the last probe ended with " + kind
                        + ", which does not tell");
            }
        }
    }

    @Test
    void shouldReplaceAnExpiredGrantAndKeepTheSuccesses() {
        // When
        Step step = next(new HalfOpen(GRANT, 2, 1), TIME, at(180));

        // Then
        assertUnchanged(new HalfOpen(GRANT, 2, 1), TIME, at(179));
        assertThat(step.state()).isEqualTo(new HalfOpen(new ProbeGrant(NEXT_EPOCH, at(360)), 2, 1));
        assertThat(reason(step)).isEqualTo("probing again: no answer to the last probe within 180 s");
    }

    @Test
    void shouldNotListenToAnyoneButTheGrantHolderWhileProbing() {
        for (BreakerState state : new BreakerState[]{new HalfOpen(GRANT, 2, 0), new Rechecking(SUSPENSION, GRANT, 0)}) {
            assertUnchanged(state, new Reported(Samples.success(at(1))), at(1));
            assertUnchanged(state, result(SERVER_ERROR, at(1)), at(1));
            assertUnchanged(state, result(QUOTA_EXHAUSTED, at(1)), at(1));
            assertUnchanged(state, probe(SUCCESS, 76, at(1)), at(1));
            assertUnchanged(state, probe(new Outcome.Failed(SERVER_ERROR), 76, at(1)), at(1));
            assertUnchanged(state, SICK_ROW, at(1));
            assertUnchanged(state, TIME, at(1));
        }
    }

    @Test
    void shouldStaySuspendedUntilTheRecheckWhateverIsReported() {
        // Given
        Suspended suspended = new Suspended(SUSPENSION, at(60), 1);

        // When
        Step step = next(suspended, TIME, at(60));

        // Then
        assertUnchanged(suspended, TIME, at(59));
        assertUnchanged(suspended, new Reported(Samples.success(at(1))), at(1));
        assertUnchanged(suspended, result(AUTHENTICATION_FAILED, at(1)), at(1));
        assertUnchanged(suspended, SICK_ROW, at(1));
        assertThat(step.state()).isEqualTo(new Rechecking(SUSPENSION, new ProbeGrant(NEXT_EPOCH, at(240)), 1));
        assertThat(reason(step)).isEqualTo("rechecking AUTHENTICATION_FAILED: one attempt may try");
    }

    @Test
    void shouldResumeWhenTheRecheckSucceeds() {
        // When
        Step step = next(new Rechecking(SUSPENSION, GRANT, 1), probe(SUCCESS, 77, at(1)), at(1));

        // Then
        assertThat(step.state()).isEqualTo(new Closed(1, at(1), at(1), true, 0, 0));
        assertThat(cause(step)).isEqualTo(Cause.RESUMED);
        assertThat(reason(step)).isEqualTo("closed: the recheck of AUTHENTICATION_FAILED succeeded, traffic is coming back");
    }

    @Test
    void shouldWaitLongerWhenTheRecheckIsRefusedAgain() {
        // When
        Step step = next(new Rechecking(SUSPENSION, GRANT, 1), probe(new Outcome.Failed(PERMISSION_DENIED), 77, at(1)), at(1));

        // Then
        assertThat(step.state()).isEqualTo(new Suspended(new Suspension(PERMISSION_DENIED, 2, START), at(121), 1));
        assertThat(reason(step)).isEqualTo("suspended: PERMISSION_DENIED 2 times in a row, rechecked in 120 s");
    }

    @Test
    void shouldReplaceAnExpiredGrantOfARecheck() {
        // When
        Step step = next(new Rechecking(SUSPENSION, GRANT, 1), TIME, at(180));

        // Then
        assertThat(step.state()).isEqualTo(new Rechecking(SUSPENSION, new ProbeGrant(NEXT_EPOCH, at(360)), 1));
        assertThat(cause(step)).isEqualTo(Cause.PROBE_EXPIRED);
    }

    private static Step next(BreakerState state, BreakerEvent event, Instant now) {
        return CircuitBreaker.next(state, event, new Moment(now, NEXT_EPOCH, 0.5), POLICY);
    }

    private static void assertUnchanged(BreakerState state, BreakerEvent event, Instant now) {
        assertThat(next(state, event, now)).as("%s in %s", event, state).isEqualTo(Step.silent(state));
    }

    private static BreakerEvent result(FailureKind kind, Instant at) {
        return new Reported(Samples.failure(at, kind));
    }

    private static BreakerEvent probe(Outcome outcome, long grantId, Instant at) {
        return new Reported(Samples.probe(at, outcome, grantId));
    }

    private static Cause cause(Step step) {
        return step.transition().orElseThrow().cause();
    }

    private static String reason(Step step) {
        return step.transition().orElseThrow().reason();
    }
}
