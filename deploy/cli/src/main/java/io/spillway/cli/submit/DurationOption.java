package io.spillway.cli.submit;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations on the command line: {@code 30s}, {@code 90m}, {@code 24h}, {@code 7d}, or ISO-8601 such as {@code PT30S}. */
public final class DurationOption implements ITypeConverter<Duration> {

    private static final Pattern WRITTEN = Pattern.compile("([1-9]\\d{0,8})(s|m|h|d)");

    @Override
    public Duration convert(String value) {
        Matcher matcher = WRITTEN.matcher(value);
        if (matcher.matches()) {
            long amount = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                default -> Duration.ofDays(amount);
            };
        }
        try {
            Duration parsed = Duration.parse(value);
            if (parsed.isPositive()) {
                return parsed;
            }
        } catch (DateTimeException e) {
            throw refused(value);
        }
        throw refused(value);
    }

    private static TypeConversionException refused(String value) {
        return new TypeConversionException(
                "'" + value + "' is not a duration: write a whole number and s, m, h or d, such as 24h");
    }
}
