package io.spillway.worker.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

import org.junit.jupiter.api.Test;

import io.spillway.v1.FailureKind;
import io.spillway.v1.Lane;
import io.spillway.v1.Limits;
import io.spillway.v1.SendState;
import io.spillway.worker.domain.LimitShare;
import io.spillway.worker.domain.LimitShare.Owned;
import io.spillway.worker.domain.RateReport;
import io.spillway.worker.domain.RateReport.Quota;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.Failures;

class DeploymentLimiterTest {

    private static final Feedback SUCCESS = new Feedback(Feedback.Load.LIGHT, 10, 0);
    private static final Feedback REFUSED = new Feedback(Feedback.Load.TOO_MUCH, 0, 1_000);

    @Test
    void shouldShareOneLimitBetweenLanesAndServeInteractiveFirst() {
        DeploymentLimiter limiter = limiter(Limits.newBuilder().setConcurrency(4).build());
        Deque<Permit> held = new ArrayDeque<>();
        for (int i = 0; i < 4; i++) {
            held.add(limiter.tryAcquire(Lane.BATCH, 1, 0));
        }
        assertThat(limiter.tryAcquire(Lane.INTERACTIVE, 1, 0)).isNull();

        held.poll().finish(SUCCESS, 1);
        assertThat(limiter.tryAcquire(Lane.BATCH, 1, 1)).as("interactive waits").isNull();
        assertThat(limiter.tryAcquire(Lane.INTERACTIVE, 1, 1)).isNotNull();
        assertThat(limiter.inFlight()).isEqualTo(4);
    }

    @Test
    void shouldNotStarveBatchWhenInteractiveNeverEnds() {
        DeploymentLimiter limiter = limiter(Limits.newBuilder().setConcurrency(1).build());
        int batch = 0;
        for (int now = 0; now < 800; now++) {
            Permit interactive = limiter.tryAcquire(Lane.INTERACTIVE, 1, now);
            Permit other = limiter.tryAcquire(Lane.BATCH, 1, now);
            if (interactive != null) {
                interactive.finish(SUCCESS, now);
            }
            if (other != null) {
                batch++;
                other.finish(SUCCESS, now);
            }
        }

        assertThat(batch).isBetween(80, 120);
    }

    @Test
    void shouldHalveAndStayAwayWhenRateLimitedWithAHint() {
        DeploymentLimiter limiter = limiter(Limits.newBuilder().setConcurrency(64).build());
        var failure = Failures.of(FailureKind.RATE_LIMITED, SendState.ANSWERED, "slow down");
        failure.setRetryAfterMillis(3_000L);

        limiter.tryAcquire(Lane.INTERACTIVE, 1, 5_000).finish(Feedback.of(new CallOutcome.Failed(failure)), 5_010);

        assertThat(limiter.limit()).isEqualTo(32);
        assertThat(limiter.tryAcquire(Lane.INTERACTIVE, 1, 8_009)).isNull();
        assertThat(limiter.tryAcquire(Lane.INTERACTIVE, 1, 8_010)).isNotNull();
    }

    @Test
    void shouldClampTheHintWhenItIsAbsurd() {
        var failure = Failures.of(FailureKind.RATE_LIMITED, SendState.ANSWERED, "slow down");
        failure.setRetryAfterMillis(Long.MAX_VALUE);

        assertThat(Feedback.of(new CallOutcome.Failed(failure)).holdMillis()).isEqualTo(120_000);
        failure.setRetryAfterMillis(0L);
        assertThat(Feedback.of(new CallOutcome.Failed(failure)).holdMillis()).isEqualTo(1_000);
        failure.setRetryAfterMillis(null);
        assertThat(Feedback.of(new CallOutcome.Failed(failure)).holdMillis()).isEqualTo(1_000);
    }

    @Test
    void shouldNotMoveWhenTheFailureSaysNothingAboutLoad() {
        DeploymentLimiter limiter = limiter(Limits.newBuilder().setConcurrency(64).build());
        for (FailureKind kind : FailureKind.values()) {
            if (kind != FailureKind.RATE_LIMITED && kind != FailureKind.OVERLOADED) {
                var failure = Failures.of(kind, SendState.ANSWERED, "x");
                limiter.tryAcquire(Lane.INTERACTIVE, 1, 5_000).finish(Feedback.of(new CallOutcome.Failed(failure)), 5_010);
            }
        }

        assertThat(limiter.limit()).isEqualTo(64);
        assertThat(limiter.inFlight()).isZero();
    }

    @Test
    void shouldPaceByRequestsAndTokensWhenTheCatalogueSaysSo() {
        DeploymentLimiter limiter = limiter(
                Limits.newBuilder().setConcurrency(1_000).setRequestsPerMinute(60L).setTokensPerMinute(6_000L).build());
        int started = 0;
        for (int i = 0; i < 100; i++) {
            started += limiter.tryAcquire(Lane.INTERACTIVE, 50, 0) == null ? 0 : 1;
        }

        assertThat(started).as("ten seconds' worth").isEqualTo(10);
        assertThat(limiter.tryAcquire(Lane.INTERACTIVE, 50, 1_000)).isNotNull();
    }

    @Test
    void shouldGiveAPermitBackOnceWhateverIsCalledTwice() {
        DeploymentLimiter limiter = limiter(Limits.newBuilder().setConcurrency(4).build());
        Permit permit = limiter.tryAcquire(Lane.INTERACTIVE, 1, 0);

        permit.finish(SUCCESS, 1);
        permit.cancel(1);
        permit.finish(SUCCESS, 1);

        assertThat(limiter.inFlight()).isZero();
    }

