package io.spillway.worker.provider;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.ToLongBiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

import org.jspecify.annotations.Nullable;

import io.spillway.worker.domain.RateReport;
import io.spillway.worker.domain.RateReport.Quota;

/**
 * Reads the rate-limit headers of an answer, successful or not. All dialects compose their names of the same words (limit,
 * remaining or reset; requests or tokens; sometimes the window), so the words are read, not the dialects:
 * {@code x-ratelimit-remaining-tokens} (OpenAI, Azure, Groq and most others), {@code anthropic-ratelimit-tokens-remaining},
 * {@code x-ratelimit-limit-req-minute} (Mistral), {@code x-ratelimit-reset-requests-day} (Cerebras, SambaNova),
 * {@code x-ratelimit-reset} (OpenRouter), {@code ratelimit-remaining} (the IETF draft). Headers with other words in their names
 * and values that cannot be read are left out. How long a refusal asks to wait is {@link RetryHints}'s matter.
 */
public final class RateLimitHeaders {

    private static final Pattern NAME = Pattern.compile("(?:x-|anthropic-)?ratelimit(bysize)?-([a-z-]{1,60})");
    private static final Set<String> PARTS = Set.of("input", "output", "prompt", "generated");
    private static final Set<String> PERIODS = Set.of("second", "minute", "hour", "day", "month");
    private static final long UNKNOWN = -1;
    private static final long MOST = 1_000_000_000_000L;
    private static final Duration LONGEST = Duration.ofDays(366);
    /** A window that begins anew later than this is not a minute; some slack for clocks. */
    private static final long MINUTE_AT_MOST_MILLIS = 90_000;

    /** Which window of which quota a header is about; {@code part} = it counts only some of the tokens. */
    private record Key(boolean isTokens, boolean isNamed, boolean isPart, String period, String words) {}

    private static final class Window {
        private long limit = UNKNOWN;
        private long remaining = UNKNOWN;
        private long resetMillis = UNKNOWN;
    }

    private RateLimitHeaders() {}

    /** @param now for resets that name an instant; one that is past counts as now */
    public static RateReport of(HttpAnswer answer, Instant now) {
        Map<Key, Window> windows = new HashMap<>();
        answer.headers().forEach((name, values) -> {
            Matcher matcher = NAME.matcher(name);
            if (!values.isEmpty() && matcher.matches()) {
                read(matcher.group(1) != null, matcher.group(2), values.getFirst(), now, windows);
            }
        });
        return windows.isEmpty() ? RateReport.NONE : new RateReport(quota(windows, false), quota(windows, true));
    }

    private static void read(boolean isBySize, String rest, String value, Instant now, Map<Key, Window> windows) {
        Set<String> kinds = new HashSet<>();
        Set<String> words = new HashSet<>();
        for (String word : List.of(rest.split("-"))) {
            switch (word) {
                case "limit", "remaining", "reset" -> kinds.add(word);
                case "req", "request" -> words.add("requests");
                case "token" -> words.add("tokens");
                default -> words.add(word);
            }
        }
        Key key = key(words, isBySize);
        if (kinds.size() != 1 || key == null) {
            return;
        }
        switch (kinds.iterator().next()) {
            case "limit" -> amount(value).ifPresent(limit -> window(windows, key).limit = limit);
            case "remaining" -> amount(value).ifPresent(left -> window(windows, key).remaining = left);
            default -> TimeForms.untilReset(value, now).ifPresent(wait -> window(windows, key).resetMillis = millis(wait));
        }
    }

    /** Null when the words have a meaning that is not known here. */
    private static @Nullable Key key(Set<String> words, boolean isBySize) {
        boolean isTokens = words.contains("tokens");
        boolean isRequests = words.contains("requests");
        boolean isPart = false;
        String period = "";
        for (String word : words) {
            if (PARTS.contains(word)) {
                isPart = true;
            } else if (PERIODS.contains(word)) {
                period = word;
            } else if (!Set.of("tokens", "requests", "project").contains(word)) {
                return null;
            }
        }
        if (isTokens && isRequests) {
            return null;
        }
        String sorted = String.join("-", words.stream().sorted().toList());
        return new Key(isTokens || (isBySize && !isRequests), isTokens || isRequests, isPart, period, sorted);
    }

    private static Window window(Map<Key, Window> windows, Key key) {
        return windows.computeIfAbsent(key, missing -> new Window());
    }

    private static Quota quota(Map<Key, Window> windows, boolean isTokens) {
        Map<Key, Window> own = new HashMap<>(windows);
        own.keySet().removeIf(key -> key.isTokens() != isTokens);
        OptionalLong usedUp = known(own, (key, window) -> window.remaining == 0 ? window.resetMillis : UNKNOWN).max();
        return new Quota(known(own, RateLimitHeaders::perMinute).min(), known(own, (key, window) -> window.remaining).min(),
                usedUp.isPresent() ? usedUp : known(own, (key, window) -> window.resetMillis).min());
    }

    private static LongStream known(Map<Key, Window> windows, ToLongBiFunction<Key, Window> figure) {
        return windows.entrySet().stream().mapToLong(entry -> figure.applyAsLong(entry.getKey(), entry.getValue()))
                .filter(value -> value != UNKNOWN);
    }

    /** The window's limit as a pace, where it is one. */
    private static long perMinute(Key key, Window window) {
        if (window.limit == UNKNOWN || key.isPart()) {
            return UNKNOWN;
        }
        return switch (key.period()) {
            case "second" -> window.limit * 60;
            case "minute" -> window.limit;
            case "" -> isMinute(key, window) ? window.limit : UNKNOWN;
            default -> UNKNOWN;
        };
    }

    /** Where no window is named it is a minute by custom, unless the reset says otherwise. */
    private static boolean isMinute(Key key, Window window) {
        return window.resetMillis == UNKNOWN ? key.isNamed() : window.resetMillis <= MINUTE_AT_MOST_MILLIS;
    }

    /** The IETF draft allows a list after the number. */
    private static Optional<Long> amount(String value) {
        return TimeForms.number(value.split("[,;]", 2)[0]).map(BigDecimal::longValue).map(amount -> Math.min(amount, MOST));
    }

    private static long millis(Duration wait) {
        return wait.compareTo(LONGEST) > 0 ? LONGEST.toMillis() : wait.toMillis();
    }
}
