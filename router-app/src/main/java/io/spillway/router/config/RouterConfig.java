package io.spillway.router.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

import io.spillway.contract.Durations;
import io.spillway.contract.Topics;
import io.spillway.router.domain.DataClass;

/**
 * Configuration of a router instance, read from properties. Keys beginning with {@code kafka.} go to Kafka Streams as they are,
 * without that prefix, and {@code schema.registry.*} and the other Confluent keys to the serdes.
 *
 * @param applicationId group and prefix of internal topics
 * @param stateDirectory where state stores live
 * @param threads stream threads of this instance
 * @param commitInterval how long a transaction stays open; half of it is the mean delay of a hop
 * @param dedupTtl how long a finished request id is remembered at least
 * @param queueFactor attempts a deployment may have open, as a multiple of its concurrency
 * @param kafka settings passed to Kafka Streams
 * @param serdes settings passed to the serdes
 */
public record RouterConfig(String bootstrapServers, String applicationId, Topics topics, Path stateDirectory, int threads,
        Duration commitInterval, Duration dedupTtl, double queueFactor, DataClass defaultDataClass, List<Pattern> replyTopics,
        int maxRequestBytes, Map<String, String> kafka, Map<String, String> serdes) {

    /** Settings that the guarantees depend on. */
    private static final Set<String> RESERVED = Set.of("application.id", "processing.guarantee", "isolation.level",
            "enable.idempotence", "bootstrap.servers", "state.dir", "num.stream.threads", "commit.interval.ms");

    private static final Set<String> KEYS = new TreeSet<>(
            Set.of("bootstrap.servers", "application.id", "topic.prefix", "state.dir",
                    "threads", "commit.interval", "dedup.ttl", "queue.factor", "default.data.class", "reply.topics",
                    "max.request.bytes"));

    public RouterConfig {
        replyTopics = List.copyOf(replyTopics);
        kafka = Map.copyOf(kafka);
        serdes = Map.copyOf(serdes);
    }

    /** A configuration was wrong; the message lists every problem with its key, value and remedy. */
    public static final class InvalidConfigException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        InvalidConfigException(List<String> problems) {
            super("router configuration:\n  " + String.join("\n  ", problems));
        }
    }

    /**
     * Reads a configuration.
     *
     * @throws InvalidConfigException naming all problems at once
     */
    public static RouterConfig parse(Map<String, String> properties) {
        Parser parser = new Parser(properties);
        RouterConfig config = new RouterConfig(parser.text("bootstrap.servers", Optional.empty()),
                parser.text("application.id", Optional.of("spillway-router")),
                parser.of("topic.prefix", Topics.DEFAULT_PREFIX, Topics::new, "letters, digits, '.', '_' and '-'",
                        Topics.standard()),
                parser.of("state.dir", "spillway-state", Path::of, "a directory", Path.of("spillway-state")),
                parser.of("threads", "2", Parser.number(1, 256), "a number from 1 to 256", 1),
                parser.duration("commit.interval", Duration.ofMillis(25), Duration.ofMillis(1), Duration.ofSeconds(10)),
                parser.duration("dedup.ttl", Duration.ofHours(24), Duration.ofMinutes(1), Duration.ofDays(30)),
                parser.of("queue.factor", "4", Parser.decimal(0.1, 1000), "a number from 0.1 to 1000", 4.0),
                parser.of("default.data.class", "internal",
                        name -> DataClass.parse(name).orElseThrow(IllegalArgumentException::new),
                        "one of public, internal, confidential, pii, phi", DataClass.INTERNAL),
                parser.of("reply.topics", "", Parser::patterns, "regular expressions, comma separated", List.<Pattern>of()),
                parser.of("max.request.bytes", "3670016", Parser.number(1024, 64 * 1024 * 1024), "bytes, 1 KiB to 64 MiB", 0),
                parser.kafka(), parser.serdes());
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
            for (Map.Entry<String, String> entry : properties.entrySet()) {
                sort(entry.getKey(), entry.getValue());
            }
        }

        private void sort(String key, String value) {
            if (key.startsWith("kafka.")) {
                String name = key.substring("kafka.".length());
                if (RESERVED.contains(name)) {
                    problems.add(key + ": Spillway sets this itself, its guarantees depend on it; remove the key");
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
            String value = properties.getOrDefault(key, defaultValue.orElse(""));
            if (value.isBlank()) {
                problems.add(key + ": missing, and it has no default");
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

        Duration duration(String key, Duration defaultValue, Duration least, Duration most) {
            return of(key, defaultValue.toString(), text -> {
                Duration value = Durations.parse(text);
                if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
                    throw new IllegalArgumentException();
                }
                return value;
            }, "a duration such as 30s, from " + least + " to " + most, defaultValue);
        }

        Map<String, String> kafka() {
            return kafkaSettings;
        }

        Map<String, String> serdes() {
            return serdeSettings;
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

        static Function<String, Double> decimal(double least, double most) {
            return text -> {
                double value = Double.parseDouble(text);
                if (!(value >= least && value <= most)) {
                    throw new IllegalArgumentException();
                }
                return value;
            };
        }

        static List<Pattern> patterns(String text) {
            try {
                List<Pattern> patterns = new ArrayList<>();
                for (String part : text.split(",", -1)) {
                    if (!part.isBlank()) {
                        patterns.add(Pattern.compile(part.strip()));
                    }
                }
                return patterns;
            } catch (PatternSyntaxException e) {
                throw new IllegalArgumentException(e);
            }
        }
    }
}
