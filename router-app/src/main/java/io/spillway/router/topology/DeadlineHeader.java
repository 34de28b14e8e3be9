package io.spillway.router.topology;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

import io.spillway.contract.Durations;

/** Reads the deadline header: an ISO-8601 instant, or a duration from acceptance such as 30s, 5m, 2h, 500ms or PT30S. */
final class DeadlineHeader {

    /** The furthest deadline: the retention of the requests topic. */
    static final Duration FURTHEST = Duration.ofDays(7);

    private DeadlineHeader() {}

    /**
     * The deadline a header means; empty when it means none. Further away than {@link #FURTHEST} is cut to that, and one in the
     * past to {@code now}.
     */
    static Optional<Instant> parse(String text, Instant now) {
        Instant furthest = now.plus(FURTHEST);
        return duration(text).map(now::plus).or(() -> instant(text))
                .map(instant -> instant.isAfter(furthest) ? furthest : instant.isBefore(now) ? now : instant);
    }

    private static Optional<Duration> duration(String text) {
        try {
            Duration duration = Durations.parse(text);
            return Optional.of(duration.compareTo(FURTHEST) > 0 ? FURTHEST : duration);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
