package io.spillway.worker.domain;

import java.util.OptionalLong;

/**
 * What one answer of a provider says about the quotas of its deployment.
 *
 * @param requests of calls
 * @param tokens of tokens
 */
public record RateReport(Quota requests, Quota tokens) {

    /** An answer that says nothing. */
    public static final RateReport NONE = new RateReport(Quota.UNKNOWN, Quota.UNKNOWN);

    /**
     * One quota, over all its windows.
     *
     * @param perMinute the lowest limit per minute that counts everything
     * @param remaining the least that is left in any window
     * @param resetMillis until the used-up window that lasts longest begins anew; when none is used up, until the first does
     */
    public record Quota(OptionalLong perMinute, OptionalLong remaining, OptionalLong resetMillis) {

        public static final Quota UNKNOWN = new Quota(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
    }
}
