package io.spillway.worker.domain;

/**
 * A pace per minute, in whole-number arithmetic. The bucket holds ten seconds' worth, so a burst after a pause is bounded.
 * What is taken may exceed what is there by one call (a long prompt must be possible under a small limit); the debt delays the
 * calls after it.
 *
 * @param perMinute the pace: tokens or requests per minute
 * @param level what is there, in 1/60000 of a token, so that one millisecond adds {@code perMinute}
 * @param updatedAt when {@code level} was true
 */
public record TokenBucket(long perMinute, long level, long updatedAt) {

    private static final long UNITS = 60_000;
    private static final long BURST_MILLIS = 10_000;

    public TokenBucket {
        if (perMinute < 1) {
            throw new IllegalArgumentException("a pace must be at least 1 per minute, not " + perMinute);
        }
    }

    /** A full bucket. */
    public static TokenBucket full(long perMinute, long now) {
        return new TokenBucket(perMinute, capacity(perMinute), now);
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
        return new TokenBucket(perMinute, Math.min(capacity(perMinute), refilled(now) + units(amount)), Math.max(now, updatedAt));
    }

    /** The same bucket at another pace: what is there stays, within the new capacity. */
    public TokenBucket atPace(long newPerMinute, long now) {
        return newPerMinute == perMinute
                ? this
                : new TokenBucket(newPerMinute, Math.min(capacity(newPerMinute), refilled(now)), Math.max(now, updatedAt));
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
        return amount * UNITS;
    }
}
