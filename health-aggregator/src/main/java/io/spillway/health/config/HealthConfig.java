package io.spillway.health.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

import io.spillway.contract.Topics;

/**
 * Configuration of an aggregator instance, read from properties. Keys beginning with {@code kafka.} go to Kafka Streams as they
 * are, without that prefix, and {@code schema.registry.*} and the other Confluent keys to the serdes. The numbers of the judgement
 * itself are not here: they are events in the catalogue.
 *
 * @param applicationId group and prefix of internal topics
 * @param stateDirectory where state stores live
 * @param threads stream threads of this instance
 * @param kafka settings passed to Kafka Streams
 * @param serdes settings passed to the serdes
 */
public record HealthConfig(String bootstrapServers, String applicationId, Topics topics, Path stateDirectory, int threads,
        Map<String, String> kafka, Map<String, String> serdes) {

    /** Settings that the timeliness of states depends on, and those with a key of their own. */
    private static final Set<String> RESERVED = Set.of("application.id", "processing.guarantee", "bootstrap.servers", "state.dir",
            "num.stream.threads", "commit.interval.ms", "poll.ms", "statestore.cache.max.bytes", "cache.max.bytes.buffering");

    private static final Set<String> KEYS = new TreeSet<>(
            Set.of("bootstrap.servers", "application.id", "topic.prefix", "state.dir", "threads"));

    public HealthConfig {
        kafka = Map.copyOf(kafka);
        serdes = Map.copyOf(serdes);
    }

    /** A configuration was wrong; the message lists every problem with its key, value and remedy. */
    public static final class InvalidConfigException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        InvalidConfigException(List<String> problems) {
            super("health aggregator configuration:\n  " + String.join("\n  ", problems));
        }
    }

    /**
     * Reads a configuration.
     *
     * @throws InvalidConfigException naming all problems at once
     */
    public static HealthConfig parse(Map<String, String> properties) {
        Parser parser = new Parser(properties);
        HealthConfig config = new HealthConfig(parser.text("bootstrap.servers", Optional.empty()),
                parser.text("application.id", Optional.of("spillway-health")),
                parser.of("topic.prefix", Topics.DEFAULT_PREFIX, Topics::new, "letters, digits, '.', '_' and '-', at most 100",
                        Topics.standard()),
                parser.of("state.dir", "spillway-state", Path::of, "a directory", Path.of("spillway-state")),
                parser.of("threads", "1", Parser.number(1, 256), "a number from 1 to 256", 1), parser.kafkaSettings,
                parser.serdeSettings);
        if (!parser.problems.isEmpty()) {
            throw new InvalidConfigException(parser.problems);
        }
        return config;
    }

    /** Reads properties and collects what is wrong with them. */
    private static final class Parser {

        private final Map<String, String> properties;
        private final List<String> problems = new ArrayList<>();
        private final Map<String, String> kafkaSettings = new HashMap<>();
        private final Map<String, String> serdeSettings = new HashMap<>();

        Parser(Map<String, String> properties) {
            this.properties = properties;
            new TreeSet<>(properties.keySet()).forEach(key -> sort(key, properties.getOrDefault(key, "")));
        }

        private void sort(String key, String value) {
            if (key.startsWith("kafka.")) {
                String name = key.substring("kafka.".length());
                if (RESERVED.contains(name)) {
                    problems.add(key + ": Spillway sets this itself, the timeliness of states depends on it; remove the key");
                }
                kafkaSettings.put(name, value);
            } else if (key.startsWith("schema.registry.") || key.startsWith("basic.auth.") || key.startsWith("bearer.auth.")
                    || key.startsWith("spillway.value.") || key.equals("auto.register.schemas")
                    || key.equals("use.latest.version") || key.equals("normalize.schemas")) {
                serdeSettings.put(key, value);
            } else if (!KEYS.contains(key)) {
                problems.add(key + ": unknown key (known: " + String.join(", ", KEYS)
                        + ", kafka.* for Kafka Streams, schema.registry.* for the registry)");
            }
        }

        String text(String key, Optional<String> defaultValue) {
            String value = properties.getOrDefault(key, defaultValue.orElse("")).strip();
            if (value.isEmpty()) {
                problems.add(key + (defaultValue.isPresent()
                        ? ": blank; remove the key for the default '" + defaultValue.get() + "'"
                        : ": missing, and it has no default"));
            }
            return value;
        }

        <T> T of(String key, String defaultValue, Function<String, T> reader, String expected, T fallback) {
            String value = properties.getOrDefault(key, defaultValue).strip();
            try {
                return reader.apply(value);
            } catch (IllegalArgumentException e) {
                problems.add(key + ": '" + value + "' is not " + expected);
                return fallback;
            }
        }

        static Function<String, Integer> number(int least, int most) {
            return text -> {
                int value = Integer.parseInt(text);
                if (value < least || value > most) {
                    throw new IllegalArgumentException();
                }
                return value;
            };
        }
    }
}
