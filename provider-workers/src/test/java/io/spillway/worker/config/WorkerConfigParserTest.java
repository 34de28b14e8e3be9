package io.spillway.worker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

class WorkerConfigParserTest {

    private static final Map<String, String> LEAST = Map.of("kafka.bootstrap.servers", "b:9092", "schema.registry.url",
            "http://r");

    @Test
    void shouldUseTheDefaultsWhenOnlyAddressesAreGiven() {
        WorkerConfig config = WorkerConfigParser.parse(LEAST, "w1");

        assertThat(config).usingRecursiveComparison().isEqualTo(
                WorkerConfig.of("w1", Map.of("bootstrap.servers", "b:9092"), Map.of("schema.registry.url", "http://r")));
        assertThat(config.timeouts().firstByte()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.maxBodyBytes()).isEqualTo(16 * 1024 * 1024);
    }

    @Test
    void shouldReadEverySetting() {
        Map<String, String> raw = new HashMap<>(LEAST);
        raw.putAll(Map.of("worker.id", "w9", "worker.providers", "openai, anthropic", "worker.drain.timeout", "2m",
                "worker.connect.timeout", "500ms", "worker.response.max.bytes", "512KiB", "worker.max.in.flight", "7",
                "worker.credentials.allow.env", "true", "interactive.isolation", "read_committed", "topics.prefix", "x."));

        WorkerConfig config = WorkerConfigParser.parse(raw, "w1");

        assertThat(config.workerId()).isEqualTo("w9");
        assertThat(config.providers()).isEqualTo(Set.of("openai", "anthropic"));
        assertThat(config.drainTimeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.timeouts().connect()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.maxBodyBytes()).isEqualTo(512 * 1024);
        assertThat(config.maxInFlight()).isEqualTo(7);
        assertThat(config.allowEnvCredentials()).isTrue();
        assertThat(config.interactiveIsolation()).isEqualTo(WorkerConfig.Isolation.READ_COMMITTED);
        assertThat(config.topicPrefix()).isEqualTo("x.");
    }

    @Test
    void shouldReadCapitalsWhenTheFileIsAnEnvironmentFile() {
        WorkerConfig config = WorkerConfigParser
                .parse(Map.of("KAFKA_BOOTSTRAP_SERVERS", "b:9092", "SCHEMA_REGISTRY_URL", "http://r",
                        "WORKER_FIRST_BYTE_TIMEOUT", "90s", "WORKER_CREDENTIALS_ALLOW_ENV", "true"), "w1");

        assertThat(config.kafka()).containsEntry("bootstrap.servers", "b:9092");
        assertThat(config.timeouts().firstByte()).isEqualTo(Duration.ofSeconds(90));
        assertThat(config.timeouts().firstToken()).as("as long as a first byte").isEqualTo(Duration.ofSeconds(90));
        assertThat(config.allowEnvCredentials()).isTrue();
    }

    @Test
    void shouldNameEveryProblemAtOnce() {
        Map<String, String> raw = Map.of("worker.drain.timeout", "soon", "worker.max.in.flight", "0", "worker.respone.max.bytes",
                "1MiB",
                "interactive.isolation", "maybe", "worker.credentials.allow.env", "yes", "kafka.consumer.group.id", "mine",
                "kafka.acks", "1", "topics.prefix", "a b", "worker.providers", "Open AI", "schema.registry.url", "http://r");

        assertThatExceptionOfType(WorkerConfigException.class).isThrownBy(() -> WorkerConfigParser.parse(raw, "w1"))
                .satisfies(e -> {
                    assertThat(e.problems()).hasSize(10);
                    assertThat(e.getMessage()).contains("worker.drain.timeout: 'soon'", "worker.max.in.flight: '0'",
                            "worker.respone.max.bytes", "interactive.isolation: 'maybe'", "worker.credentials.allow.env: 'yes'",
                            "group.id", "acks", "topics.prefix", "'Open AI'", "kafka.bootstrap.servers: missing");
                });
    }

    @Test
    void shouldNotPrintClientSettingsWhichMayHoldPasswords() {
        Map<String, String> raw = new HashMap<>(LEAST);
        raw.put("kafka.sasl.jaas.config", "password=hunter2");

        assertThat(WorkerConfigParser.parse(raw, "w1").toString()).doesNotContain("hunter2").contains("w1");
    }
}
