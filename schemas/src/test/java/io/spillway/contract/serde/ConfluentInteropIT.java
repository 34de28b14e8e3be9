package io.spillway.contract.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.spillway.contract.registry.CompatibilityLevel;
import io.spillway.contract.registry.EmbeddedSchemaRegistry;
import io.spillway.contract.registry.RestSchemaRegistryClient;
import io.spillway.contract.registry.SchemaRegistryClient;
import io.spillway.contract.registry.Schemas;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Genuine Confluent 7.9.5 serializers against ours, over the embedded registry. The classes come from a jar on Maven
 * Central that contains them unchanged; fetch it with {@code mvn dependency:get -Dtransitive=false
 * -Dartifact=org.apache.pinot:pinot-confluent-avro:1.5.0:jar:shaded} or name it with {@code -Dconfluent.jar=<path>}.
 * Without the jar the tests are skipped.
 */
class ConfluentInteropIT {

    private static final String SERIALIZER = "io.confluent.kafka.serializers.KafkaAvroSerializer";
    private static final String DESERIALIZER = "io.confluent.kafka.serializers.KafkaAvroDeserializer";

    private EmbeddedSchemaRegistry registry;
    private SchemaRegistryClient client;
    private URLClassLoader confluent;
    private ClassLoader before;

    @BeforeEach
    void start() throws IOException {
        Path jar = jar();
        assumeTrue(Files.isRegularFile(jar), "no Confluent classes at " + jar);
        // Confluent's classes find ours by name, which Avro allows only for what is trusted.
        ContractTrust.trustPackageOf(Sample.class);
        confluent = new ConfluentClassLoader(jar.toUri().toURL());
        before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(confluent);
        registry = EmbeddedSchemaRegistry.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null);
        client = RestSchemaRegistryClient.create(config());
    }

    @AfterEach
    void stop() throws IOException {
        if (confluent == null) {
            return;
        }
        Thread.currentThread().setContextClassLoader(before);
        client.close();
        registry.close();
        confluent.close();
    }

    @Test
    void shouldReadWhatConfluentWrites() throws Exception {
        // Given
        try (Serializer<Object> theirs = theirSerializer(config("auto.register.schemas", true));
                Serde<Letter> ours = AvroSerdes.value(Letter.class, config())) {
            Letter letter = new Letter(new Sample("abc", 7), Tone.KIND);
            // When
            byte[] bytes = theirs.serialize("t", letter);
            // Then
            assertThat(theirs.getClass().getClassLoader()).isSameAs(confluent);
            assertThat(ours.deserializer().deserialize("t", bytes)).isEqualTo(letter);
        }
    }

    @Test
    void shouldWriteWhatConfluentReads() throws Exception {
        // Given
        Schemas.register(client, Map.of("t-value", Sample.SCHEMA$));
        try (Serde<Sample> ours = AvroSerdes.value(Sample.class, config());
                Deserializer<?> theirs = theirDeserializer(config())) {
            // When
            byte[] bytes = ours.serializer().serialize("t", new Sample("abc", 7));
            GenericRecord read = (GenericRecord) theirs.deserialize("t", bytes);
            // Then
            assertThat(read.get("name")).hasToString("abc");
            assertThat(read.get("size")).isEqualTo(7);
        }
    }

    @Test
    void shouldWriteTheSameBytes() throws Exception {
        // Given
        Schemas.register(client, Map.of("t-value", Letter.SCHEMA$));
        Letter letter = new Letter(new Sample("naïve 🙂", null), Tone.UNKNOWN);
        Map<String, Object> lookUp = config("auto.register.schemas", false, "avro.remove.java.properties", true);
        try (Serializer<Object> theirs = theirSerializer(lookUp);
                Serde<Letter> ours = AvroSerdes.value(Letter.class, config())) {
            // When, Then
            assertThat(ours.serializer().serialize("t", letter)).isEqualTo(theirs.serialize("t", letter));
        }
    }

    @Test
    void shouldServeEveryWayConfluentFindsASchema() throws Exception {
        // Given
        client.setCompatibility("t-value", CompatibilityLevel.FULL_TRANSITIVE);
        Schemas.register(client, Map.of("t-value", Sample.SCHEMA$));
        Schema plain = client.latest("t-value").schema();
        GenericRecord datum = new GenericData.Record(plain);
        datum.put("name", "abc");
        datum.put("size", 7);
        for (Map<String, Object> config : List.of(config("auto.register.schemas", false),
                config("auto.register.schemas", false, "normalize.schemas", true),
                config("auto.register.schemas", false, "use.latest.version", true),
                config("auto.register.schemas", true, "normalize.schemas", true))) {
            try (Serializer<Object> theirs = theirSerializer(config);
                    Serde<Sample> ours = AvroSerdes.value(Sample.class, config())) {
                // When
                byte[] bytes = theirs.serialize("t", datum);
                // Then
                assertThat(ours.deserializer().deserialize("t", bytes)).as("%s", config).isEqualTo(new Sample("abc", 7));
            }
        }
    }

    @Test
    void shouldRefuseAnIncompatibleSchemaInConfluentsTerms() throws Exception {
        // Given
        Schemas.register(client, Map.of("t-value", Sample.SCHEMA$));
        Schema other = new Schema.Parser().parse(Sample.SCHEMA$.toString().replace("[\"null\",\"int\"]", "\"int\"")
                .replace(",\"default\":null", ""));
        GenericRecord datum = new GenericData.Record(other);
        datum.put("name", "abc");
        datum.put("size", 7);
        try (Serializer<Object> theirs = theirSerializer(config("auto.register.schemas", true))) {
            // When
            Throwable thrown = catchThrowable(() -> theirs.serialize("t", datum));
            // Then
            assertThat(thrown).rootCause().hasMessageContaining("error code: 409");
        }
    }

    @Test
    void shouldTakeConfluentsSerializersByName() {
        // Given
        Schemas.register(client, Map.of("t-value", Sample.SCHEMA$));
        Map<String, Object> named = config("spillway.value.serializer", SERIALIZER, "spillway.value.deserializer",
                DESERIALIZER);
        try (Serde<Sample> theirs = AvroSerdes.value(Sample.class, named);
                Serde<Sample> ours = AvroSerdes.value(Sample.class, config())) {
            // When
            byte[] bytes = theirs.serializer().serialize("t", new Sample("abc", 7));
            // Then
            assertThat(theirs.serializer().getClass().getName()).isEqualTo(SERIALIZER);
            assertThat(ours.deserializer().deserialize("t", bytes)).isEqualTo(new Sample("abc", 7));
            assertThat(theirs.deserializer().deserialize("t", bytes)).isEqualTo(new Sample("abc", 7));
        }
    }

    private Serializer<Object> theirSerializer(Map<String, Object> config) throws ReflectiveOperationException {
        @SuppressWarnings("unchecked")
        Serializer<Object> serializer = (Serializer<Object>) confluent.loadClass(SERIALIZER).getConstructor()
                .newInstance();
        serializer.configure(config, false);
        return serializer;
    }

    private Deserializer<?> theirDeserializer(Map<String, Object> config) throws ReflectiveOperationException {
        Deserializer<?> deserializer = (Deserializer<?>) confluent.loadClass(DESERIALIZER).getConstructor()
                .newInstance();
        deserializer.configure(config, false);
        return deserializer;
    }

    private Map<String, Object> config(Object... more) {
        Map<String, Object> config = new HashMap<>();
        config.put("schema.registry.url", registry.baseUri().toString());
        for (int i = 0; i < more.length; i += 2) {
            config.put((String) more[i], more[i + 1]);
        }
        return config;
    }

    private static Path jar() {
        String named = System.getProperty("confluent.jar");
        if (named != null) {
            return Path.of(named);
        }
        String repository = System.getProperty("maven.repo.local",
                Path.of(System.getProperty("user.home"), ".m2", "repository").toString());
        return Path.of(repository, "org", "apache", "pinot", "pinot-confluent-avro", "1.5.0",
                "pinot-confluent-avro-1.5.0-shaded.jar");
    }

    /** The jar first for Confluent and what it was shaded with; everything else, Kafka and Avro above all, is ours. */
    private static final class ConfluentClassLoader extends URLClassLoader {

        static {
            registerAsParallelCapable();
        }

        ConfluentClassLoader(URL jar) {
            super(new URL[]{jar}, ConfluentInteropIT.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("io.confluent.") && !name.startsWith("org.apache.pinot.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        }
    }
}
