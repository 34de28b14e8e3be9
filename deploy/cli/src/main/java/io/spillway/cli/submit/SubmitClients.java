package io.spillway.cli.submit;

import java.util.HashMap;
import java.util.Map;

import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Kafka clients with the settings a {@link SubmitSession} relies on. */
public final class SubmitClients {

    private static final int MEBIBYTE = 1024 * 1024;

    private SubmitClients() {}

    /** Waits out any outage of the brokers, and never writes a record twice. */
    public static KafkaProducer<byte[], byte[]> producer(Map<String, ?> settings) {
        return new KafkaProducer<>(
                with(settings, Map.of("acks", "all", "enable.idempotence", true, "delivery.timeout.ms", Integer.MAX_VALUE,
                        "max.block.ms", 10_000, "linger.ms", 20, "batch.size", 256 * 1024, "compression.type", "lz4",
                        "max.request.size", 4 * MEBIBYTE, "buffer.memory", 64L * MEBIBYTE)),
                new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Without a group; sees committed answers only. */
    public static KafkaConsumer<byte[], byte[]> consumer(Map<String, ?> settings) {
        return new KafkaConsumer<>(
                with(settings,
                        Map.of("isolation.level", "read_committed", "enable.auto.commit", false, "auto.offset.reset", "earliest",
                                "allow.auto.create.topics", false, "max.poll.records", 2_000, "default.api.timeout.ms", 15_000)),
                new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static Map<String, Object> with(Map<String, ?> settings, Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(settings);
        all.putAll(more);
        return all;
    }
}
