package io.spillway.worker.provider;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongBiFunction;
import java.util.stream.LongStream;

import io.spillway.worker.domain.RateReport;
import io.spillway.worker.domain.RateReport.Quota;

/**
 * Reads the rate-limit headers of an answer, successful or not. What a header is about its name says ({@link RateLimitName}); others,
 * and values that cannot be read, are left out. How long a refusal asks to wait is {@link RetryHints}'s matter.
 */
public final class RateLimitHeaders {

    /** A provider could name its headers as it likes; beyond so many names each is read anew. */
    private static final int NAMES = 1_000;
    private static final Map<String, Optional<RateLimitName>> READ = new ConcurrentHashMap<>();
    private static final long UNKNOWN = -1;
    private static final long MOST = 1_000_000_000_000L;
    private static final Duration LONGEST = Duration.ofDays(366);
    /** A window that begins anew later than this is not a minute; some slack for clocks. */
    private static final long MINUTE_AT_MOST_MILLIS = 90_000;

    private static final class Figures {
        private long limit = UNKNOWN;
        private long remaining = UNKNOWN;
        private long resetMillis = UNKNOWN;
    }

    private RateLimitHeaders() {}

    /** @param now for resets that name an instant; one that is past counts as now */
    public static RateReport of(HttpAnswer answer, Instant now) {
        Map<RateLimitName.Window, Figures> windows = new HashMap<>();
        answer.headers().forEach((name, values) -> {
            if (!values.isEmpty()) {
                meaning(name).ifPresent(meaning -> read(meaning, values.getFirst(), now, windows));
            }
        });
        return windows.isEmpty() ? RateReport.NONE : new RateReport(quota(windows, false), quota(windows, true));
    }

    /** The same names come with every answer. */
    private static Optional<RateLimitName> meaning(String name) {
        Optional<RateLimitName> known = READ.get(name);
        if (known != null) {
            return known;
        }
        Optional<RateLimitName> meaning = RateLimitName.parse(name);
        if (READ.size() < NAMES) {
            READ.put(name, meaning);
        }
        return meaning;
    }

    private static void read(RateLimitName name, String value, Instant now, Map<RateLimitName.Window, Figures> windows) {
        switch (name.figure()) {
            case LIMIT -> amount(value).ifPresent(limit -> figures(windows, name).limit = limit);
            case REMAINING -> amount(value).ifPresent(left -> figures(windows, name).remaining = left);
            case RESET -> TimeForms.untilReset(value, now).ifPresent(wait -> figures(windows, name).resetMillis = millis(wait));
        }
    }

    private static Figures figures(Map<RateLimitName.Window, Figures> windows, RateLimitName name) {
        return windows.computeIfAbsent(name.window(), missing -> new Figures());
    }

    private static Quota quota(Map<RateLimitName.Window, Figures> windows, boolean isTokens) {
        Map<RateLimitName.Window, Figures> own = new HashMap<>(windows);
        own.keySet().removeIf(window -> window.isTokens() != isTokens);
        OptionalLong usedUp = known(own, (window, figures) -> figures.remaining == 0 ? figures.resetMillis : UNKNOWN).max();
        return new Quota(known(own, RateLimitHeaders::perMinute).min(), known(own, (window, figures) -> figures.remaining).min(),
                usedUp.isPresent() ? usedUp : known(own, (window, figures) -> figures.resetMillis).min());
    }

    private static LongStream known(Map<RateLimitName.Window, Figures> windows,
            ToLongBiFunction<RateLimitName.Window, Figures> figure) {
        return windows.entrySet().stream().mapToLong(entry -> figure.applyAsLong(entry.getKey(), entry.getValue()))
                .filter(value -> value != UNKNOWN);
    }

    /** The window's limit as a pace, where it is one. */
    private static long perMinute(RateLimitName.Window window, Figures figures) {
        if (figures.limit == UNKNOWN || window.isPart()) {
            return UNKNOWN;
        }
        return switch (window.period()) {
            case "second" -> figures.limit * 60;
            case "minute" -> figures.limit;
            case "" -> isMinute(window, figures) ? figures.limit : UNKNOWN;
            default -> UNKNOWN;
        };
    }

    /** Where no window is named it is a minute by custom, unless the reset says otherwise. */
    private static boolean isMinute(RateLimitName.Window window, Figures figures) {
        return figures.resetMillis == UNKNOWN ? window.isNamed() : figures.resetMillis <= MINUTE_AT_MOST_MILLIS;
    }

    /** The IETF draft allows a list after the number. */
    private static Optional<Long> amount(String value) {
        int end = 0;
        while (end < value.length() && value.charAt(end) != ',' && value.charAt(end) != ';') {
            end++;
        }
        return TimeForms.number(value.substring(0, end)).map(BigDecimal::longValue).map(amount -> Math.min(amount, MOST));
    }

    private static long millis(Duration wait) {
        return wait.compareTo(LONGEST) > 0 ? LONGEST.toMillis() : wait.toMillis();
    }
}
