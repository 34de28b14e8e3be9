package io.spillway.contract.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.spillway.contract.registry.SchemaRegistration.Status;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SchemasTest {

    private static final Schema JAVA_STRING = record("A",
            "{\"name\":\"a\",\"type\":{\"type\":\"string\",\"avro.java.string\":\"String\"}}");
    private static final Schema PLAIN_STRING = record("A", "{\"name\":\"a\",\"type\":\"string\"}");
    private static final Schema OTHER = record("B", "{\"name\":\"b\",\"type\":\"int\"}");
    private static final Schema NOT_A = record("A", "{\"name\":\"a\",\"type\":\"int\"}");

    private EmbeddedSchemaRegistry registry;
    private SchemaRegistryClient client;

    @BeforeEach
    void start() throws IOException {
        registry = EmbeddedSchemaRegistry.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null,
                CompatibilityLevel.BACKWARD);
        client = RestSchemaRegistryClient.create(Map.of("schema.registry.url", registry.baseUri().toString()));
    }

    @AfterEach
    void stop() {
        client.close();
        registry.close();
    }

    @Test
    void shouldRegisterWhatIsMissingAndLeaveTheRest() {
        // Given
        Map<String, Schema> schemas = schemas("a-value", JAVA_STRING, "b-value", OTHER);
        Schemas.register(client, Map.of("a-value", JAVA_STRING));
        // When
        List<SchemaRegistration> results = Schemas.register(client, schemas);
        // Then
        assertThat(results).extracting(SchemaRegistration::inWords).containsExactly(
                "a-value: registered already as version 1 (id 1)", "b-value: registered as version 1 (id 2)");
        assertThat(results).allMatch(SchemaRegistration::isUsable);
    }

    @Test
    void shouldRegisterTheFormOtherLanguagesWrite() {
        // When
        Schemas.register(client, Map.of("a-value", JAVA_STRING));
        // Then
        assertThat(client.latest("a-value").schema()).isEqualTo(PLAIN_STRING);
    }

    @Test
    void shouldRegisterNothingWhenOneIsIncompatible() {
        // Given
        Schemas.register(client, Map.of("a-value", PLAIN_STRING));
        // When
        List<SchemaRegistration> results = Schemas.register(client, schemas("b-value", OTHER, "a-value", NOT_A));
        // Then
        assertThat(results).extracting(SchemaRegistration::status).containsExactly(Status.HELD_BACK,
                Status.INCOMPATIBLE);
        assertThat(results.get(1).inWords()).contains("a-value").contains("the new schema cannot read version 1");
        assertThat(client.check("b-value", NOT_A).compatible()).isTrue();
    }

    @Test
    void shouldGiveSubjectsTheirLevelFirst() {
        // When
        Schemas.register(client, Map.of("a-value", PLAIN_STRING), CompatibilityLevel.FULL_TRANSITIVE);
        // Then
        assertThat(client.compatibility("a-value")).isEqualTo(CompatibilityLevel.FULL_TRANSITIVE);
        assertThat(client.compatibility("b-value")).isEqualTo(CompatibilityLevel.BACKWARD);
    }

    private static Map<String, Schema> schemas(String first, Schema firstSchema, String second, Schema secondSchema) {
        Map<String, Schema> map = new LinkedHashMap<>();
        map.put(first, firstSchema);
        map.put(second, secondSchema);
        return map;
    }

    private static Schema record(String name, String fields) {
        return new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"" + name + "\",\"fields\":[" + fields + "]}");
    }
}
