package io.spillway.health.domain;

import java.util.function.Supplier;

/**
 * The share of requests a deployment still takes, although its breaker is open, when their route has no other deployment left: seven
 * answers of ten calls are better than none. Google's client-side throttling with K = 2 ("Site Reliability Engineering", 2016,
 * chapter 21): of n calls with k answers {@code (n - 2k) / (n + 1)} are rejected, so half of the calls may fail before any is. A row of
 * sick results long enough to open a breaker ends it at once. Pure.
 */
final class ShareWhenLast {

    private static final double ACCEPTS_WEIGHT = 2;

    private ShareWhenLast() {}

    /**
     * @param window the counts behind the published error rate; asked for only when they matter
     * @return in [0, 1]; 1 when closed, 0 when suspended or when too little is known
     */
    static double of(BreakerState breaker, Supplier<WindowCounts> window, Streak streak, HealthPolicy.Opening policy) {
        return switch (breaker) {
            case BreakerState.Closed closed -> 1;
            case BreakerState.Suspended suspended -> 0;
            case BreakerState.Rechecking rechecking -> 0;
            case BreakerState.Open open -> throttled(window, streak, policy);
            case BreakerState.HalfOpen halfOpen -> throttled(window, streak, policy);
        };
    }

    private static double throttled(Supplier<WindowCounts> window, Streak streak, HealthPolicy.Opening policy) {
        if (OpeningRule.sickByStreak(streak, policy).isPresent()) {
            return 0;
        }
        WindowCounts counts = window.get();
        if (counts.n() < policy.minSamplesLongest()) {
            return 0;
        }
        return 1 - Math.max(0, (counts.n() - ACCEPTS_WEIGHT * counts.successes()) / (counts.n() + 1));
    }
}
