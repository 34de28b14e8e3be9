package io.spillway.health.domain;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * One finished attempt as the health rules see it.
 *
 * @param at when the broker appended the telemetry record; worker clocks are never used for bucketing
 * @param outcome how the attempt ended
 * @param durationMs milliseconds from the start of the call to its end
 * @param firstByteMs milliseconds to the first byte of the answer, when one arrived
 * @param queueWaitMs milliseconds the attempt waited for a permit before the call
 * @param grantId the probe grant the attempt was sent under, when it was a probe
 * @param outOfTime whether it was broken off because the time for the whole call was over, which its caller may have made short
 */
public record AttemptSample(Instant at, Outcome outcome, long durationMs, OptionalLong firstByteMs, long queueWaitMs,
        OptionalLong grantId, boolean outOfTime) {

    /** An attempt that was not broken off for want of time. */
    public AttemptSample(Instant at, Outcome outcome, long durationMs, OptionalLong firstByteMs, long queueWaitMs,
            OptionalLong grantId) {
        this(at, outcome, durationMs, firstByteMs, queueWaitMs, grantId, false);
    }

    /** @throws IllegalArgumentException if a time is negative */
    public AttemptSample {
        requireNotNegative("durationMs", durationMs);
        requireNotNegative("firstByteMs", firstByteMs.orElse(0));
        requireNotNegative("queueWaitMs", queueWaitMs);
    }

    /** When the call began, as seen from the broker's clock. */
    Instant startedAt() {
        return at.minusMillis(durationMs);
    }

    /** The same, ended in a way that says nothing about the deployment. */
    AttemptSample withoutBlame() {
        return new AttemptSample(at, new Outcome.Failed(FailureKind.EXPIRED), durationMs, firstByteMs, queueWaitMs, grantId,
                outOfTime);
    }

    private static void requireNotNegative(String field, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(field + " must be >= 0 ms, was " + value);
        }
    }
}
