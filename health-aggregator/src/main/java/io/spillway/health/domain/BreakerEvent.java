package io.spillway.health.domain;

/** What can move the breaker. */
sealed interface BreakerEvent {

    /** An attempt has ended. */
    record Reported(AttemptSample sample) implements BreakerEvent {}

    /**
     * The opening rule has judged the results so far.
     *
     * @param mainKind the failure kind to name should this verdict open the breaker
     */
    record Judged(Verdict verdict, FailureKind mainKind) implements BreakerEvent {}

    /** Nothing but time. */
    record TimePassed() implements BreakerEvent {}
}
