package io.spillway.health.topology;

import java.time.Instant;

/**
 * The broker's time as far as append times of records tell it, so that an aggregator with a wrong clock still counts results in
 * the windows they belong to. A record appended later than the local time proves that the local clock is behind. One appended
 * earlier may just have waited, so the clock counts as ahead only when the smallest lag of two periods in a row is the same:
 * while a backlog is worked off the lag shrinks. A difference below {@link #NEGLIGIBLE_MILLIS} is left alone; it is what
 * batching and synchronised clocks leave. Written by one thread.
 */
final class BrokerClock {

    static final long NEGLIGIBLE_MILLIS = 2_000;
    static final long PERIOD_MILLIS = 10_000;
    static final long AGREEMENT_MILLIS = 1_000;

    private static final long NONE = Long.MIN_VALUE;

    private long periodStart = NONE;
    private long closest = NONE;
    private long closestBefore = NONE;
    private long difference;

    /** Read by metrics. */
    private volatile long offset;

    /**
     * Takes in one record.
     *
     * @param appendedAt when the broker appended it, in milliseconds of the broker's clock
     * @param localAt when it was processed, in milliseconds of the local clock
     */
    void observe(long appendedAt, long localAt) {
        if (periodStart == NONE || localAt < periodStart) {
            periodStart = localAt;
            closest = NONE;
            closestBefore = NONE;
        } else if (localAt - periodStart >= PERIOD_MILLIS) {
            endPeriod(localAt);
        }
        closest = Math.max(closest, appendedAt - localAt);
        if (closest > difference) {
            adopt(closest);
        }
    }

    /** The broker's time at a local time. */
    Instant now(long localMillis) {
        return Instant.ofEpochMilli(localMillis + offset);
    }

    /** What is added to the local time, in milliseconds. */
    long offsetMillis() {
        return offset;
    }

    private void endPeriod(long localAt) {
        if (closestBefore != NONE && Math.abs(closest - closestBefore) <= AGREEMENT_MILLIS) {
            adopt(Math.max(closest, closestBefore));
        }
        periodStart = localAt;
        closestBefore = closest;
        closest = NONE;
    }

    private void adopt(long found) {
        difference = found;
        offset = Math.abs(found) < NEGLIGIBLE_MILLIS ? 0 : found;
    }
}
