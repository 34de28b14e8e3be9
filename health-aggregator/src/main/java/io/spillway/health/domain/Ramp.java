package io.spillway.health.domain;

import java.time.Duration;
import java.time.Instant;

/** How the weight of a deployment grows after its breaker has closed: linearly, never below the first share. */
public final class Ramp {

    private Ramp() {}

    /**
     * The share of its weight a deployment gets, in [rampFrom, 1].
     *
     * @param startedAt when the ramp began; slightly after {@code now} on a reader whose clock is behind
     * @param now the reader's time
     * @param policy the length and the first share
     */
    public static double weight(Instant startedAt, Instant now, HealthPolicy.Probing policy) {
        if (isOver(startedAt, now, policy)) {
            return 1.0;
        }
        double passed = (double) Duration.between(startedAt, now).toMillis() / policy.ramp().toMillis();
        return Math.clamp(passed, policy.rampFrom(), 1.0);
    }

    /** A start further ahead than a whole ramp means that the clock stepped back; the ramp is over then, too. */
    static boolean isOver(Instant startedAt, Instant now, HealthPolicy.Probing policy) {
        return Deadlines.isDue(startedAt.plus(policy.ramp()), now, policy.ramp().multipliedBy(2));
    }
}
