package io.spillway.router.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import io.spillway.contract.Topics;
import io.spillway.contract.settings.AppSettings;
import io.spillway.router.domain.DataClass;

/**
 * Configuration of a router instance, read from properties. Keys beginning with {@code kafka.} go to Kafka Streams as they are,
 * without that prefix, and {@code schema.registry.*} and the other Confluent keys to the serdes.
 *
 * @param applicationId group and prefix of internal topics
 * @param stateDirectory where state stores live
 * @param threads stream threads of this instance; by default half of its processors, since each thread's clients have threads
 *            of their own
 * @param commitInterval how soon a transaction is committed while load is light; half of it is the mean delay of a hop
 * @param busyCommitInterval how long a transaction stays open at most, which it does under load; not below {@code commitInterval}
 * @param dedupTtl how long a finished request id is remembered at least
 * @param queueFactor attempts a deployment may have open, as a multiple of its concurrency
 * @param stateMemoryBytes native memory of all state stores of this process together, outside of the heap
 * @param kafka settings passed to Kafka Streams
 * @param serdes settings passed to the serdes
 */
public record RouterConfig(String bootstrapServers, String applicationId, Topics topics, Path stateDirectory, int threads,
        Duration commitInterval, Duration busyCommitInterval, Duration dedupTtl, double queueFactor, DataClass defaultDataClass,
        List<Pattern> replyTopics,
        int maxRequestBytes, int stateMemoryBytes, Map<String, String> kafka, Map<String, String> serdes) {

    /** Settings that the guarantees depend on. */
    private static final Set<String> RESERVED = Set.of("application.id", "processing.guarantee", "isolation.level",
            "enable.idempotence", "bootstrap.servers", "state.dir", "num.stream.threads", "commit.interval.ms",
            "rocksdb.config.setter");

    private static final Set<String> KEYS = Set.of("bootstrap.servers", "application.id", "topic.prefix", "state.dir",
            "threads", "commit.interval", "commit.interval.busy", "dedup.ttl", "queue.factor", "default.data.class",
            "reply.topics",
            "max.request.bytes", "state.memory.bytes");

    public RouterConfig {
        busyCommitInterval = busyCommitInterval.compareTo(commitInterval) < 0 ? commitInterval : busyCommitInterval;
        replyTopics = List.copyOf(replyTopics);
        kafka = Map.copyOf(kafka);
        serdes = Map.copyOf(serdes);
    }

    /**
     * Reads a configuration.
     *
     * @throws io.spillway.contract.settings.InvalidSettingsException naming all problems at once
     */
    public static RouterConfig parse(Map<String, String> properties) {
        AppSettings settings = new AppSettings("router", properties, KEYS, RESERVED);
        RouterConfig config = new RouterConfig(settings.text("bootstrap.servers", Optional.empty()),
                settings.text("application.id", Optional.of("spillway-router")),
                settings.value("topic.prefix", Topics.DEFAULT_PREFIX, Topics::new,
                        "letters, digits, '.', '_' and '-', at most 100",
                        Topics.standard()),
                settings.value("state.dir", "spillway-state", Path::of, "a directory", Path.of("spillway-state")),
                settings.number("threads", Math.max(1, Runtime.getRuntime().availableProcessors() / 2), 1, 256),
                settings.duration("commit.interval", Duration.ofMillis(25), Duration.ofMillis(1), Duration.ofSeconds(10)),
                settings.duration("commit.interval.busy", Duration.ofMillis(100), Duration.ofMillis(1), Duration.ofSeconds(10)),
                settings.duration("dedup.ttl", Duration.ofHours(24), Duration.ofMinutes(1), Duration.ofDays(30)),
                settings.decimal("queue.factor", 4, 0.1, 1000),
                settings.value("default.data.class", "internal",
                        name -> DataClass.parse(name).orElseThrow(IllegalArgumentException::new),
                        "one of public, internal, confidential, pii, phi", DataClass.INTERNAL),
                settings.value("reply.topics", "", RouterConfig::patterns, "regular expressions, comma separated", List.of()),
                settings.number("max.request.bytes", 3_670_016, 1024, 64 * 1024 * 1024),
                settings.number("state.memory.bytes", 256 * 1024 * 1024, 16 * 1024 * 1024, Integer.MAX_VALUE), settings.kafka(),
                settings.serdes());
        settings.requireValid();
        return config;
    }

    private static List<Pattern> patterns(String text) {
        List<Pattern> patterns = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            if (!part.isBlank()) {
                patterns.add(Pattern.compile(part.strip()));
            }
        }
        return patterns;
    }
}
