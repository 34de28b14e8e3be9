package io.spillway.worker.consume;

import org.jspecify.annotations.Nullable;

import io.spillway.worker.domain.RateReport;
import io.spillway.worker.provider.CallOutcome;

/**
 * How an attempt ended, with its times.
 *
 * @param firstByteMillis until the response began, of a stream until its first token; null when none did
 * @param durationMillis the call alone, queueing left out
 * @param rates what the answer's headers say about the provider's quotas
 * @param credential the reference to the credential that was used last; null when none was
 */
record CallEnd(CallOutcome outcome, @Nullable Long firstByteMillis, long durationMillis, RateReport rates,
        @Nullable String credential) {

    CallEnd(CallOutcome outcome, @Nullable Long firstByteMillis, long durationMillis) {
        this(outcome, firstByteMillis, durationMillis, RateReport.NONE);
    }

    CallEnd(CallOutcome outcome, @Nullable Long firstByteMillis, long durationMillis, RateReport rates) {
        this(outcome, firstByteMillis, durationMillis, rates, null);
    }

    /** The same end, with the reference to the credential that was used. */
    CallEnd with(String reference) {
        return new CallEnd(outcome, firstByteMillis, durationMillis, rates, reference);
    }

    /** An end without a call. */
    static CallEnd withoutCall(CallOutcome outcome) {
        return new CallEnd(outcome, null, 0);
    }
}