    @Test
    void shouldFollowTheCatalogueWhenLimitsChange() {
        DeploymentLimiter limiter = limiter(Limits.newBuilder().setConcurrency(4).build());

        limiter.update(Limits.newBuilder().setConcurrency(8).build(), LimitShare.WHOLE, 0);
        assertThat(limiter.limit()).isEqualTo(8);
        limiter.update(Limits.newBuilder().setConcurrency(2).setRequestsPerMinute(60L).build(), LimitShare.WHOLE, 0);
        assertThat(limiter.limit()).isEqualTo(2);
    }

    @Test
    void shouldTakeItsShareOfEveryLimit() {
        LimitShare quarter = new LimitShare(new Owned(3, 12), new Owned(1, 4));
        Limits limits = Limits.newBuilder().setConcurrency(64).setRequestsPerMinute(2_400L).setTokensPerMinute(240_000L).build();
        DeploymentLimiter limiter = new DeploymentLimiter(limits, quarter, 0);

        assertThat(limiter.limit()).isEqualTo(16);
        assertThat(limiter.requestsLeft(0)).as("ten seconds' worth").isEqualTo(100);
        assertThat(limiter.tokensLeft(0)).isEqualTo(10_000);

        limiter.update(limits, LimitShare.WHOLE, 0);
        assertThat(limiter.limit()).as("the other workers left").isEqualTo(64);
    }

    @Test
    void shouldStartNothingWhenItOwnsNoPartitionsAndRememberWhatItLearnt() {
        Limits limits = Limits.newBuilder().setConcurrency(64).build();
        DeploymentLimiter limiter = new DeploymentLimiter(limits, 0);
        limiter.tryAcquire(Lane.INTERACTIVE, 1, 5_000).finish(REFUSED, 5_010);

        limiter.update(limits, LimitShare.UNKNOWN, 20_000);
        assertThat(limiter.limit()).isZero();
        assertThat(limiter.tryAcquire(Lane.INTERACTIVE, 1, 20_000)).isNull();

        limiter.update(limits, LimitShare.WHOLE, 30_000);
        assertThat(limiter.limit()).isEqualTo(32);
    }

    @Test
    void shouldFinishWhatRunsButStartNothingNewWhenTheShareShrinks() {
        Limits limits = Limits.newBuilder().setConcurrency(8).build();
        DeploymentLimiter limiter = new DeploymentLimiter(limits, 0);
        Deque<Permit> held = new ArrayDeque<>();
        for (int i = 0; i < 8; i++) {
            held.add(limiter.tryAcquire(Lane.INTERACTIVE, 1, 0));
        }

        limiter.update(limits, new LimitShare(new Owned(3, 12), new Owned(1, 4)), 0);

        for (int left = 8; left > 2; left--) {
            assertThat(limiter.tryAcquire(Lane.INTERACTIVE, 1, 0)).as("%d in flight", left).isNull();
            held.poll().finish(SUCCESS, 1);
        }
        assertThat(limiter.inFlight()).isEqualTo(2);
    }

    @Test
    void shouldFollowTheHeadersOfSuccessfulAnswers() {
        DeploymentLimiter limiter = limiter(Limits.newBuilder().setConcurrency(8).setRequestsPerMinute(6_000L).build());
        Quota low = new Quota(OptionalLong.of(60), OptionalLong.of(40), OptionalLong.of(1_000));
        Quota none = new Quota(OptionalLong.empty(), OptionalLong.of(0), OptionalLong.of(20_000));

        limiter.tryAcquire(Lane.INTERACTIVE, 1, 0).finish(success(new RateReport(low, Quota.UNKNOWN)), 10);
        assertThat(limiter.requestsLeft(10)).as("60 a minute, not 6000").isEqualTo(10);

        limiter.tryAcquire(Lane.INTERACTIVE, 1, 20).finish(success(new RateReport(Quota.UNKNOWN, none)), 30);
        assertThat(limiter.tryAcquire(Lane.INTERACTIVE, 1, 20_029)).isNull();
        assertThat(limiter.tryAcquire(Lane.INTERACTIVE, 1, 20_030)).isNotNull();
        assertThat(limiter.paceWaits()).as("one wait, however often it asked").isEqualTo(1);
        assertThat(limiter.tokensLeft(20_030)).isNaN();
    }

    @Test
    void shouldSettleTheEstimateWhenTheCallEnds() {
        DeploymentLimiter limiter = limiter(Limits.newBuilder().setConcurrency(8).setTokensPerMinute(6_000L).build());

        Permit refunded = limiter.tryAcquire(Lane.INTERACTIVE, 900, 0);
        assertThat(limiter.tokensLeft(0)).isEqualTo(100);
        refunded.finish(new Feedback(Feedback.Load.LIGHT, 50, 0), 0);
        assertThat(limiter.tokensLeft(0)).isEqualTo(950);

        limiter.tryAcquire(Lane.INTERACTIVE, 100, 0).finish(new Feedback(Feedback.Load.LIGHT, 1_500, 0), 0);
        assertThat(limiter.tokensLeft(0)).as("charged").isEqualTo(-550);

        Permit unknown = limiter.tryAcquire(Lane.INTERACTIVE, 100, 9_000);
        unknown.finish(new Feedback(Feedback.Load.UNRELATED, -1, 0), 9_000);
        assertThat(limiter.tokensLeft(9_000)).as("usage unknown: the estimate stays").isEqualTo(250);
    }

    private static Feedback success(RateReport rates) {
        return new Feedback(Feedback.Load.LIGHT, 10, 0, rates);
    }

    private static DeploymentLimiter limiter(Limits limits) {
        return new DeploymentLimiter(limits, 0);
    }
}
