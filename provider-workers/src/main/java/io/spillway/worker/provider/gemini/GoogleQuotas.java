package io.spillway.worker.provider.gemini;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/** When Google's quotas come back. */
final class GoogleQuotas {

    /** Spend limits look back over ten minutes. */
    static final Duration SPEND_WINDOW = Duration.ofMinutes(10);

    /** Daily quotas are renewed at midnight there. */
    private static final ZoneId PACIFIC = ZoneId.of("America/Los_Angeles");

    private GoogleQuotas() {}

    static Duration untilReset(Instant now) {
        ZonedDateTime midnight = now.atZone(PACIFIC).toLocalDate().plusDays(1).atStartOfDay(PACIFIC);
        return Duration.between(now, midnight.toInstant());
    }
}
