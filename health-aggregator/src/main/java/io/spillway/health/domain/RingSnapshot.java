package io.spillway.health.domain;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * A {@link BucketRing} as bytes. Counts are exact per bucket. Latencies are merged per minute and come back in the newest
 * bucket of their minute, which makes the snapshot of a busy deployment six times smaller and lets a latency count up to
 * 50 s longer than it would have.
 */
final class RingSnapshot {

    private static final FailureKind[] KINDS = FailureKind.values();
    private static final int BUCKETS_PER_MINUTE = 6;

    private RingSnapshot() {}

    static void write(BucketRing ring, SnapshotWriter out) {
        List<Bucket> buckets = new ArrayList<>();
        ring.forEachBucket(buckets::add);
        out.unsigned(buckets.size());
        long previous = 0;
        for (int i = 0; i < buckets.size(); i++) {
            Bucket bucket = buckets.get(i);
            out.unsigned(bucket.number - previous);
            previous = bucket.number;
            writeCounts(bucket, out);
            boolean lastOfMinute = i + 1 == buckets.size() || minute(buckets.get(i + 1)) != minute(bucket);
            out.unsigned(lastOfMinute ? 1 : 0);
            if (lastOfMinute) {
                writeTimes(buckets.stream().filter(other -> minute(other) == minute(bucket)).toList(), out);
            }
        }
    }

    static BucketRing read(SnapshotReader in) {
        BucketRing ring = new BucketRing();
        int buckets = in.unsignedInt(BucketRing.BUCKETS);
        long number = 0;
        for (int i = 0; i < buckets; i++) {
            number += in.unsignedInt(Integer.MAX_VALUE);
            Bucket bucket = ring.restore(number);
            readCounts(bucket, in);
            if (in.unsignedInt(1) == 1) {
                readTimes(bucket, in);
            }
        }
        return ring;
    }

    static FailureKind kind(SnapshotReader in) {
        return KINDS[in.unsignedInt(KINDS.length - 1)];
    }

    private static void writeCounts(Bucket bucket, SnapshotWriter out) {
        out.unsigned(bucket.successes());
        List<FailureKind> occurred = new ArrayList<>();
        for (FailureKind kind : KINDS) {
            if (bucket.failures(kind) > 0) {
                occurred.add(kind);
            }
        }
        out.unsigned(occurred.size());
        for (FailureKind kind : occurred) {
            out.unsigned(kind.code());
            out.unsigned(bucket.failures(kind));
        }
    }

    private static void readCounts(Bucket bucket, SnapshotReader in) {
        // Far more than ten seconds can bring, and few enough that no sum over the ring overflows.
        int most = Integer.MAX_VALUE / BucketRing.BUCKETS / (KINDS.length + 1);
        bucket.addSuccesses(in.unsignedInt(most));
        int kinds = in.unsignedInt(KINDS.length);
        for (int i = 0; i < kinds; i++) {
            bucket.addFailures(kind(in), in.unsignedInt(most));
        }
    }

    private static void writeTimes(List<Bucket> minute, SnapshotWriter out) {
        for (Measure measure : Measure.values()) {
            Histogram merged = LatencySketch.emptyMerge();
            for (Bucket bucket : minute) {
                LatencySketch sketch = bucket.sketch(measure);
                if (sketch != null) {
                    sketch.addTo(merged);
                }
            }
            LatencySketch.write(merged, out);
        }
    }

    private static void readTimes(Bucket bucket, SnapshotReader in) {
        for (Measure measure : Measure.values()) {
            bucket.sketchToFill(measure).readInto(in);
        }
    }

    private static long minute(Bucket bucket) {
        return Math.floorDiv(bucket.number, BUCKETS_PER_MINUTE);
    }
}
