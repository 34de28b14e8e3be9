package io.spillway.health.domain;

import java.time.Instant;
import java.util.Optional;

/**
 * Where a deployment stands between all of the traffic and none of it. Being one value, it holds one probe grant at most.
 *
 * <pre>
 *            sick                    time                   3 probes succeed
 *   Closed ────────> Open ─────────────────────> HalfOpen ────────────────────> Closed (ramp)
 *     │               ^  sick probe, longer time    │  ^──┘ other probe result or none: next grant
 *     │ quota,        └─────────────────────────────┤
 *     │ credential,   ^ sick probe                  │ quota, credential, model
 *     │ model         │                             v
 *     └──────────> Suspended <──────────────> Rechecking ──────────────────────> Closed (ramp)
 *                          time / same again      ^──┘ next grant   1 probe succeeds
 * </pre>
 */
sealed interface BreakerState {

    /** How many times the open time has doubled, for the next opening when closed. */
    int exponent();

    /**
     * Takes traffic.
     *
     * @param since when it closed; results of calls begun earlier are no evidence. 1970 when it never opened
     * @param steppedDownAt when the exponent last dropped
     * @param ramping whether the weight still grows
     * @param rampSuccesses successes during the ramp
     * @param rampFailures sick results during the ramp
     */
    record Closed(int exponent, Instant since, Instant steppedDownAt, boolean ramping, int rampSuccesses, int rampFailures)
            implements
                BreakerState {

        static final Closed FIRST = new Closed(0, Instant.EPOCH, Instant.EPOCH, false, 0, 0);

        static Closed recovered(int exponent, Instant now) {
            return new Closed(exponent, now, now, true, 0, 0);
        }

        /** When the ramp began, while it lasts. */
        Optional<Instant> rampStartedAt() {
            return ramping ? Optional.of(since) : Optional.empty();
        }

        /** The share of its weight the deployment gets now, from the policy's first share up to 1. */
        double rampWeight(Instant now, HealthPolicy.Probing policy) {
            return ramping ? Ramp.weight(since, now, policy) : 1.0;
        }

        /** Whether a result tells about the time since closing. A probe's does not: its grant is of an earlier state. */
        boolean isEvidence(AttemptSample sample) {
            return sample.grantId().isEmpty() && !sample.startedAt().isBefore(since);
        }
    }

    /** Takes no traffic until the given time. */
    record Open(Instant until, int exponent) implements BreakerState {}

    /** Takes one probe at a time; {@code successes} of them have succeeded in a row. */
    record HalfOpen(ProbeGrant grant, int successes, int exponent) implements BreakerState {}

    /** Takes no traffic until the cause of the suspension may be rechecked. */
    record Suspended(Suspension suspension, Instant recheckAt, int exponent) implements BreakerState {}

    /** Takes one probe to see whether the cause of the suspension is gone. */
    record Rechecking(Suspension suspension, ProbeGrant grant, int exponent) implements BreakerState {}

    /** The position readers of the published state act on. */
    default BreakerPosition position() {
        return switch (this) {
            case Closed closed -> BreakerPosition.CLOSED;
            case Open open -> BreakerPosition.OPEN;
            case Suspended suspended -> BreakerPosition.OPEN;
            case HalfOpen halfOpen -> BreakerPosition.HALF_OPEN;
            case Rechecking rechecking -> BreakerPosition.HALF_OPEN;
        };
    }

    /** The outstanding grant, if this state has one. */
    default Optional<ProbeGrant> outstandingGrant() {
        return switch (this) {
            case HalfOpen halfOpen -> Optional.of(halfOpen.grant());
            case Rechecking rechecking -> Optional.of(rechecking.grant());
            case Closed closed -> Optional.empty();
            case Open open -> Optional.empty();
            case Suspended suspended -> Optional.empty();
        };
    }

    /** When traffic may be tried again, if it may not now. */
    default Optional<Instant> closedToTrafficUntil() {
        return switch (this) {
            case Open open -> Optional.of(open.until());
            case Suspended suspended -> Optional.of(suspended.recheckAt());
            case Closed closed -> Optional.empty();
            case HalfOpen halfOpen -> Optional.empty();
            case Rechecking rechecking -> Optional.empty();
        };
    }

    /** Why the deployment is suspended, if it is. */
    default Optional<Suspension> currentSuspension() {
        return switch (this) {
            case Suspended suspended -> Optional.of(suspended.suspension());
            case Rechecking rechecking -> Optional.of(rechecking.suspension());
            case Closed closed -> Optional.empty();
            case Open open -> Optional.empty();
            case HalfOpen halfOpen -> Optional.empty();
        };
    }

    /** The exponent after one more opening, no higher than makes a difference. */
    default int raisedExponent(HealthPolicy.OpenTime policy) {
        return Math.min(exponent() + 1, policy.largestExponent());
    }
}
