package io.spillway.simulator;

import java.time.Duration;
import java.util.List;

/** How long a provider thinks before the first byte of an answer. */
public sealed interface Latency {

    /** Answers at once. */
    record None() implements Latency {}

    /** Always the same. */
    record Fixed(Duration duration) implements Latency {
        public Fixed {
            requireNotNegative(duration, "duration");
        }
    }

    /**
     * Like real providers: most answers near the median, a long tail above it.
     *
     * @param sigma spread of the logarithm; 0.4 is calm, 1.0 has a heavy tail (p99 about ten times the median)
     * @param max longer draws are cut to this
     */
    record LogNormal(Duration median, double sigma, Duration max) implements Latency {
        public LogNormal {
            requireNotNegative(median, "median");
            requireNotNegative(max, "max");
            if (!(sigma >= 0)) {
                throw new IllegalArgumentException("sigma must be 0 or more, not " + sigma);
            }
        }
    }

    /** Evenly between the two, {@code min} included. */
    record Uniform(Duration min, Duration max) implements Latency {
        public Uniform {
            requireNotNegative(min, "min");
            if (max.compareTo(min) < 0) {
                throw new IllegalArgumentException("max (" + max + ") must not be below min (" + min + ")");
            }
        }
    }

    static Latency none() {
        return new None();
    }

    static Latency ofMillis(long millis) {
        return new Fixed(Duration.ofMillis(millis));
    }

    /**
     * Reads {@code none}, {@code 50ms}, {@code uniform:10ms,50ms} or {@code lognormal:800ms,0.5,10s} (median, sigma, max).
     *
     * @throws IllegalArgumentException naming the value and the remedy
     */
    static Latency parse(String text) {
        String trimmed = text.strip();
        int colon = trimmed.indexOf(':');
        if (colon < 0) {
            return trimmed.equals("none") ? none() : new Fixed(DurationText.parse(trimmed));
        }
        List<String> parts = List.of(trimmed.substring(colon + 1).split(",", -1));
        String kind = trimmed.substring(0, colon);
        if (kind.equals("fixed") && parts.size() == 1) {
            return new Fixed(DurationText.parse(parts.get(0)));
        }
        if (kind.equals("uniform") && parts.size() == 2) {
            return new Uniform(DurationText.parse(parts.get(0)), DurationText.parse(parts.get(1)));
        }
        if (kind.equals("lognormal") && parts.size() == 3) {
            return new LogNormal(DurationText.parse(parts.get(0)), sigma(parts.get(1)), DurationText.parse(parts.get(2)));
        }
        throw new IllegalArgumentException("'" + text + "' is not a latency; write none, 50ms, uniform:10ms,50ms or"
                + " lognormal:800ms,0.5,10s (median, sigma, max)");
    }

    /** The form that {@link #parse} reads back. */
    static String format(Latency latency) {
        return switch (latency) {
            case None() -> "none";
            case Fixed(Duration duration) -> DurationText.format(duration);
            case Uniform(Duration min, Duration max) -> "uniform:" + DurationText.format(min) + "," + DurationText.format(max);
            case LogNormal(Duration median, double sigma, Duration max) ->
                "lognormal:" + DurationText.format(median) + "," + sigma + "," + DurationText.format(max);
        };
    }

    private static double sigma(String text) {
        try {
            return Double.parseDouble(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("sigma '" + text + "' is not a number; write for example 0.5", e);
        }
    }

    private static void requireNotNegative(Duration duration, String name) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative, but is " + duration);
        }
    }
}
