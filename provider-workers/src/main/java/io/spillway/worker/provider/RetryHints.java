package io.spillway.worker.provider;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
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
    private static final Pattern NUMBER = Pattern.compile("\\d{1,15}(\\.\\d{1,9})?");
    private static final Pattern UNITS = Pattern
            .compile("(?:(\\d{1,4})d)?(?:(\\d{1,6})h)?(?:(\\d{1,6})m)?(?:(\\d{1,9}(?:\\.\\d{1,9})?)s)?"
                    + "(?:(\\d{1,12}(?:\\.\\d{1,9})?)ms)?");
    private static final Pattern RESET_HEADER = Pattern
            .compile("(?:x-|anthropic-)?ratelimit-(?:([a-z-]+)-)?reset(?:-([a-z-]+))?");
    private static final BigDecimal EPOCH_SECONDS = BigDecimal.valueOf(1_000_000_000L);
    private static final BigDecimal EPOCH_MILLIS = BigDecimal.valueOf(1_000_000_000_000L);

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
        return number(value).flatMap(millis -> bounded(millis.movePointLeft(3)));
    }

    /** Seconds, floats included, or an RFC 1123 date. A date in the past means now. */
    private static Optional<Duration> retryAfter(String value, Instant now) {
        return number(value).flatMap(RetryHints::bounded)
                .or(() -> instant(value).map(at -> until(at, now)).flatMap(RetryHints::bounded));
    }

    /** {@code google.rpc.RetryInfo} in the error's details, as Gemini sends it. */
    private static Optional<Duration> retryInfo(JsonNode body) {
        JsonNode root = body.isArray() ? body.path(0) : body;
        for (JsonNode detail : root.path("error").path("details")) {
            String type = detail.path("@type").asText("");
            if (type.endsWith("google.rpc.RetryInfo")) {
                return units(detail.path("retryDelay").asText("")).flatMap(RetryHints::bounded);
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
                boolean isUsedUp = number(first(headers, name.replace("reset", "remaining"))).filter(left -> left.signum() == 0)
                        .isPresent();
                resetIn(values.getFirst(), now).ifPresent((isUsedUp ? exhausted : others)::add);
            }
        });
        if (!exhausted.isEmpty()) {
            return Optional.of(Collections.max(exhausted));
        }
        return others.isEmpty() ? Optional.empty() : Optional.of(Collections.min(others));
    }

    /** A duration with units, an instant, epoch seconds or milliseconds, or plain seconds; 0 and -1 mean unknown. */
    private static Optional<Duration> resetIn(String value, Instant now) {
        Optional<BigDecimal> number = number(value);
        Optional<Duration> wait;
        if (number.isPresent()) {
            BigDecimal figure = number.get();
            if (figure.compareTo(EPOCH_MILLIS) >= 0) {
                wait = Optional.of(until(Instant.ofEpochMilli(figure.longValue()), now));
            } else if (figure.compareTo(EPOCH_SECONDS) >= 0) {
                wait = Optional.of(until(Instant.ofEpochSecond(figure.longValue()), now));
            } else {
                wait = bounded(figure);
            }
        } else {
            wait = units(value).or(() -> instant(value).map(at -> until(at, now)));
        }
        return wait.flatMap(RetryHints::bounded).filter(Duration::isPositive);
    }

    /** {@code 1h2m3.5s}, {@code 120ms}, {@code 17s}. */
    private static Optional<Duration> units(String value) {
        Matcher matcher = UNITS.matcher(value.strip());
        if (value.isBlank() || !matcher.matches()) {
            return Optional.empty();
        }
        BigDecimal seconds = BigDecimal.ZERO;
        BigDecimal[] weights = {BigDecimal.valueOf(86_400), BigDecimal.valueOf(3_600), BigDecimal.valueOf(60), BigDecimal.ONE,
                new BigDecimal("0.001")};
        for (int i = 0; i < weights.length; i++) {
            String figure = matcher.group(i + 1);
            if (figure != null) {
                seconds = seconds.add(new BigDecimal(figure).multiply(weights[i]));
            }
        }
        return bounded(seconds);
    }

    /** An RFC 1123 date or an RFC 3339 instant. */
    private static Optional<Instant> instant(String value) {
        String text = value.strip();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            DateTimeFormatter format = Character.isDigit(text.charAt(0))
                    ? DateTimeFormatter.ISO_OFFSET_DATE_TIME
                    : DateTimeFormatter.RFC_1123_DATE_TIME;
            return Optional.of(ZonedDateTime.parse(text, format).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Duration until(Instant at, Instant now) {
        Duration wait = Duration.between(now, at);
        return wait.isNegative() ? Duration.ZERO : wait;
    }

    private static Optional<BigDecimal> number(String value) {
        String text = value.strip();
        return NUMBER.matcher(text).matches() ? Optional.of(new BigDecimal(text)) : Optional.empty();
    }

    private static Optional<Duration> bounded(BigDecimal seconds) {
        if (seconds.compareTo(BigDecimal.valueOf(LONGEST.toSeconds())) > 0) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofNanos(seconds.movePointRight(9).longValue()));
    }

    private static Optional<Duration> bounded(Duration wait) {
        return wait.compareTo(LONGEST) > 0 ? Optional.empty() : Optional.of(wait);
    }

    private static String first(Map<String, List<String>> headers, String name) {
        List<String> values = headers.get(name);
        return values == null || values.isEmpty() ? "" : values.getFirst();
    }
}
