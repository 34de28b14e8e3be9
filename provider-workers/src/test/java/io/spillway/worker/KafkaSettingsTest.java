package io.spillway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;

import io.spillway.v1.Lane;
import io.spillway.worker.config.WorkerConfig;
import io.spillway.worker.config.WorkerConfigParser;

class KafkaSettingsTest {

    @Test
    void shouldReadCommittedInTheBatchLaneAndAsConfiguredInTheInteractive() {
        KafkaSettings settings = settings(Map.of());
        assertThat(settings.consumer("acme", Lane.INTERACTIVE)).containsEntry("isolation.level", "read_uncommitted")
                .containsEntry("group.id", "spillway-worker-acme").containsEntry("enable.auto.commit", false);
        assertThat(settings.consumer("acme", Lane.BATCH)).containsEntry("isolation.level", "read_committed")
                .containsEntry("group.id", "spillway-worker-acme-batch").containsEntry("auto.offset.reset", "earliest");

        assertThat(settings(Map.of("interactive.isolation", "read_committed")).consumer("acme", Lane.INTERACTIVE))
                .containsEntry("isolation.level", "read_committed");
    }

    @Test
    void shouldPassOnWhatTheOperatorSetsAndKeepWhatOurPromisesNeed() {
        KafkaSettings settings = settings(Map.of("kafka.security.protocol", "SASL_SSL", "kafka.producer.linger.ms", "9",
                "kafka.producer.compression.type", "lz4", "kafka.consumer.fetch.max.bytes", "123"));

        assertThat(settings.producer()).containsEntry("security.protocol", "SASL_SSL").containsEntry("linger.ms", "9")
                .containsEntry("compression.type", "lz4").containsEntry("acks", "all").containsEntry("enable.idempotence", true);
        assertThat(settings.consumer("acme", Lane.BATCH)).containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("fetch.max.bytes", "123");
    }

    @Test
    void shouldBeAcceptedByTheClientsUnderBothGroupProtocols() {
        for (String protocol : new String[]{"classic", "consumer"}) {
            KafkaSettings settings = settings(Map.of("kafka.consumer.group.protocol", protocol));
            Map<String, Object> consumer = settings.consumer("acme", Lane.INTERACTIVE);
            consumer.put("key.deserializer", org.apache.kafka.common.serialization.ByteArrayDeserializer.class);
            consumer.put("value.deserializer", org.apache.kafka.common.serialization.ByteArrayDeserializer.class);
            assertThat(new ConsumerConfig(consumer).getString("group.protocol")).isEqualTo(protocol);
        }
        Map<String, Object> producer = settings(Map.of()).producer();
        producer.put("key.serializer", org.apache.kafka.common.serialization.ByteArraySerializer.class);
        producer.put("value.serializer", org.apache.kafka.common.serialization.ByteArraySerializer.class);
        assertThat(new ProducerConfig(producer).getInt("delivery.timeout.ms")).isEqualTo(600_000);
    }

    @Test
    void shouldCountOnPartitionsForLessThanASession() {
        assertThat(settings(Map.of()).tenure()).isEqualTo(Duration.ofSeconds(7));
        assertThat(settings(Map.of("kafka.consumer.session.timeout.ms", "45000", "kafka.heartbeat.interval.ms", "3000")).tenure())
                .isEqualTo(Duration.ofSeconds(41));
        assertThat(settings(Map.of("kafka.consumer.group.protocol", "consumer")).tenure()).isEqualTo(Duration.ofSeconds(7));
    }

    private static KafkaSettings settings(Map<String, String> more) {
        Map<String, String> raw = new java.util.HashMap<>(more);
        raw.put("kafka.bootstrap.servers", "localhost:9092");
        raw.put("schema.registry.url", "http://localhost:8081");
        WorkerConfig config = WorkerConfigParser.parse(raw, "w1");
        return new KafkaSettings(config);
    }
}
