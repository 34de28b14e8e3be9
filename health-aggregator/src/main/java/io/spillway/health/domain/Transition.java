package io.spillway.health.domain;

import java.time.Instant;

/**
 * A change worth publishing at once.
 *
 * @param epoch the number of the state it led to; rises with every transition of a deployment
 * @param at when
 * @param cause what changed
 * @param reason the same in words for people, with the numbers
 */
public record Transition(long epoch, Instant at, Cause cause, String reason) {

    /** What changed. */
    public enum Cause {

        /** The failure rate opened the breaker. */
        OPENED_BY_RATE,

        /** Sick results in a row opened the breaker. */
        OPENED_BY_STREAK,

        /** Sick results during the ramp opened the breaker again. */
        OPENED_IN_RAMP,

        /** A sick probe opened the breaker again. */
        OPENED_BY_PROBE,

        /** The waiting time is over: the first probe is granted. */
        PROBE_GRANTED,

        /** A probe succeeded but more must: the next one is granted. */
        PROBE_SUCCEEDED,

        /** A probe ended without telling anything: the next one is granted. */
        PROBE_INCONCLUSIVE,

        /** A probe was never answered: the next one is granted. */
        PROBE_EXPIRED,

        /** Enough probes succeeded: traffic comes back by a ramp. */
        CLOSED,

        /** The ramp is over: all traffic is back. */
        RAMP_FINISHED,

        /** Quota, credential or model took the deployment out of traffic. */
        SUSPENDED,

        /** A probe showed that the cause of the suspension is gone: traffic comes back by a ramp. */
        RESUMED,

        /** The deployment rests after a 429. */
        COOLDOWN,

        /** With an open breaker: it begins or ceases to be of use where no other deployment is left. */
        SHARE_WHEN_LAST
    }
}
