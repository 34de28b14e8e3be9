package io.spillway.router.domain;

import java.time.Instant;
import java.util.Optional;

/**
 * A deployment tried in the present round of a request.
 *
 * @param attempts attempts made there in this round
 * @param notBefore when it may be tried again at the earliest, if it may
 */
public record Visit(int attempts, FailureKind lastFailure, SendState sent, Optional<Instant> notBefore) {

    /** Whether the table of failure kinds lets the same deployment be tried again in this round. */
    public boolean mayTryAgain() {
        return switch (lastFailure.again()) {
            case NEVER, NEVER_THIS_REQUEST -> false;
            case ONCE -> attempts < 2;
            case ONCE_IF_NOT_SENT -> attempts < 2 && sent == SendState.NOT_SENT;
            case AFTER_HINT, ALWAYS -> true;
        };
    }

    /** Whether the deployment would refuse the same request in every round. */
    public boolean isFinal() {
        return lastFailure.again() == FailureKind.Again.NEVER_THIS_REQUEST;
    }

    /** Whether it may be tried again in this round, but not yet. */
    public boolean isPausing(Instant now) {
        return mayTryAgain() && notBefore.filter(now::isBefore).isPresent();
    }
}
