package io.spillway.worker.domain;

import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

import io.spillway.worker.domain.RateReport.Quota;

/**
 * This worker's pace of calls or tokens to one deployment: a token bucket at its share of the catalogue's limit or of the limit the
 * provider states, whichever is lower, and a pause while the provider says that nothing is left. What a provider
 * states is believed for two minutes, and no pause is longer, so a strange answer slows a deployment down but never stops it.
 *
 * @param share this worker's part of every limit
 * @param configured the catalogue's limit per minute over all workers; null = none
 * @param stated the provider's limit per minute over all workers; null = none
 * @param statedUntil when the provider's word expires
 * @param bucket null = no limit is known
 * @param bucketSince since when there is a bucket: what was taken before was not taken from it
 * @param emptyUntil nothing is left before then
 * @param newest when the latest call began whose answer was heard; answers arrive out of order
 */
public record Pace(LimitShare share, @Nullable Long configured, @Nullable Long stated, long statedUntil,
        @Nullable TokenBucket bucket, long bucketSince, long emptyUntil, long newest) {

    /** Nobody is waited for longer than this. */
    public static final long LONGEST_WAIT_MILLIS = 120_000;
    /** A limit that no further answer confirms is believed this long. */
    static final long BELIEVED_MILLIS = 120_000;

    private static final long NEVER = Long.MIN_VALUE / 2;

    /** A pace nothing was heard of yet. */
    public static Pace of(@Nullable Long perMinute, LimitShare share, long now) {
        return new Pace(share, limit(perMinute), null, NEVER, null, NEVER, NEVER, NEVER).filled(now);
    }

    /** Follows the catalogue and the assignment of partitions. */
    public Pace follow(@Nullable Long perMinute, LimitShare current, long now) {
        return new Pace(current, limit(perMinute), stated, statedUntil, bucket, bucketSince, emptyUntil, newest).filled(now);
    }

    /**
     * Follows what an answer said.
     *
     * @param callBegan when its call began: what remained then is old news once a later call was answered
     */
    public Pace heard(Quota quota, long callBegan, long now) {
        Pace next = this;
        if (quota.perMinute().isPresent()) {
            next = new Pace(share, configured, Math.max(1, quota.perMinute().getAsLong()), now + BELIEVED_MILLIS, bucket,
                    bucketSince, emptyUntil, newest).filled(now);
        }
        if (quota.remaining().isEmpty() || callBegan < newest) {
            return next;
        }
        long left = Math.max(0, quota.remaining().getAsLong());
        long pause = Math.clamp(quota.resetMillis().orElse(0), 0, LONGEST_WAIT_MILLIS);
        TokenBucket bucketNow = next.bucket;
        TokenBucket capped = bucketNow == null ? null : bucketNow.atMost(left == 0 ? 0 : Math.max(1, share.of(left)), now);
        return new Pace(share, configured, next.stated, next.statedUntil, capped, next.bucketSince,
                left > 0 ? NEVER : Math.max(emptyUntil, now + pause), callBegan);
    }

    /** Milliseconds until {@code amount} may be taken; 0 = now. */
    public long waitMillis(long amount, long now) {
        TokenBucket current = filled(now).bucket;
        return Math.max(Math.max(0, emptyUntil - now), current == null ? 0 : current.waitMillis(amount, now));
    }

    /** After {@code amount} was taken. */
    public Pace taken(long amount, long now) {
        Pace current = filled(now);
        TokenBucket full = current.bucket;
        return full == null ? current : current.with(full.taken(amount, now));
    }

    /** After {@code amount}, taken at {@code takenAt}, turned out not to be used; negative = more was used. */
    public Pace returned(long amount, long takenAt, long now) {
        Pace current = filled(now);
        TokenBucket lent = current.bucket;
        return lent == null || takenAt < current.bucketSince ? current : current.with(lent.returned(amount, now));
    }

    /** Whether {@code amount} is there now, however little the bucket holds when it is full. */
    public boolean has(long amount, long now) {
        TokenBucket current = filled(now).bucket;
        return current == null || current.left(now) >= amount;
    }

    /** What may be taken now, negative after more was used than expected; empty = no limit. */
    public OptionalLong left(long now) {
        TokenBucket current = filled(now).bucket;
        return current == null ? OptionalLong.empty() : OptionalLong.of(current.left(now));
    }

    /** What a call of {@code amount} counts for when lanes are weighed: no more than the bucket holds, 0 without a limit. */
    public long weight(long amount) {
        return bucket == null ? 0 : Math.min(amount, bucket.holds());
    }

    private Pace with(TokenBucket next) {
        return new Pace(share, configured, stated, statedUntil, next, bucketSince, emptyUntil, newest);
    }

    /** With the bucket that the limits of this moment ask for. */
    private Pace filled(long now) {
        if (stated != null && now >= statedUntil) {
            // Refused calls do not keep what this returns, so the change must count from when it was due.
            return new Pace(share, configured, null, NEVER, bucket, bucketSince, emptyUntil, newest).filled(statedUntil);
        }
        Long lower = lower(configured, stated);
        if (lower == null) {
            return bucket == null ? this : new Pace(share, null, null, NEVER, null, NEVER, emptyUntil, newest);
        }
        long mine = Math.max(1, share.of(lower));
        if (bucket == null) {
            return new Pace(share, configured, stated, statedUntil, TokenBucket.full(mine, now), now, emptyUntil, newest);
        }
        return bucket.perMinute() == mine ? this : with(bucket.atPace(mine, now));
    }

    private static @Nullable Long lower(@Nullable Long one, @Nullable Long other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return Math.min(one, other);
    }

    private static @Nullable Long limit(@Nullable Long perMinute) {
        return perMinute == null || perMinute < 1 ? null : perMinute;
    }
}
