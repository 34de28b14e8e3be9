package io.spillway.health.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The last ten minutes of one deployment: sixty full buckets of 10 s and the current one. A window of {@code w} seconds is
 * the current bucket and the {@code w / 10} before it, so it never covers less than {@code w} seconds. Results that arrive
 * late land in the bucket of their time; a time after {@code now} counts as now. A clock that steps back by less than
 * the span keeps the newest bucket it had; one that steps back further starts the ring anew, as its buckets would hide
 * every new result otherwise. Owned by one thread.
 */
final class BucketRing {

    /** How far back results are kept, and the longest window. */
    static final Duration SPAN = Duration.ofMinutes(10);
    static final int BUCKET_SECONDS = 10;
    static final int BUCKETS = 61;
    private static final long NEVER = -1;

    private final @Nullable Bucket[] slots = new @Nullable Bucket[BUCKETS];
    private long newest = NEVER;

    /** Whether a result of that time is recent enough to be kept. */
    boolean covers(Instant at, Instant now) {
        return bucketNumber(at) > newestAt(now) - BUCKETS;
    }

    /**
     * Adds one result, unless it is older than the span.
     *
     * @return whether it was added
     */
    boolean record(AttemptSample sample, Instant now) {
        if (!covers(sample.at(), now)) {
            return false;
        }
        Bucket bucket = bucketToFill(Math.min(bucketNumber(sample.at()), newestAt(now)));
        switch (sample.outcome()) {
            case Outcome.Succeeded() -> {
                bucket.addSuccesses(1);
                bucket.sketchToFill(Measure.DURATION).record(sample.durationMs());
                if (sample.firstByteMs().isPresent()) {
                    bucket.sketchToFill(Measure.FIRST_BYTE).record(sample.firstByteMs().getAsLong());
                }
            }
            case Outcome.Failed failed -> bucket.addFailures(failed.kind(), 1);
        }
        bucket.sketchToFill(Measure.QUEUE_WAIT).record(sample.queueWaitMs());
        return true;
    }

    WindowCounts counts(Duration window, Instant now) {
        long last = newestAt(now);
        int successes = 0;
        int sick = 0;
        for (long number = first(window, last); number <= last; number++) {
            Bucket bucket = slots[slot(number)];
            if (bucket != null && bucket.number == number) {
                successes += bucket.successes();
                sick += bucket.sick();
            }
        }
        return new WindowCounts(window, successes, sick);
    }

    /** Failures of the window by kind, only kinds that occurred. */
    Map<FailureKind, Integer> failures(Duration window, Instant now) {
        Map<FailureKind, Integer> failures = new EnumMap<>(FailureKind.class);
        for (FailureKind kind : FailureKind.values()) {
            int[] sum = new int[1];
            forEach(window, now, bucket -> sum[0] += bucket.failures(kind));
            if (sum[0] > 0) {
                failures.put(kind, sum[0]);
            }
        }
        return Collections.unmodifiableMap(failures);
    }

    /** The merged times of the window. */
    Histogram times(Measure measure, Duration window, Instant now) {
        Histogram merged = LatencySketch.emptyMerge();
        forEach(window, now, bucket -> {
            LatencySketch sketch = bucket.sketch(measure);
            if (sketch != null) {
                sketch.addTo(merged);
            }
        });
        return merged;
    }

    /** Forgets all results but not the latencies: what led to an opening must not lead to the next one. */
    void clearCounts() {
        for (Bucket bucket : slots) {
            if (bucket != null) {
                bucket.clearCounts();
            }
        }
    }

    /** Every bucket that is not older than the span, oldest first. */
    void forEachBucket(Consumer<Bucket> action) {
        if (newest != NEVER) {
            forEachBetween(newest - BUCKETS + 1, newest, action);
        }
    }

    /** The bucket of that number, moving the ring ahead when it is the newest. Only for restoring. */
    Bucket restore(long number) {
        newest = Math.max(newest, number);
        return bucketToFill(number);
    }

    private void forEach(Duration window, Instant now, Consumer<Bucket> action) {
        long last = newestAt(now);
        forEachBetween(first(window, last), last, action);
    }

    private void forEachBetween(long first, long last, Consumer<Bucket> action) {
        for (long number = first; number <= last; number++) {
            Bucket bucket = slots[slot(number)];
            if (bucket != null && bucket.number == number) {
                action.accept(bucket);
            }
        }
    }

    private Bucket bucketToFill(long number) {
        Bucket bucket = slots[slot(number)];
        if (bucket == null || bucket.number != number) {
            bucket = new Bucket(number);
            slots[slot(number)] = bucket;
        }
        return bucket;
    }

    private long newestAt(Instant now) {
        long number = bucketNumber(now);
        if (number > newest) {
            newest = number;
        } else if (newest - number >= BUCKETS) {
            Arrays.fill(slots, null);
            newest = number;
        }
        return newest;
    }

    private static long first(Duration window, long last) {
        return last - window.toSeconds() / BUCKET_SECONDS;
    }

    static long bucketNumber(Instant at) {
        return Math.floorDiv(at.getEpochSecond(), BUCKET_SECONDS);
    }

    private static int slot(long number) {
        return Math.floorMod(number, BUCKETS);
    }
}
