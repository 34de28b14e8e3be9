package io.spillway.contract.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.spillway.contract.registry.EmbeddedSchemaRegistry;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AvroSerdesByNameTest {

    private EmbeddedSchemaRegistry registry;
    private ClassSecurityPredicate trusted;

    @BeforeEach
    void start() throws IOException {
        registry = EmbeddedSchemaRegistry.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null);
        trusted = ClassSecurityValidator.getGlobal();
    }

    @AfterEach
    void stop() {
        ClassSecurityValidator.setGlobal(trusted);
        registry.close();
    }

    @Test
    void shouldUseSerializersOfOthersByClassName() {
        // Given: no URL is needed when neither half is ours
        Map<String, Object> config = new HashMap<>();
        config.put("spillway.value.serializer", TextSerializer.class.getName());
        config.put("spillway.value.deserializer", TextDeserializer.class.getName());
        config.put("some.key", "kept");
        try (Serde<Sample> serde = AvroSerdes.value(Sample.class, config)) {
            // When
            byte[] bytes = serde.serializer().serialize("t", new Sample("abc", 7));
            // Then
            assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo("kept/true/false/abc");
            assertThat(serde.deserializer().deserialize("t", "abc".getBytes(StandardCharsets.UTF_8)))
                    .isEqualTo(new Sample("abc", 3));
            // And a result of the wrong class is noticed here
            assertThatThrownBy(() -> serde.deserializer().deserialize("t", new byte[0]))
                    .isInstanceOf(SerializationException.class).hasMessageContaining("java.lang.String");
        }
    }

    @Test
    void shouldNameTheKeyWhenAClassCannotBeUsed() {
        assertThatThrownBy(() -> AvroSerdes.value(Sample.class,
                config("spillway.value.serializer", "io.confluent.kafka.serializers.KafkaAvroSerializer")))
                .isInstanceOf(ConfigException.class).hasMessageContaining("spillway.value.serializer")
                .hasMessageContaining("packages.confluent.io");
        assertThatThrownBy(
                () -> AvroSerdes.value(Sample.class, config("spillway.value.deserializer", "java.lang.String")))
                .isInstanceOf(ConfigException.class).hasMessageContaining("spillway.value.deserializer");
        assertThatThrownBy(() -> AvroSerdes.value(Sample.class, Map.of())).isInstanceOf(ConfigException.class)
                .hasMessageContaining("schema.registry.url").hasMessageContaining("spillway up");
    }

    @Test
    void shouldWorkWhenKafkaMakesAndConfiguresThem() {
        // Given
        try (AvroValueSerializer<Sample> serializer = new AvroValueSerializer<>();
                AvroValueDeserializer<Sample> deserializer = new AvroValueDeserializer<>()) {
            serializer.configure(config("auto.register.schemas", true), false);
            deserializer.configure(config("specific.avro.value.type", Sample.class.getName()), false);
            // When, Then
            assertThat(deserializer.deserialize("t", serializer.serialize("t", new Sample("abc", 7))))
                    .isEqualTo(new Sample("abc", 7));
            assertThatThrownBy(() -> new AvroValueSerializer<Sample>().configure(config(), true))
                    .hasMessageContaining("keys");
        }
    }

    /** Writes the settings it was given and the name. */
    public static final class TextSerializer implements Serializer<Sample> {

        private String settings = "";

        @Override
        public void configure(Map<String, ?> config, boolean isKey) {
            settings = List.of("some.key", "specific.avro.reader", "auto.register.schemas").stream()
                    .map(key -> String.valueOf(config.get(key))).collect(Collectors.joining("/", "", "/"));
        }

        @Override
        public byte[] serialize(String topic, Sample data) {
            return (settings + data.name()).getBytes(StandardCharsets.UTF_8);
        }
    }

    /** Reads a name; an empty value as something else. */
    public static final class TextDeserializer implements Deserializer<Object> {

        @Override
        public Object deserialize(String topic, byte[] data) {
            return data.length == 0 ? "" : new Sample(new String(data, StandardCharsets.UTF_8), data.length);
        }
    }

    private Map<String, Object> config(Object... more) {
        Map<String, Object> config = new HashMap<>();
        config.put("schema.registry.url", registry.baseUri().toString());
        config.put("max.retries", 0);
        for (int i = 0; i < more.length; i += 2) {
            config.put((String) more[i], more[i + 1]);
        }
        return config;
    }
}
