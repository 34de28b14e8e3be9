package io.spillway.worker.consume;

import java.util.concurrent.atomic.AtomicBoolean;

/** The right to make one call to a deployment. Given back exactly once, by {@link #cancel} or {@link #finish}. */
final class Permit {

    private final DeploymentLimiter limiter;
    private final boolean isInteractive;
    private final long reservedTokens;
    private final long acquiredAt;
    private final AtomicBoolean isReturned = new AtomicBoolean();

    Permit(DeploymentLimiter limiter, boolean isInteractive, long reservedTokens, long acquiredAt) {
        this.limiter = limiter;
        this.isInteractive = isInteractive;
        this.reservedTokens = reservedTokens;
        this.acquiredAt = acquiredAt;
    }

    /** No call was made. */
    void cancel(long now) {
        if (isReturned.compareAndSet(false, true)) {
            limiter.cancelled(this, now);
        }
    }

    /** The call ended. */
    void finish(Feedback feedback, long now) {
        if (isReturned.compareAndSet(false, true)) {
            limiter.finished(this, feedback, now);
        }
    }

    boolean isInteractive() {
        return isInteractive;
    }

    /** The estimate that was taken from the pace. */
    long reservedTokens() {
        return reservedTokens;
    }

    long acquiredAt() {
        return acquiredAt;
    }
}
