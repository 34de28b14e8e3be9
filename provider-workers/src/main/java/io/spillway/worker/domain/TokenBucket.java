package io.spillway.worker.domain;

/**
 * A pace per minute, in whole-number arithmetic. The bucket holds ten seconds' worth, so a burst after a pause is bounded.
 * What is taken may exceed what is there by one call (a long prompt must be possible under a small limit); the debt delays the
 * calls after it, by two minutes at most.
 *
 * @param perMinute the pace: tokens or requests per minute
 * @param level what is there, in 1/60000 of a token, so that one millisecond adds {@code perMinute}
 * @param updatedAt when {@code level} was true
 */
public record TokenBucket(long perMinute, long level, long updatedAt) {

    private static final long UNITS = 60_000;
    private static final long BURST_MILLIS = 10_000;
    private static final long LONGEST_DEBT_MILLIS = 120_000;
    /** Beyond any real limit, and far enough from overflow. */
    private static final long MOST = 1_000_000_000_000L;

    public TokenBucket {
        if (perMinute < 1) {
            throw new IllegalArgumentException("a pace must be at least 1 per minute, not " + perMinute);
        }
        perMinute = Math.min(perMinute, MOST);
        level = Math.clamp(level, -perMinute * LONGEST_DEBT_MILLIS, capacity(perMinute));
    }

    /** A full bucket. */
    public static TokenBucket full(long perMinute, long now) {
        return new TokenBucket(perMinute, Long.MAX_VALUE, now);
    }

    /** Milliseconds until {@code amount} may be taken; 0 = now. */
    public long waitMillis(long amount, long now) {
        long missing = Math.min(units(amount), capacity(perMinute)) - refilled(now);
        return missing <= 0 ? 0 : Math.ceilDiv(missing, perMinute);
    }

    /** The bucket after {@code amount} was taken; ask {@link #waitMillis} first. */
    public TokenBucket taken(long amount, long now) {
        return new TokenBucket(perMinute, refilled(now) - units(amount), Math.max(now, updatedAt));
    }

    /** The bucket after {@code amount} that had been taken turned out not to be used; negative = more was used. */
    public TokenBucket returned(long amount, long now) {
        return new TokenBucket(perMinute, refilled(now) + units(amount), Math.max(now, updatedAt));
    }

    /** The bucket with no more than {@code amount} in it. */
    public TokenBucket atMost(long amount, long now) {
        return new TokenBucket(perMinute, Math.min(refilled(now), units(amount)), Math.max(now, updatedAt));
    }

    /** The same bucket at another pace: what is there stays, within the new capacity. */
    public TokenBucket atPace(long newPerMinute, long now) {
        return newPerMinute == perMinute ? this : new TokenBucket(newPerMinute, refilled(now), Math.max(now, updatedAt));
    }

    /** Whole tokens that are there now; negative = debt. */
    public long left(long now) {
        return Math.floorDiv(refilled(now), UNITS);
    }

    /** The most it holds. */
    public long holds() {
        return capacity(perMinute) / UNITS;
    }

    private long refilled(long now) {
        long capacity = capacity(perMinute);
        long elapsed = Math.clamp(now - updatedAt, 0, Math.ceilDiv(Math.max(0, capacity - level), perMinute));
        return Math.min(capacity, level + elapsed * perMinute);
    }

    /** At least one whole token, whatever the pace. */
    private static long capacity(long perMinute) {
        return Math.max(UNITS, perMinute * BURST_MILLIS);
    }

    private static long units(long amount) {
        return Math.clamp(amount, -MOST, MOST) * UNITS;
    }
}
