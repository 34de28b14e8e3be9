package io.spillway.worker.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;

import org.junit.jupiter.api.Test;

import io.spillway.v1.FailureKind;
import io.spillway.v1.Lane;
import io.spillway.v1.Limits;
import io.spillway.v1.SendState;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.Failures;

class DeploymentLimiterTest {

    private static final Feedback SUCCESS = new Feedback(Feedback.Load.LIGHT, 10, 0);

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

        limiter.update(Limits.newBuilder().setConcurrency(8).build(), 0);
        assertThat(limiter.limit()).isEqualTo(8);
        limiter.update(Limits.newBuilder().setConcurrency(2).setRequestsPerMinute(60L).build(), 0);
        assertThat(limiter.limit()).isEqualTo(2);
    }

    private static DeploymentLimiter limiter(Limits limits) {
        return new DeploymentLimiter(limits, 0);
    }
}
