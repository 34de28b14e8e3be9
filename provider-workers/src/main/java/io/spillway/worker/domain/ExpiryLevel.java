package io.spillway.worker.domain;

import java.time.Duration;
import java.time.Instant;

/** How near the end of a credential is. Each level is worth one warning. */
public enum ExpiryLevel {
    FAR, WITHIN_A_WEEK, WITHIN_A_DAY, EXPIRED;

    private static final Duration WEEK = Duration.ofDays(7);
    private static final Duration DAY = Duration.ofDays(1);

    public static ExpiryLevel of(Instant expiresAt, Instant now) {
        if (!now.isBefore(expiresAt)) {
            return EXPIRED;
        }
        Duration left = Duration.between(now, expiresAt);
        if (left.compareTo(DAY) <= 0) {
            return WITHIN_A_DAY;
        }
        return left.compareTo(WEEK) <= 0 ? WITHIN_A_WEEK : FAR;
    }
}
