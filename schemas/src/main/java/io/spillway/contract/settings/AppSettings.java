package io.spillway.contract.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

import io.spillway.contract.Durations;

/**
 * An application's properties. Keys that begin with {@code kafka.} are for Kafka, without that prefix; Confluent's keys are for the
 * serdes; all others must be known. Reading never fails at once: problems are collected until {@link #requireValid()}.
 */
public final class AppSettings {

    private static final String KAFKA = "kafka.";
    private static final List<String> SERDE_PREFIXES = List.of("schema.registry.", "basic.auth.", "bearer.auth.",
            "spillway.value.",
            "value.subject.name.strategy", "http.");
    private static final Set<String> SERDE_KEYS = Set.of("auto.register.schemas", "use.latest.version", "normalize.schemas",
            "avro.remove.java.properties", "missing.id.cache.ttl.sec");

    private final String application;
    private final Map<String, String> properties;
    private final List<String> problems = new ArrayList<>();
    private final Map<String, String> kafka = new HashMap<>();
    private final Map<String, String> serdes = new HashMap<>();

    /**
     * @param application named in the message of problems
     * @param known keys of the application's own
     * @param reserved Kafka settings that the application sets itself, because what it promises depends on them
     */
    public AppSettings(String application, Map<String, String> properties, Set<String> known, Set<String> reserved) {
        this.application = application;
        this.properties = Map.copyOf(properties);
        new TreeSet<>(properties.keySet()).forEach(key -> sort(key, known, reserved));
    }

    private void sort(String key, Set<String> known, Set<String> reserved) {
        String value = properties.getOrDefault(key, "");
        if (key.startsWith(KAFKA)) {
            String name = key.substring(KAFKA.length());
            if (reserved.contains(name)) {
                problems.add(key + ": Spillway sets this itself, its promises depend on it; remove the key");
            }
            kafka.put(name, value);
        } else if (SERDE_KEYS.contains(key) || SERDE_PREFIXES.stream().anyMatch(key::startsWith)) {
            serdes.put(key, value);
        } else if (!known.contains(key)) {
            problems.add(key + ": unknown key (known: " + String.join(", ", new TreeSet<>(known))
                    + ", kafka.* for Kafka, schema.registry.* for the registry)");
        }
    }

    /** Settings for Kafka, without their prefix. */
    public Map<String, String> kafka() {
        return Map.copyOf(kafka);
    }

    /** Settings for the serdes. */
    public Map<String, String> serdes() {
        return Map.copyOf(serdes);
    }

    /** A text that must not be blank; without a default it must be given. */
    public String text(String key, Optional<String> defaultValue) {
        String value = properties.getOrDefault(key, defaultValue.orElse("")).strip();
        if (value.isEmpty()) {
            problems.add(key + (defaultValue.isPresent()
                    ? ": blank; remove the key for the default '" + defaultValue.get() + "'"
                    : ": missing, and it has no default"));
        }
        return value;
    }

    /**
     * A value of any type.
     *
     * @param reader throws {@link IllegalArgumentException} for text it cannot read
     * @param expected what would be right, for the message
     * @param fallback returned when the text is wrong, so that reading can go on
     */
    public <T> T value(String key, String defaultValue, Function<String, T> reader, String expected, T fallback) {
        String text = properties.getOrDefault(key, defaultValue).strip();
        try {
            return reader.apply(text);
        } catch (IllegalArgumentException e) {
            problems.add(key + ": '" + text + "' is not " + expected);
            return fallback;
        }
    }

    /** A whole number within bounds, both inclusive. */
    public int number(String key, int defaultValue, int least, int most) {
        return value(key, Integer.toString(defaultValue), text -> {
            int value = Integer.parseInt(text);
            require(value >= least && value <= most);
            return value;
        }, "a number from " + least + " to " + most, defaultValue);
    }

    /** A decimal number within bounds, both inclusive. */
    public double decimal(String key, double defaultValue, double least, double most) {
        return value(key, Double.toString(defaultValue), text -> {
            double value = Double.parseDouble(text);
            require(value >= least && value <= most);
            return value;
        }, "a number from " + least + " to " + most, defaultValue);
    }

    /** A duration within bounds, both inclusive. */
    public Duration duration(String key, Duration defaultValue, Duration least, Duration most) {
        return value(key, defaultValue.toString(), text -> {
            Duration value = Durations.parse(text);
            require(value.compareTo(least) >= 0 && value.compareTo(most) <= 0);
            return value;
        }, "a duration such as 30s, from " + least + " to " + most, defaultValue);
    }

    /**
     * To be called when everything was read.
     *
     * @throws InvalidSettingsException naming all problems
     */
    public void requireValid() {
        if (!problems.isEmpty()) {
            throw new InvalidSettingsException(application, problems);
        }
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new IllegalArgumentException();
        }
    }
}
