package io.spillway.load.report;

import java.util.ArrayList;
import java.util.List;

import org.HdrHistogram.Histogram;

/** A named latency distribution in microseconds. */
public record Distribution(String name, Histogram micros) {

    private static final List<Double> PERCENTILES = List.of(50.0, 75.0, 90.0, 95.0, 99.0, 99.5, 99.9, 99.95, 99.99);

    /** In milliseconds. */
    public double millisAt(double percentile) {
        return micros.getValueAtPercentile(percentile) / 1000.0;
    }

    /** One line over "nines": 0 is p0, 1 is p90, 2 is p99 and so on. */
    static Plot plot(List<Distribution> distributions) {
        List<Plot.Line> lines = new ArrayList<>();
        for (Distribution distribution : distributions) {
            if (distribution.micros().getTotalCount() > 0) {
                lines.add(new Plot.Line(distribution.name(), PERCENTILES.stream()
                        .map(percentile -> new Plot.Point(-Math.log10(1 - percentile / 100), distribution.millisAt(percentile)))
                        .toList()));
            }
        }
        return new Plot("Latency by percentile", "nines (1 = p90, 2 = p99, 3 = p99.9)", "ms", lines, List.of());
    }
}
