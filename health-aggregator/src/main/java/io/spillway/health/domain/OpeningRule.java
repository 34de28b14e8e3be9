package io.spillway.health.domain;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * When a closed breaker opens: on a row of sick results, or when the failure rate of the shortest window with enough
 * results is at least the threshold and its Wilson lower bound is above it. The lower bound keeps a few unlucky results
 * from opening; the growing windows keep the rule from being blind at one request a minute. Pure.
 */
final class OpeningRule {

    private OpeningRule() {}

    static Verdict judge(Function<Duration, WindowCounts> ring, Streak streak, HealthPolicy.Opening policy) {
        Optional<Verdict.SickByStreak> row = sickByStreak(streak, policy);
        if (row.isPresent()) {
            return row.get();
        }
        WindowCounts counts = window(ring, policy);
        if (counts.n() < policy.minSamplesLongest()) {
            return new Verdict.TooFew(counts);
        }
        double lowerBound = wilsonLowerBound(counts.sick(), counts.n(), policy.z());
        if (counts.rate() >= policy.threshold() && lowerBound > policy.threshold()) {
            return new Verdict.SickByRate(counts, lowerBound, policy.threshold());
        }
        return new Verdict.Fit(counts, lowerBound);
    }

    /**
     * Whether a ramp has failed: by at least the given number of sick results, and by more than usual errors explain. Two
     * failures among the first three results do; two of hundreds do not, or a busy deployment with one error in a hundred
     * would never get through a ramp.
     */
    static boolean reopensRamp(int successes, int failures, HealthPolicy policy) {
        return failures >= policy.probing().rampFailuresToReopen()
                && wilsonLowerBound(failures, successes + failures, policy.opening().z()) > policy.opening().threshold();
    }

    /** The shortest window with enough results, or the longest one. */
    static WindowCounts window(Function<Duration, WindowCounts> ring, HealthPolicy.Opening policy) {
        WindowCounts counts = new WindowCounts(Duration.ZERO, 0, 0);
        for (Duration window : policy.windows()) {
            counts = ring.apply(window);
            if (counts.n() >= policy.minSamples()) {
                return counts;
            }
        }
        return counts;
    }

    /** Lower end of the Wilson score interval for {@code failures} of {@code n}; 0 when there are no results. */
    static double wilsonLowerBound(int failures, int n, double z) {
        if (n == 0) {
            return 0;
        }
        double rate = (double) failures / n;
        double zSquared = z * z;
        double centre = rate + zSquared / (2 * n);
        double spread = z * Math.sqrt(rate * (1 - rate) / n + zSquared / (4.0 * n * n));
        return Math.max(0, (centre - spread) / (1 + zSquared / n));
    }

    /** Present when so many results in a row were sick that the rate need not be awaited. */
    static Optional<Verdict.SickByStreak> sickByStreak(Streak streak, HealthPolicy.Opening policy) {
        if (reached(streak.hardLocal(), policy.hardLocalConsecutive())) {
            return Optional.of(new Verdict.SickByStreak(streak.hardLocal(), true));
        }
        if (reached(streak.sick(), policy.consecutive())) {
            return Optional.of(new Verdict.SickByStreak(streak.sick(), false));
        }
        return Optional.empty();
    }

    private static boolean reached(int length, int limit) {
        return limit > 0 && length >= limit;
    }
}
