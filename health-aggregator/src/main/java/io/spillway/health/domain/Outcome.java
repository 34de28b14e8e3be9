package io.spillway.health.domain;

import java.time.Duration;
import java.util.Optional;

/** How one attempt ended. */
public sealed interface Outcome {

    /** The deployment gave a usable answer. Its times are in the {@link AttemptSample}. */
    record Succeeded() implements Outcome {}

    /**
     * The attempt brought no usable answer.
     *
     * @param kind what went wrong
     * @param retryAfter the wait the provider asked for, when it named one; any sign and size, clamped where it is used
     */
    record Failed(FailureKind kind, Optional<Duration> retryAfter) implements Outcome {

        /** A failure whose provider gave no hint when to come back. */
        public Failed(FailureKind kind) {
            this(kind, Optional.empty());
        }
    }

    /** Whether this outcome counts towards the failure rate. */
    default boolean isSick() {
        return switch (this) {
            case Succeeded() -> false;
            case Failed failed -> failed.kind().healthClass().sickWeight() > 0;
        };
    }
}
