package io.spillway.load.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.spillway.load.measure.ProcessSample.Quantity;
import io.spillway.load.measure.ProcessSampler;
import io.spillway.load.measure.Trend;

/**
 * Which quantities of which processes grew.
 *
 * @param measures by name: mean, slope with its interval, and 1 for flat or 0 for not
 * @param words the same for people, a line per process
 */
record Growth(Map<String, Double> measures, List<String> words) {

    private static final List<Quantity> JUDGED = List.of(Quantity.RSS, Quantity.LIVE_HEAP, Quantity.THREADS,
            Quantity.DESCRIPTORS);

    /** Judges the samples taken between the end of the warm-up and the end of the load. */
    static Growth of(ProcessSampler sampler, Duration warmUp, Duration end) {
        Map<String, Double> measures = new LinkedHashMap<>();
        List<String> words = new ArrayList<>();
        boolean allFlat = true;
        for (String process : sampler.processes()) {
            List<String> said = new ArrayList<>();
            for (Quantity quantity : JUDGED) {
                Trend trend = Trend.of(sampler.series(process, quantity).stream()
                        .filter(point -> point.hours() >= hours(warmUp) && point.hours() <= hours(end)).toList());
                said.add(quantity.word() + ": " + word(trend, quantity.unit()));
                if (trend.isKnown()) {
                    put(measures, process.replace("-", "") + quantity.word(), quantity.unit(), trend);
                    allFlat &= trend.isFlat();
                } else {
                    allFlat = false;
                }
            }
            words.add(process + ": " + String.join("; ", said) + ".");
        }
        measures.put("allFlat", allFlat ? 1.0 : 0.0);
        return new Growth(measures, words);
    }

    private static void put(Map<String, Double> measures, String name, String unit, Trend trend) {
        measures.put(name + "Mean" + unit, trend.mean());
        measures.put(name + "Slope" + unit + "PerHour", trend.perHour());
        measures.put(name + "SlopeLow", trend.low());
        measures.put(name + "SlopeHigh", trend.high());
        measures.put(name + "Flat", trend.isFlat() ? 1.0 : 0.0);
    }

    private static String word(Trend trend, String unit) {
        if (!trend.isKnown()) {
            return "too few samples (" + trend.count() + ") for a verdict";
        }
        return String.format(Locale.ROOT, "%s, mean %.1f %s, slope %+.2f an hour (%+.2f to %+.2f)",
                trend.isFlat() ? "flat" : "not flat", trend.mean(), unit, trend.perHour(), trend.low(), trend.high());
    }

    private static double hours(Duration duration) {
        return duration.toMillis() / 3_600_000.0;
    }
}
