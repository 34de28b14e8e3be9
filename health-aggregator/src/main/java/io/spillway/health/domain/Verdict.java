package io.spillway.health.domain;

/** What the opening rule found, with the numbers that led to it. */
sealed interface Verdict {

    /** Too few results in every window to judge by rate. */
    record TooFew(WindowCounts counts) implements Verdict {}

    /** Enough results, and no sickness proven. */
    record Fit(WindowCounts counts, double lowerBound) implements Verdict {}

    /** The failure rate is at least the threshold and surely above it. */
    record SickByRate(WindowCounts counts, double lowerBound, double threshold) implements Verdict {}

    /** So many sick results in a row that the rate need not be awaited. */
    record SickByStreak(int length, boolean hardLocal) implements Verdict {}
}
