package io.spillway.worker.domain;

import java.math.BigInteger;

import org.jspecify.annotations.Nullable;

/**
 * The part of a provider's limits that is this worker's. Workers do not talk to each other: each takes the fraction of the
 * provider's attempt partitions that it owns, because every partition has one owner and so the fractions of all workers add up
 * to one at most. The interactive lane's partitions stand for seven eighths of a limit, the batch lane's for one eighth.
 *
 * <p>Fractions of a limit are rounded down, and a worker that owns anything gets at least 1, or its records would never start. So
 * the shares of all workers add up to the limit at most, plus one for each worker whose exact share is below 1; and what
 * rounding leaves unused is less than one for each worker.
 *
 * @param interactive what it owns of the interactive topic; null = not known yet, counts as none
 * @param batch what it owns of the batch topic; null = not known yet, counts as none
 */
public record LimitShare(@Nullable Owned interactive, @Nullable Owned batch) {

    /** Before the first assignment. */
    public static final LimitShare UNKNOWN = new LimitShare(null, null);
    /** Of a worker that is alone. */
    public static final LimitShare WHOLE = new LimitShare(new Owned(1, 1), new Owned(1, 1));

    private static final int BATCH_WEIGHT = 1;
    private static final int INTERACTIVE_WEIGHT = LaneShare.ROUND - BATCH_WEIGHT;

    /**
     * @param partitions owned by this worker
     * @param ofAll partitions of the topic; 0 = there is no such topic, and the other lane has the whole limit
     */
    public record Owned(int partitions, int ofAll) {
        public Owned {
            if (partitions < 0 || partitions > ofAll) {
                throw new IllegalArgumentException(partitions + " of " + ofAll + " partitions");
            }
        }
    }

    /** After the interactive topic's partitions were assigned anew. */
    public LimitShare withInteractive(Owned owned) {
        return new LimitShare(owned, batch);
    }

    /** After the batch topic's partitions were assigned anew. */
    public LimitShare withBatch(Owned owned) {
        return new LimitShare(interactive, owned);
    }

    /** Whether this worker owns nothing, and so may start nothing. */
    public boolean isNone() {
        return owned(interactive) == 0 && owned(batch) == 0;
    }

    /** This worker's part of a limit over all workers; 0 only when it owns nothing. */
    public long of(long limit) {
        if (isNone()) {
            return 0;
        }
        long ofInteractive = all(interactive);
        long ofBatch = all(batch);
        long weights = weight(interactive, INTERACTIVE_WEIGHT) + weight(batch, BATCH_WEIGHT);
        long numerator = INTERACTIVE_WEIGHT * owned(interactive) * ofBatch + BATCH_WEIGHT * owned(batch) * ofInteractive;
        long denominator = weights * ofInteractive * ofBatch;
        return BigInteger.valueOf(Math.max(1, limit)).multiply(BigInteger.valueOf(numerator))
                .divide(BigInteger.valueOf(denominator)).max(BigInteger.ONE).longValueExact();
    }

    private static long owned(@Nullable Owned lane) {
        return lane == null ? 0 : lane.partitions();
    }

    private static long all(@Nullable Owned lane) {
        return lane == null ? 1 : Math.max(1, lane.ofAll());
    }

    private static long weight(@Nullable Owned lane, int weight) {
        return lane != null && lane.ofAll() == 0 ? 0 : weight;
    }
}
