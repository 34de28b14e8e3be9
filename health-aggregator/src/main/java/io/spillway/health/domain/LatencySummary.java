package io.spillway.health.domain;

import java.util.OptionalLong;
import org.HdrHistogram.Histogram;

/**
 * Percentiles in milliseconds, never without the number of values behind them.
 *
 * @param n how many values
 * @param p50Ms the median, absent without values
 * @param p99Ms the 99th percentile, absent when {@code n} is too small to mean anything
 * @param maxMs the largest value, absent without values
 */
public record LatencySummary(long n, OptionalLong p50Ms, OptionalLong p99Ms, OptionalLong maxMs) {

    private static final LatencySummary NOTHING = new LatencySummary(0, OptionalLong.empty(), OptionalLong.empty(),
            OptionalLong.empty());

    static LatencySummary of(Histogram values, int minSamplesForP99) {
        long n = values.getTotalCount();
        if (n == 0) {
            return NOTHING;
        }
        return new LatencySummary(n, percentile(values, 50),
                n < minSamplesForP99 ? OptionalLong.empty() : percentile(values, 99), percentile(values, 100));
    }

    private static OptionalLong percentile(Histogram values, double percent) {
        return OptionalLong.of(Math.min(values.getValueAtPercentile(percent), LatencySketch.LONGEST_MS));
    }
}
