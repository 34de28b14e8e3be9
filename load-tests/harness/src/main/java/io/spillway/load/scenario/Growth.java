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
 * @param measures by name: mean, slope with its interval, and 1 when it was flat; {@code growing} counts what grew
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
        int growing = 0;
        for (String process : sampler.processes()) {
            List<String> said = new ArrayList<>();
            for (Quantity quantity : JUDGED) {
                Trend trend = Trend.of(sampler.series(process, quantity).stream()
                        .filter(point -> point.hours() >= hours(warmUp) && point.hours() <= hours(end)).toList());
                said.add(quantity.word() + ": " + word(trend, quantity.unit()));
                if (trend.isKnown()) {
                    put(measures, process.replace("-", "") + quantity.word(), quantity.unit(), trend);
                }
                allFlat &= trend.verdict() == Trend.Verdict.FLAT;
                growing += trend.verdict() == Trend.Verdict.GROWS ? 1 : 0;
            }
            words.add(process + ": " + String.join("; ", said) + ".");
        }
        measures.put("allFlat", allFlat ? 1.0 : 0.0);
        measures.put("growing", (double) growing);
        return new Growth(measures, words);
    }

    private static void put(Map<String, Double> measures, String name, String unit, Trend trend) {
        measures.put(name + "Mean" + unit, trend.mean());
        measures.put(name + "Slope" + unit + "PerHour", trend.perHour());
        measures.put(name + "SlopeLow", trend.low());
        measures.put(name + "SlopeHigh", trend.high());
        measures.put(name + "Flat", trend.verdict() == Trend.Verdict.FLAT ? 1.0 : 0.0);
    }

    private static String word(Trend trend, String unit) {
        if (!trend.isKnown()) {
            return "too few samples (" + trend.count() + ") for a verdict";
        }
        String verdict = switch (trend.verdict()) {
            case FLAT -> "flat";
            case GROWS -> "not flat, it grows";
            case UNDECIDED -> "undecided, the samples are too noisy";
        };
        return String.format(Locale.ROOT, "%s, mean %.1f%s, slope %+.2f an hour (%+.2f to %+.2f)", verdict, trend.mean(),
                unit.isEmpty() ? "" : " " + unit, trend.perHour(), trend.low(), trend.high());
    }

    private static double hours(Duration duration) {
        return duration.toMillis() / 3_600_000.0;
    }
}
