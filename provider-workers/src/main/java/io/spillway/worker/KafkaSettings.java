package io.spillway.worker;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;

import io.spillway.v1.Lane;
import io.spillway.worker.config.WorkerConfig;
import io.spillway.worker.config.WorkerConfig.Isolation;

/** Client settings: our defaults, then the operator's, then what our promises depend on. */
final class KafkaSettings {

    private static final String GROUP_PREFIX = "spillway-worker-";
    private static final Duration TENURE = Duration.ofSeconds(7);

    private final WorkerConfig config;

    KafkaSettings(WorkerConfig config) {
        this.config = config;
    }

    WorkerClients clients() {
        return new WorkerClients(new KafkaProducer<>(producer(), new ByteArraySerializer(), new ByteArraySerializer()),
                (provider, lane) -> new KafkaConsumer<>(consumer(provider, lane), new ByteArrayDeserializer(),
                        new ByteArrayDeserializer()));
    }

    /** A consumer without a group, for the catalogue. */
    KafkaConsumer<String, byte[]> follower() {
        Map<String, Object> settings = new HashMap<>(config.kafka());
        settings.putAll(config.kafkaConsumer());
        settings.keySet()
                .removeIf(key -> key.startsWith("group.") || key.equals(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG));
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, Isolation.READ_COMMITTED.kafkaValue());
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    }

    Map<String, Object> producer() {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, GROUP_PREFIX + config.workerId());
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 3);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
        // Results wait for brokers, not the other way round.
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 600_000);
        // A start that finds no brokers goes back to its queue; the intake must get back to polling.
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 4 * 1024 * 1024);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L * 1024 * 1024);
        settings.putAll(config.kafka());
        settings.putAll(config.kafkaProducer());
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        return settings;
    }

    Map<String, Object> consumer(String provider, Lane lane) {
        String suffix = lane == Lane.BATCH ? "-batch" : "";
        Map<String, Object> settings = new HashMap<>();
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, GROUP_PREFIX + config.workerId() + "-" + provider + suffix);
        settings.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 30_000);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 200);
        // Each of these consumers buffers a fetch; attempts can be large and providers many.
        settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 8 * 1024 * 1024);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        if (!isConsumerProtocol()) {
            settings.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
            settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
            settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 2_000);
        }
        settings.putAll(config.kafka());
        settings.putAll(config.kafkaConsumer());
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, GROUP_PREFIX + provider + suffix);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        Isolation isolation = lane == Lane.BATCH ? Isolation.READ_COMMITTED : config.interactiveIsolation();
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation.kafkaValue());
        return settings;
    }

    /**
     * How long a consumer may count on its partitions after a commit was accepted: a session, less the heartbeat that may have
     * been the last before the commit, less a second for everything else.
     *
     * @throws org.apache.kafka.common.config.ConfigException when one of the two is no number
     */
    Duration tenure() {
        if (isConsumerProtocol()) {
            // The session is the brokers' setting then, 45 s by default, and may be shorter.
            return TENURE;
        }
        Map<String, Object> settings = consumer("any", Lane.INTERACTIVE);
        int millis = number(settings, ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG)
                - number(settings, ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG) - 1_000;
        return Duration.ofMillis(Math.max(1_000, millis));
    }

    private static int number(Map<String, Object> settings, String name) {
        return (Integer) ConfigDef.parseType(name, settings.get(name), ConfigDef.Type.INT);
    }

    private boolean isConsumerProtocol() {
        String key = ConsumerConfig.GROUP_PROTOCOL_CONFIG;
        String protocol = config.kafkaConsumer().getOrDefault(key, config.kafka().getOrDefault(key, "classic"));
        return protocol.equalsIgnoreCase("consumer");
    }
}
