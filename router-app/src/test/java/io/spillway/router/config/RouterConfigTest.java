package io.spillway.router.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.spillway.contract.settings.InvalidSettingsException;
import io.spillway.router.domain.DataClass;

class RouterConfigTest {

    @Test
    void shouldFillInDefaults() {
        RouterConfig config = RouterConfig.parse(Map.of("bootstrap.servers", "b:9092"));

        assertThat(config.applicationId()).isEqualTo("spillway-router");
        assertThat(config.topics().prefix()).isEqualTo("llm.");
        assertThat(config.stateDirectory()).isEqualTo(Path.of("spillway-state"));
        assertThat(config.threads()).isEqualTo(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
        assertThat(config.commitInterval()).isEqualTo(Duration.ofMillis(25));
        assertThat(config.busyCommitInterval()).isEqualTo(Duration.ofMillis(100));
        assertThat(config.dedupTtl()).isEqualTo(Duration.ofHours(24));
        assertThat(config.queueFactor()).isEqualTo(4);
        assertThat(config.defaultDataClass()).isEqualTo(DataClass.INTERNAL);
        assertThat(config.replyTopics()).isEmpty();
        assertThat(config.maxRequestBytes()).isEqualTo(3_670_016);
        assertThat(config.kafka()).isEmpty();
        assertThat(config.serdes()).isEmpty();
    }

    @Test
    void shouldNotCommitMoreOftenUnderLoadThanWithoutIt() {
        RouterConfig config = RouterConfig.parse(Map.of("bootstrap.servers", "b:9092", "commit.interval", "500ms"));

        assertThat(config.busyCommitInterval()).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void shouldReadEveryKey() {
        Map<String, String> properties = new HashMap<>(
                Map.of("bootstrap.servers", "b:9092", "application.id", "r2", "topic.prefix", "x.",
                        "state.dir", "/var/lib/spillway", "threads", "8", "commit.interval", "100ms", "dedup.ttl", "48h",
                        "queue.factor", "2.5",
                        "default.data.class", "phi", "reply.topics", "replies\\..*, other"));
        properties.putAll(Map.of("commit.interval.busy", "400ms", "max.request.bytes", "2048", "kafka.producer.linger.ms", "1",
                "kafka.security.protocol", "SSL",
                "schema.registry.url", "http://r:8081", "auto.register.schemas", "true"));

        RouterConfig config = RouterConfig.parse(properties);

        assertThat(config.applicationId()).isEqualTo("r2");
        assertThat(config.topics().prefix()).isEqualTo("x.");
        assertThat(config.stateDirectory()).isEqualTo(Path.of("/var/lib/spillway"));
        assertThat(config.threads()).isEqualTo(8);
        assertThat(config.commitInterval()).isEqualTo(Duration.ofMillis(100));
        assertThat(config.busyCommitInterval()).isEqualTo(Duration.ofMillis(400));
        assertThat(config.dedupTtl()).isEqualTo(Duration.ofHours(48));
        assertThat(config.queueFactor()).isEqualTo(2.5);
        assertThat(config.defaultDataClass()).isEqualTo(DataClass.PHI);
        assertThat(config.replyTopics()).extracting(Object::toString).containsExactly("replies\\..*", "other");
        assertThat(config.maxRequestBytes()).isEqualTo(2048);
        assertThat(config.kafka()).containsOnly(Map.entry("producer.linger.ms", "1"), Map.entry("security.protocol", "SSL"));
        assertThat(config.serdes()).containsOnlyKeys("schema.registry.url", "auto.register.schemas");
    }

    @Test
    void shouldNameAllProblemsAtOnce() {
        assertThatThrownBy(
                () -> RouterConfig.parse(Map.of("threads", "0", "commit.interval", "soon", "default.data.class", "secret",
                        "reply.topics", "(", "bootstrap.server", "b:9092", "kafka.processing.guarantee", "at_least_once")))
                .isInstanceOf(InvalidSettingsException.class).hasMessageContaining("threads: '0' is not a number from 1 to 256")
                .hasMessageContaining("commit.interval: 'soon' is not a duration such as 30s")
                .hasMessageContaining("default.data.class: 'secret' is not one of public")
                .hasMessageContaining("reply.topics: '(' is not regular expressions")
                .hasMessageContaining("bootstrap.server: unknown key (known: application.id, bootstrap.servers")
                .hasMessageContaining("bootstrap.servers: missing")
                .hasMessageContaining("kafka.processing.guarantee: Spillway sets this itself");
    }
}
