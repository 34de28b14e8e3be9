package io.spillway.cli.explain;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

import io.spillway.v1.RejectionReason;

/** Times and reasons as people say them. */
final class Words {

    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);
    private static final DateTimeFormatter DAY_AND_CLOCK = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT);
    private static final double MILLIS = 1000;

    private Words() {}

    static String moment(Instant at, ZoneId zone) {
        return DAY_AND_CLOCK.format(at.atZone(zone));
    }

    /** The time of day; with the date when the day is another one. */
    static String moment(Instant at, Instant sameDayAs, ZoneId zone) {
        boolean sameDay = at.atZone(zone).toLocalDate().equals(sameDayAs.atZone(zone).toLocalDate());
        return (sameDay ? CLOCK : DAY_AND_CLOCK).format(at.atZone(zone));
    }

    /** {@code 812 ms}, {@code 1.9 s}, {@code 3 min 20 s}, {@code 2 h 5 min}. */
    static String duration(Duration duration) {
        long millis = Math.max(0, duration.toMillis());
        if (millis < MILLIS) {
            return millis + " ms";
        }
        long seconds = millis / 1000;
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1f s", Math.floor(millis / 100.0) / 10);
        }
        return seconds < 3600
                ? seconds / 60 + " min " + seconds % 60 + " s"
                : seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
    }

    static String rejection(RejectionReason reason) {
        return switch (reason) {
            case BREAKER_OPEN -> "its circuit breaker is open";
            case PROBE_TAKEN -> "recovering, and its probe was taken";
            case COOLDOWN -> "cooling down";
            case SUSPENDED -> "suspended";
            case DRAINED -> "drained by the operator";
            case ALREADY_TRIED -> "already tried";
            case DATA_CLASS -> "not allowed for this data class";
            case REGION -> "not in an allowed region";
            case CONTEXT_WINDOW -> "its context window is too small";
            case NO_TOOLS -> "it has no tools";
            case NO_VISION -> "it takes no images";
            case NO_JSON_SCHEMA -> "it has no JSON schema output";
            case QUEUE_FULL -> "its queue is full";
            case UNKNOWN -> "for a reason this version does not know";
        };
    }
}
