package io.spillway.health.domain;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Ten seconds of results. What never happened takes no space. */
final class Bucket {

    private static final int KINDS = FailureKind.values().length;

    /** Seconds since 1970 divided by ten. */
    final long number;
    private int successes;
    private int sick;
    private int @Nullable [] failures;
    private final Map<Measure, LatencySketch> sketches = new EnumMap<>(Measure.class);

    Bucket(long number) {
        this.number = number;
    }

    int successes() {
        return successes;
    }

    int sick() {
        return sick;
    }

    int failures(FailureKind kind) {
        return failures == null ? 0 : failures[kind.code()];
    }

    void addSuccesses(int count) {
        successes += count;
    }

    void addFailures(FailureKind kind, int count) {
        if (failures == null) {
            failures = new int[KINDS];
        }
        failures[kind.code()] += count;
        sick += count * kind.healthClass().sickWeight();
    }

    /** Forgets the results, keeps the latencies. */
    void clearCounts() {
        successes = 0;
        sick = 0;
        failures = null;
    }

    @Nullable
    LatencySketch sketch(Measure measure) {
        return sketches.get(measure);
    }

    LatencySketch sketchToFill(Measure measure) {
        return sketches.computeIfAbsent(measure, absent -> new LatencySketch());
    }
}
