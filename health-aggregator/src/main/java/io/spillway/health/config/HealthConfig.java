package io.spillway.health.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.spillway.contract.Topics;
import io.spillway.contract.settings.AppSettings;

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

    private static final Set<String> KEYS = Set.of("bootstrap.servers", "application.id", "topic.prefix", "state.dir",
            "threads");

    public HealthConfig {
        kafka = Map.copyOf(kafka);
        serdes = Map.copyOf(serdes);
    }

    /**
     * Reads a configuration.
     *
     * @throws io.spillway.contract.settings.InvalidSettingsException naming all problems at once
     */
    public static HealthConfig parse(Map<String, String> properties) {
        AppSettings settings = new AppSettings("health aggregator", properties, KEYS, RESERVED);
        HealthConfig config = new HealthConfig(settings.text("bootstrap.servers", Optional.empty()),
                settings.text("application.id", Optional.of("spillway-health")),
                settings.value("topic.prefix", Topics.DEFAULT_PREFIX, Topics::new,
                        "letters, digits, '.', '_' and '-', at most 100",
                        Topics.standard()),
                settings.value("state.dir", "spillway-state", Path::of, "a directory", Path.of("spillway-state")),
                settings.number("threads", 1, 1, 256), settings.kafka(), settings.serdes());
        settings.requireValid();
        return config;
    }
}
