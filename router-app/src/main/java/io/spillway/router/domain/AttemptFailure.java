package io.spillway.router.domain;

import java.time.Duration;
import java.util.Optional;

/**
 * How an attempt failed.
 *
 * @param maybePaid whether the provider may bill it all the same
 * @param retryAfter the provider's waiting hint
 */
public record AttemptFailure(FailureKind kind, SendState sent, boolean maybePaid, Optional<Duration> retryAfter) {

    /** No worker answered for a running call: its lease ran out. The call may have been made. */
    public static AttemptFailure workerLost() {
        return new AttemptFailure(FailureKind.WORKER_LOST, SendState.MAYBE_SENT, true, Optional.empty());
    }

    /** No worker took the attempt up in time. */
    public static AttemptFailure queueTimeout() {
        return new AttemptFailure(FailureKind.QUEUE_TIMEOUT, SendState.NOT_SENT, false, Optional.empty());
    }
}
