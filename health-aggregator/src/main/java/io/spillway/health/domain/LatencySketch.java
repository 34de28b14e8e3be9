package io.spillway.health.domain;

import java.util.Arrays;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.HdrHistogram.IntCountsHistogram;
import org.jspecify.annotations.Nullable;

/**
 * Latencies of one bucket in milliseconds, 1 ms to 600 s, within 1 %. Few values are kept as they came; from the 129th on
 * a histogram takes over, which is larger at first (7 KB) but stops growing. So a quiet deployment costs bytes.
 */
final class LatencySketch {

    static final int LONGEST_MS = 600_000;
    private static final int DIGITS = 2;
    private static final int MOST_RAW = 128;

    private int[] raw = new int[8];
    private int rawCount;
    private @Nullable IntCountsHistogram dense;

    void record(long milliseconds) {
        record(milliseconds, 1);
    }

    void record(long milliseconds, int count) {
        int value = Math.clamp(milliseconds, 1, LONGEST_MS);
        if (dense == null && count <= MOST_RAW - rawCount) {
            if (rawCount + count > raw.length) {
                raw = Arrays.copyOf(raw, Math.min(MOST_RAW, Math.max(raw.length * 2, rawCount + count)));
            }
            Arrays.fill(raw, rawCount, rawCount + count, value);
            rawCount += count;
            return;
        }
        denseHistogram().recordValueWithCount(value, count);
    }

    private IntCountsHistogram denseHistogram() {
        if (dense == null) {
            dense = new IntCountsHistogram(1, LONGEST_MS, DIGITS);
            addRawTo(dense);
            raw = new int[0];
            rawCount = 0;
        }
        return dense;
    }

    void addTo(Histogram merged) {
        addRawTo(merged);
        if (dense != null) {
            merged.add(dense);
        }
    }

    private void addRawTo(AbstractHistogram target) {
        for (int i = 0; i < rawCount; i++) {
            target.recordValue(raw[i]);
        }
    }

    static Histogram emptyMerge() {
        return new Histogram(1, LONGEST_MS, DIGITS);
    }

    /** Writes the number of distinct values, then each as (distance to the one before, count). */
    static void write(Histogram merged, SnapshotWriter out) {
        int cells = 0;
        for (HistogramIterationValue ignored : merged.recordedValues()) {
            cells++;
        }
        out.unsigned(cells);
        long previous = 0;
        for (HistogramIterationValue cell : merged.recordedValues()) {
            // The lowest value of a cell: the highest one of the last cell lies beyond the range and would be moved.
            long value = Math.max(1, merged.lowestEquivalentValue(cell.getValueIteratedTo()));
            out.unsigned(value - previous);
            out.unsigned(cell.getCountAtValueIteratedTo());
            previous = value;
        }
    }

    void readInto(SnapshotReader in) {
        int cells = in.unsignedInt(LONGEST_MS);
        long value = 0;
        int total = 0;
        for (int i = 0; i < cells; i++) {
            value += in.unsignedInt(LONGEST_MS);
            int count = in.unsignedInt(Integer.MAX_VALUE - total);
            total += count;
            record(value, count);
        }
    }
}
