package io.spillway.load.measure;

import java.util.List;

/**
 * A straight line through samples, and how sure its slope is. Samples of memory follow each other closely, which makes the usual
 * interval far too narrow; it is widened for the correlation of neighbouring residuals.
 *
 * @param count samples
 * @param span hours between the first and the last
 * @param mean of the values
 * @param perHour the slope, in the values' unit per hour
 * @param low lower end of the slope's 95 % confidence interval
 * @param high upper end
 */
public record Trend(int count, double span, double mean, double perHour, double low, double high) {

    /** Fewer say nothing about a slope. */
    private static final int LEAST = 8;
    /** A correlation above this would need more samples than any run has. */
    private static final double MOST_CORRELATION = 0.98;

    /** What cannot be excluded to have grown in the run, as a share of the mean, must be below this for a verdict of flat. */
    private static final double LEAST_PRECISION = 0.05;

    /** What the samples are evidence for. */
    public enum Verdict {
        /** The interval of the slope holds zero or lies below it, and is narrow enough for that to mean something. */
        FLAT,
        /** The interval lies above zero. */
        GROWS,
        /** Too few samples, or too noisy ones. */
        UNDECIDED
    }

    /** A value at a time. */
    public record Point(double hours, double value) {}

    /** Fits a line. With fewer than 8 points the interval is unbounded. */
    public static Trend of(List<Point> points) {
        int n = points.size();
        double meanX = points.stream().mapToDouble(Point::hours).average().orElse(0);
        double meanY = points.stream().mapToDouble(Point::value).average().orElse(0);
        double spread = points.stream().mapToDouble(point -> square(point.hours() - meanX)).sum();
        if (n < LEAST || spread == 0) {
            return new Trend(n, 0, meanY, 0, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
        }
        double slope = points.stream().mapToDouble(point -> (point.hours() - meanX) * (point.value() - meanY)).sum() / spread;
        double[] residuals = points.stream().mapToDouble(point -> point.value() - meanY - slope * (point.hours() - meanX))
                .toArray();
        double rest = 0;
        double neighbours = 0;
        for (int i = 0; i < n; i++) {
            rest += square(residuals[i]);
            neighbours += i == 0 ? 0 : residuals[i] * residuals[i - 1];
        }
        double correlation = rest == 0 ? 0 : Math.clamp(neighbours / rest, 0, MOST_CORRELATION);
        // As many independent samples as these are worth.
        double worth = n * (1 - correlation) / (1 + correlation);
        double freedom = Math.max(1, worth - 2);
        double error = Math.sqrt(rest / (n - 2) / spread * n / worth);
        double half = quantile(freedom) * error;
        double span = points.getLast().hours() - points.getFirst().hours();
        return new Trend(n, span, meanY, slope, slope - half, slope + half);
    }

    /** Whether there were enough samples to say anything. */
    public boolean isKnown() {
        return Double.isFinite(low) && Double.isFinite(high);
    }

    public Verdict verdict() {
        if (!isKnown()) {
            return Verdict.UNDECIDED;
        }
        if (low > 0) {
            return Verdict.GROWS;
        }
        return high * span <= LEAST_PRECISION * Math.abs(mean) ? Verdict.FLAT : Verdict.UNDECIDED;
    }

    /** Student's t for 97.5 %, by the first terms of its expansion in 1/freedom; within 1 % from 4 degrees of freedom. */
    private static double quantile(double freedom) {
        return 1.96 + 2.372 / freedom + 2.822 / square(freedom) + 2.56 / (freedom * freedom * freedom);
    }

    private static double square(double value) {
        return value * value;
    }
}
