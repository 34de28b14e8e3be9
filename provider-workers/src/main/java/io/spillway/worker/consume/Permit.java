package io.spillway.worker.consume;

import java.util.concurrent.atomic.AtomicBoolean;

/** The right to make one call to a deployment. Given back exactly once, by {@link #cancel} or {@link #finish}. */
final class Permit {

    private final DeploymentLimiter limiter;
    private final long reservedTokens;
    private final long acquiredAt;
    private final AtomicBoolean isReturned = new AtomicBoolean();

    Permit(DeploymentLimiter limiter, long reservedTokens, long acquiredAt) {
        this.limiter = limiter;
        this.reservedTokens = reservedTokens;
        this.acquiredAt = acquiredAt;
    }

    /** No call was made. */
    void cancel(long now) {
        if (isReturned.compareAndSet(false, true)) {
            limiter.cancelled(reservedTokens, now);
        }
    }

    /** The call ended. */
    void finish(Feedback feedback, long now) {
        if (isReturned.compareAndSet(false, true)) {
            limiter.finished(acquiredAt, reservedTokens, feedback, now);
        }
    }
}
