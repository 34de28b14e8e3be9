package io.spillway.worker.consume;

import org.jspecify.annotations.Nullable;

import io.spillway.worker.provider.CallOutcome;

/**
 * How an attempt ended, with its times.
 *
 * @param firstByteMillis until the response began; null when none did
 * @param durationMillis the call alone, queueing left out
 * @param credential the reference to the credential that was used last; null when none was
 */
record CallEnd(CallOutcome outcome, @Nullable Long firstByteMillis, long durationMillis, @Nullable String credential) {

    CallEnd(CallOutcome outcome, @Nullable Long firstByteMillis, long durationMillis) {
        this(outcome, firstByteMillis, durationMillis, null);
    }

    /** The same end, with the reference to the credential that was used. */
    CallEnd with(String reference) {
        return new CallEnd(outcome, firstByteMillis, durationMillis, reference);
    }

    /** An end without a call. */
    static CallEnd withoutCall(CallOutcome outcome) {
        return new CallEnd(outcome, null, 0);
    }
}
