package io.spillway.health.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The timed rest after a 429. A further 429 may move its end back, never forward. Without a hint the rest doubles each time
 * a 429 arrives after the last rest has ended; those that arrive during a rest are answers to calls sent before it and
 * would push the doubling to its cap in one burst.
 *
 * @param until when the rest ends
 * @param level how often the rest has doubled, plus one; 0 when the last result that counts was a success
 */
record Cooldown(Instant until, int level) {

    static final Cooldown NONE = new Cooldown(Instant.EPOCH, 0);

    Cooldown afterRateLimit(Optional<Duration> hint, Instant now, HealthPolicy.CooldownLimits limits) {
        boolean resting = isActive(now, limits);
        int next = hint.isPresent() ? level : resting ? Math.max(1, level) : level + 1;
        Duration rest = hint.map(wanted -> clamp(wanted, limits)).orElseGet(() -> withoutHint(next, limits));
        Instant end = now.plus(rest);
        return new Cooldown(resting ? Deadlines.later(until, end) : end, next);
    }

    /** A success ends the doubling, not the rest. */
    Cooldown afterSuccess() {
        return level == 0 ? this : new Cooldown(until, 0);
    }

    boolean isActive(Instant now, HealthPolicy.CooldownLimits limits) {
        return !Deadlines.isDue(until, now, limits.longest());
    }

    private static Duration clamp(Duration wanted, HealthPolicy.CooldownLimits limits) {
        Duration atLeast = wanted.compareTo(limits.shortest()) < 0 ? limits.shortest() : wanted;
        return Deadlines.shorter(atLeast, limits.longest());
    }

    private static Duration withoutHint(int level, HealthPolicy.CooldownLimits limits) {
        // Sixteen doublings of the smallest allowed rest exceed the longest one.
        return Deadlines.shorter(limits.shortest().multipliedBy(1L << Math.min(level - 1, 16)), limits.longest());
    }
}
