package io.spillway.health.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.spillway.contract.settings.InvalidSettingsException;

class HealthConfigTest {

    @Test
    void shouldNeedNoMoreThanABrokerToStart() {
        // When
        HealthConfig config = HealthConfig.parse(Map.of("bootstrap.servers", "broker:9092"));

        // Then
        assertThat(config.applicationId()).isEqualTo("spillway-health");
        assertThat(config.topics().telemetry().name()).isEqualTo("llm.telemetry");
        assertThat(config.threads()).isEqualTo(1);
        assertThat(config.stateDirectory()).isEqualTo(Path.of("spillway-state"));
    }

    @Test
    void shouldSortSettingsToThoseTheyAreFor() {
        // When
        HealthConfig config = HealthConfig.parse(Map.of("bootstrap.servers", "b:1", "topic.prefix", "x.", "threads", "3",
                "kafka.security.protocol", "SSL", "schema.registry.url", "http://r", "basic.auth.user.info", "u:p"));

        // Then
        assertThat(config.topics().prefix()).isEqualTo("x.");
        assertThat(config.threads()).isEqualTo(3);
        assertThat(config.kafka()).containsExactlyEntriesOf(Map.of("security.protocol", "SSL"));
        assertThat(config.serdes()).containsOnlyKeys("schema.registry.url", "basic.auth.user.info");
    }

    @Test
    void shouldNameAllProblemsAtOnce() {
        assertThatThrownBy(() -> HealthConfig.parse(Map.of("threads", "none", "topic.prefix", "a b", "thread", "2",
                "kafka.commit.interval.ms", "30000", "application.id", " "))).isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("bootstrap.servers: missing").hasMessageContaining("threads: 'none' is not a number from 1")
                .hasMessageContaining("topic.prefix: 'a b' is not").hasMessageContaining("thread: unknown key")
                .hasMessageContaining("kafka.commit.interval.ms: Spillway sets this itself")
                .hasMessageContaining("application.id: blank");
    }
}
