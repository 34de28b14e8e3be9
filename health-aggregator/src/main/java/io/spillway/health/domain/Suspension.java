package io.spillway.health.domain;

import java.time.Duration;
import java.time.Instant;

/**
 * Why a deployment is out of traffic although it is not sick: its quota, its credential or its model. It ends by a
 * successful probe, never by an operator alone.
 *
 * @param kind the failure that suspended it last
 * @param strikes how many such failures in a row, from 1
 * @param since when the first of them came
 */
public record Suspension(FailureKind kind, int strikes, Instant since) {

    /** @throws IllegalArgumentException if failures of that kind do not suspend or there is no strike */
    public Suspension {
        if (!kind.healthClass().suspends()) {
            throw new IllegalArgumentException("kind must be one that suspends a deployment, was " + kind);
        }
        if (strikes < 1) {
            throw new IllegalArgumentException("strikes must be >= 1, was " + strikes);
        }
    }

    static Suspension first(FailureKind kind, Instant now) {
        return new Suspension(kind, 1, now);
    }

    /** The suspension after a recheck failed; another class of failure starts to count anew. */
    Suspension again(FailureKind next) {
        boolean sameClass = next.healthClass() == kind.healthClass();
        return new Suspension(next, sameClass ? strikes + 1 : 1, since);
    }

    /** Time until one probe may see whether the cause is gone. */
    Duration recheckAfter(HealthPolicy.SuspensionTimes times) {
        return switch (kind.healthClass()) {
            case QUOTA -> times.quota();
            case MODEL_MISSING -> times.model();
            // Twenty doublings of a second exceed a day, the largest time a policy may name.
            case CREDENTIAL -> Deadlines.shorter(times.credential().multipliedBy(1L << Math.min(strikes - 1, 20)),
                    times.credentialLongest());
            case SICK, CAPACITY, NEUTRAL -> throw new IllegalStateException(kind + " does not suspend");
        };
    }
}
