package io.spillway.health.domain;

import java.time.Instant;

/**
 * What a deployment's health must remember over a restart. Worker heartbeats are not part of it: they come again within
 * seconds.
 *
 * @param breakerReason the sentence of the last transition of the breaker
 * @param cooldownReason the sentence of the last cooldown, empty before the first
 */
record HealthMemory(long epoch, BreakerState breaker, String breakerReason, Cooldown cooldown, String cooldownReason,
        Streak streak, BucketRing ring) {

    /** The same with an epoch no older than {@code now}. */
    HealthMemory publishedFrom(Instant now) {
        return new HealthMemory(Math.max(epoch, now.toEpochMilli()), breaker, breakerReason, cooldown, cooldownReason, streak,
                ring);
    }

    /** The epoch starts with the time, so that it keeps rising even when the memory was lost. */
    static HealthMemory empty(Instant now) {
        return new HealthMemory(now.toEpochMilli(), BreakerState.Closed.FIRST, ReasonText.NEVER_OPENED, Cooldown.NONE, "",
                Streak.NONE, new BucketRing());
    }
}
