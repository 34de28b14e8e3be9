package io.spillway.health.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

import io.spillway.health.config.HealthConfig;

class StreamsSettingsTest {

    @Test
    void shouldBeTimelyAndNamed() {
        // When
        StreamsConfig settings = new StreamsConfig(StreamsSettings.of(HealthConfig.parse(Map.of("bootstrap.servers", "b:1"))));

        // Then
        assertThat(settings.getString(StreamsConfig.PROCESSING_GUARANTEE_CONFIG)).isEqualTo(StreamsConfig.AT_LEAST_ONCE);
        assertThat(settings.getLong(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG)).isLessThanOrEqualTo(50);
        assertThat(settings.getLong(StreamsConfig.POLL_MS_CONFIG)).isLessThanOrEqualTo(50);
        assertThat(settings.getLong(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG)).isZero();
        assertThat(settings.getBoolean(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG)).isTrue();
    }

    @Test
    void shouldPassOnWhatTheOperatorSets() {
        assertThat(StreamsSettings.of(HealthConfig.parse(Map.of("bootstrap.servers", "b:1", "kafka.security.protocol", "SSL"))))
                .containsEntry("security.protocol", "SSL");
    }
}
