package io.spillway.health.domain;

import java.time.Duration;
import java.time.Instant;

/** Comparison with deadlines that survives a clock which steps back. */
final class Deadlines {

    private Deadlines() {}

    /**
     * Whether a deadline has been reached. One further ahead than any policy can set it means that the clock stepped back
     * or the policy got shorter since; waiting for it could take hours, so it counts as reached.
     */
    static boolean isDue(Instant deadline, Instant now, Duration longest) {
        return !now.isBefore(deadline) || deadline.isAfter(now.plus(longest));
    }

    static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
