package io.spillway.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

/** Reads the fields of one JSON object; every complaint names the place, the value and the remedy. */
final class JsonFields {

    private final JsonNode node;
    private final String path;
    private final Set<String> known = new TreeSet<>();

    JsonFields(JsonNode node, String path) {
        if (!node.isObject()) {
            throw new InvalidFieldException(path, "expected an object, such as {\"type\":\"healthy\"}, but got " + shown(node));
        }
        this.node = node;
        this.path = path;
    }

    String path(String name) {
        return path + "." + name;
    }

    boolean has(String name) {
        known.add(name);
        return node.hasNonNull(name);
    }

    JsonNode required(String name) {
        if (!has(name)) {
            throw new InvalidFieldException(path(name), "is missing; add it");
        }
        return node.path(name);
    }

    String text(String name) {
        JsonNode value = required(name);
        if (!value.isTextual()) {
            throw new InvalidFieldException(path(name), shown(value) + " is not a string; put it in quotes");
        }
        return value.textValue();
    }

    String text(String name, String fallback) {
        return has(name) ? text(name) : fallback;
    }

    Duration duration(String name) {
        return converted(name, DurationText::parse);
    }

    Optional<Duration> optionalDuration(String name) {
        return has(name) ? Optional.of(duration(name)) : Optional.empty();
    }

    /** The text of a field turned into something; the converter's complaint gets the place in front. */
    <T> T converted(String name, Function<String, T> converter) {
        String text = text(name);
        return at(path(name), () -> converter.apply(text));
    }

    /** Runs the supplier and puts the place in front of its complaint, unless it names a more exact one. */
    static <T> T at(String place, Supplier<T> supplier) {
        try {
            return supplier.get();
        } catch (InvalidFieldException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new InvalidFieldException(place, String.valueOf(e.getMessage()), e);
        }
    }

    long number(String name) {
        JsonNode value = required(name);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new InvalidFieldException(path(name), shown(value) + " is not a whole number; write one without quotes");
        }
        return value.longValue();
    }

    int status(String name, int fallback) {
        long status = has(name) ? number(name) : fallback;
        if (status < 200 || status > 599) {
            throw new InvalidFieldException(path(name), status + " is not an HTTP status; use 200 to 599");
        }
        return (int) status;
    }

    double decimal(String name) {
        JsonNode value = required(name);
        if (!value.isNumber()) {
            throw new InvalidFieldException(path(name), shown(value) + " is not a number; write one without quotes");
        }
        return value.doubleValue();
    }

    <E extends Enum<E>> E choice(String name, Class<E> type, E fallback) {
        if (!has(name)) {
            return fallback;
        }
        String text = text(name);
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(text)) {
                return constant;
            }
        }
        throw new InvalidFieldException(path(name), "'" + text + "' is unknown; use one of "
                + Arrays.toString(type.getEnumConstants()));
    }

    /** To be called when all fields have been asked for: anything else in the object is a mistake. */
    void rejectOthers() {
        node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                throw new InvalidFieldException(path(name), "is not a field here; the fields are " + known);
            }
        });
    }

    private static String shown(JsonNode node) {
        String text = node.toString();
        return text.isEmpty() ? "nothing" : text.length() <= 60 ? text : text.substring(0, 60) + "...";
    }
}
