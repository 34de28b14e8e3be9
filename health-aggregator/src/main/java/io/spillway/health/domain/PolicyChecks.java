package io.spillway.health.domain;

import java.time.Duration;
import java.util.List;

/** The checks of {@link HealthPolicy}; each message names the field, the allowed range and the value. */
final class PolicyChecks {

    private PolicyChecks() {}

    static void between(String field, double value, double low, double high) {
        // Written so that NaN fails too.
        if (!(value >= low && value <= high)) {
            throw outside(field, low, high, value);
        }
    }

    static void between(String field, int value, int low, int high) {
        if (value < low || value > high) {
            throw outside(field, low, high, value);
        }
    }

    static void between(String field, Duration value, Duration low, Duration high) {
        if (value.compareTo(low) < 0 || value.compareTo(high) > 0) {
            throw outside(field, low, high, value);
        }
    }

    static void windows(String field, List<Duration> windows) {
        if (windows.isEmpty()) {
            throw new IllegalArgumentException(field + " must name at least one window, was empty");
        }
        Duration previous = Duration.ZERO;
        for (Duration window : windows) {
            between(field, window, Duration.ofSeconds(60), BucketRing.SPAN);
            if (!Duration.ofSeconds(window.toSeconds() / 10 * 10).equals(window)) {
                throw new IllegalArgumentException(field + " must be multiples of 10 s, was " + windows);
            }
            if (window.compareTo(previous) <= 0) {
                throw new IllegalArgumentException(field + " must ascend, was " + windows);
            }
            previous = window;
        }
    }

    private static IllegalArgumentException outside(String field, Object low, Object high, Object value) {
        return new IllegalArgumentException(field + " must be between " + low + " and " + high + ", was " + value);
    }
}
