package io.spillway.worker.provider;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * How long a provider asks to wait, in whichever of the known forms it says so. The explicit forms come first, the reset
 * instants of rate-limit windows after them. Anything unreadable, negative or beyond a year is no hint.
 */
public final class RetryHints {

    private static final Duration LONGEST = Duration.ofDays(366);
    private static final Pattern RESET_HEADER = Pattern
            .compile("(?:x-|anthropic-)?ratelimit-(?:([a-z-]+)-)?reset(?:-([a-z-]+))?");

    private RetryHints() {}

    /**
     * The wait an HTTP response asks for.
     *
     * @param body the response's JSON, or a missing node
     * @param now for hints that name an instant
     */
    public static Optional<Duration> of(HttpAnswer answer, JsonNode body, Instant now) {
        return answer.header("retry-after-ms").flatMap(RetryHints::millis)
                .or(() -> answer.header("x-ms-retry-after-ms").flatMap(RetryHints::millis))
                .or(() -> answer.header("retry-after").flatMap(value -> retryAfter(value, now)))
                .or(() -> retryInfo(body)).or(() -> reset(answer.headers(), now)).or(() -> reset(headersIn(body), now));
    }

    private static Optional<Duration> millis(String value) {
        return TimeForms.number(value).flatMap(millis -> bounded(millis.movePointLeft(3)));
    }

    /** Seconds, floats included, or an RFC 1123 date. A date in the past means now. */
    private static Optional<Duration> retryAfter(String value, Instant now) {
        return TimeForms.number(value).flatMap(RetryHints::bounded)
                .or(() -> TimeForms.instant(value).map(at -> TimeForms.until(at, now)).flatMap(RetryHints::bounded));
    }

    /** {@code google.rpc.RetryInfo} in the error's details, as Gemini sends it. */
    private static Optional<Duration> retryInfo(JsonNode body) {
        JsonNode root = body.isArray() ? body.path(0) : body;
        for (JsonNode detail : root.path("error").path("details")) {
            String type = detail.path("@type").asText("");
            if (type.endsWith("google.rpc.RetryInfo")) {
                return TimeForms.units(detail.path("retryDelay").asText("")).flatMap(RetryHints::bounded);
            }
        }
        return Optional.empty();
    }

    /** OpenRouter repeats the upstream's headers inside the error. */
    private static Map<String, List<String>> headersIn(JsonNode body) {
        Map<String, List<String>> headers = new HashMap<>();
        body.path("error").path("metadata").path("headers").properties()
                .forEach(header -> headers.put(header.getKey().toLowerCase(Locale.ROOT), List.of(header.getValue().asText(""))));
        return headers;
    }

    /** The reset of the windows that are used up: the last of them; if none says so, the earliest reset. */
    private static Optional<Duration> reset(Map<String, List<String>> headers, Instant now) {
        List<Duration> exhausted = new ArrayList<>();
        List<Duration> others = new ArrayList<>();
        headers.forEach((name, values) -> {
            Matcher matcher = RESET_HEADER.matcher(name);
            if (matcher.matches() && !values.isEmpty()) {
                boolean isUsedUp = TimeForms.number(first(headers, name.replace("reset", "remaining")))
                        .filter(left -> left.signum() == 0)
                        .isPresent();
                resetIn(values.getFirst(), now).ifPresent((isUsedUp ? exhausted : others)::add);
            }
        });
        if (!exhausted.isEmpty()) {
            return Optional.of(Collections.max(exhausted));
        }
        return others.isEmpty() ? Optional.empty() : Optional.of(Collections.min(others));
    }

    /** 0 and -1 mean unknown. */
    private static Optional<Duration> resetIn(String value, Instant now) {
        return TimeForms.untilReset(value, now).flatMap(RetryHints::bounded).filter(Duration::isPositive);
    }

    private static Optional<Duration> bounded(BigDecimal seconds) {
        if (seconds.compareTo(BigDecimal.valueOf(LONGEST.toSeconds())) > 0) {
            return Optional.empty();
        }
        return Optional.of(TimeForms.seconds(seconds));
    }

    private static Optional<Duration> bounded(Duration wait) {
        return wait.compareTo(LONGEST) > 0 ? Optional.empty() : Optional.of(wait);
    }

    private static String first(Map<String, List<String>> headers, String name) {
        List<String> values = headers.get(name);
        return values == null || values.isEmpty() ? "" : values.getFirst();
    }
}
