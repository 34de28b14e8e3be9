package io.spillway.worker.provider;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The forms in which providers write numbers, durations and instants into headers. Whatever cannot be read is empty. */
final class TimeForms {

    private static final Pattern NUMBER = Pattern.compile("\\d{1,15}(\\.\\d{1,9})?");
    private static final Pattern UNITS = Pattern
            .compile("(?:(\\d{1,4})d)?(?:(\\d{1,6})h)?(?:(\\d{1,6})m)?(?:(\\d{1,9}(?:\\.\\d{1,9})?)s)?"
                    + "(?:(\\d{1,12}(?:\\.\\d{1,9})?)ms)?");
    private static final BigDecimal[] WEIGHTS = {BigDecimal.valueOf(86_400), BigDecimal.valueOf(3_600), BigDecimal.valueOf(60),
            BigDecimal.ONE, new BigDecimal("0.001")};
    private static final BigDecimal EPOCH_SECONDS = BigDecimal.valueOf(1_000_000_000L);
    private static final BigDecimal EPOCH_MILLIS = BigDecimal.valueOf(1_000_000_000_000L);

    private TimeForms() {}

    /** A number that is not negative, of a sane length. */
    static Optional<BigDecimal> number(String value) {
        String text = value.strip();
        return NUMBER.matcher(text).matches() ? Optional.of(new BigDecimal(text)) : Optional.empty();
    }

    /**
     * How long until a window begins anew: a duration with units, an instant, epoch seconds or milliseconds, or plain seconds.
     * Never negative; what is past is zero.
     */
    static Optional<Duration> untilReset(String value, Instant now) {
        Optional<BigDecimal> number = number(value);
        if (number.isEmpty()) {
            return units(value).or(() -> instant(value).map(at -> until(at, now)));
        }
        BigDecimal figure = number.get();
        if (figure.compareTo(EPOCH_MILLIS) >= 0) {
            return Optional.of(until(Instant.ofEpochMilli(figure.longValue()), now));
        }
        if (figure.compareTo(EPOCH_SECONDS) >= 0) {
            return Optional.of(until(Instant.ofEpochSecond(figure.longValue()), now));
        }
        return Optional.of(seconds(figure));
    }

    /** {@code 1h2m3.5s}, {@code 120ms}, {@code 17s}. */
    static Optional<Duration> units(String value) {
        Matcher matcher = UNITS.matcher(value.strip());
        if (value.isBlank() || !matcher.matches()) {
            return Optional.empty();
        }
        BigDecimal seconds = BigDecimal.ZERO;
        for (int i = 0; i < WEIGHTS.length; i++) {
            String figure = matcher.group(i + 1);
            if (figure != null) {
                seconds = seconds.add(new BigDecimal(figure).multiply(WEIGHTS[i]));
            }
        }
        return Optional.of(seconds(seconds));
    }

    /** An RFC 1123 date or an RFC 3339 instant. */
    static Optional<Instant> instant(String value) {
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

    /** From now until then; zero when it is past. */
    static Duration until(Instant at, Instant now) {
        Duration wait = Duration.between(now, at);
        return wait.isNegative() ? Duration.ZERO : wait;
    }

    /** To the nanosecond, whatever the number of seconds. */
    static Duration seconds(BigDecimal figure) {
        return Duration.ofSeconds(figure.longValue(),
                figure.remainder(BigDecimal.ONE).movePointRight(9).longValue());
    }
}
