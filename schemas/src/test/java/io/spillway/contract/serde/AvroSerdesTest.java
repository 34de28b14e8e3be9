package io.spillway.contract.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.spillway.contract.registry.CompatibilityLevel;
import io.spillway.contract.registry.EmbeddedSchemaRegistry;
import io.spillway.contract.registry.RestSchemaRegistryClient;
import io.spillway.contract.registry.SchemaNotFoundException;
import io.spillway.contract.registry.SchemaRegistryClient;
import io.spillway.contract.registry.SchemaRegistryUnavailableException;
import io.spillway.contract.registry.Schemas;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AvroSerdesTest {

    private EmbeddedSchemaRegistry registry;
    private SchemaRegistryClient client;
    private ClassSecurityPredicate trusted;

    @BeforeEach
    void start() throws IOException {
        registry = EmbeddedSchemaRegistry.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null);
        client = RestSchemaRegistryClient.create(config());
        trusted = ClassSecurityValidator.getGlobal();
    }

    @AfterEach
    void stop() {
        ClassSecurityValidator.setGlobal(trusted);
        client.close();
        registry.close();
    }

    @Test
    void shouldWriteConfluentsFramingByteForByte() {
        // Given
        client.register("first", Schema.create(Schema.Type.STRING), false);
        try (Serde<Sample> serde = AvroSerdes.value(Sample.class, config("auto.register.schemas", "true"))) {
            // When
            byte[] bytes = serde.serializer().serialize("t", new Sample("abc", 7));
            // Then
            assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("000000000206616263020e");
            assertThat(serde.deserializer().deserialize("t", bytes)).isEqualTo(new Sample("abc", 7));
        }
    }

    @Test
    void shouldPassTombstonesThrough() {
        try (Serde<Sample> serde = AvroSerdes.value(Sample.class, config())) {
            assertThat(serde.serializer().serialize("t", null)).isNull();
            assertThat(serde.deserializer().deserialize("t", (byte[]) null)).isNull();
        }
    }

    @Test
    void shouldReadNestedClassesAndEnumsWithoutAnyGlobalSetting() {
        // Given
        ClassSecurityValidator.setGlobal(type -> false);
        Schemas.register(client, Map.of("t-value", Letter.SCHEMA$));
        try (Serde<Letter> serde = AvroSerdes.value(Letter.class, config())) {
            Letter letter = new Letter(new Sample("naïve 🙂", null), Tone.KIND);
            // When
            Letter read = serde.deserializer().deserialize("t", serde.serializer().serialize("t", letter));
            // Then
            assertThat(read.sample().name()).isEqualTo("naïve 🙂");
            assertThat(read.sample().size()).isNull();
            assertThat(read.tone()).isEqualTo(Tone.KIND);
        }
    }

    @Test
    void shouldReadOlderAndNewerWriters() throws Exception {
        // Given
        Schema older = record("{\"name\":\"name\",\"type\":\"string\"}");
        Schema newer = record("{\"name\":\"extra\",\"type\":\"long\",\"default\":0},{\"name\":\"size\",\"type\":"
                + "[\"null\",\"int\"],\"default\":null},{\"name\":\"name\",\"type\":\"string\"}");
        int olderId = client.register("t-value", older, false);
        int newerId = client.register("t-value", newer, false);
        GenericRecord old = new GenericData.Record(older);
        old.put("name", "abc");
        GenericRecord recent = new GenericData.Record(newer);
        recent.put("name", "def");
        recent.put("size", 9);
        recent.put("extra", 5L);
        try (Deserializer<Sample> deserializer = new AvroValueDeserializer<>(Sample.class, client)) {
            // When
            Sample fromOld = deserializer.deserialize("t", framed(olderId, old));
            Sample fromNew = deserializer.deserialize("t", framed(newerId, recent));
            // Then
            assertThat(fromOld).isEqualTo(new Sample("abc", null));
            assertThat(fromNew).isEqualTo(new Sample("def", 9));
        }
    }

    @Test
    void shouldFallBackToTheDefaultWhenANewerWriterHasANewEnumSymbol() throws Exception {
        // Given
        Schema newer = new Schema.Parser().parse(Letter.SCHEMA$.toString().replace("\"KIND\"", "\"KIND\",\"RUDE\""));
        int id = client.register("t-value", newer, false);
        GenericRecord sample = new GenericData.Record(newer.getField("sample").schema());
        sample.put("name", "abc");
        GenericRecord letter = new GenericData.Record(newer);
        letter.put("sample", sample);
        letter.put("tone", new GenericData.EnumSymbol(newer.getField("tone").schema(), "RUDE"));
        // When
        Letter read = new AvroValueDeserializer<>(Letter.class, client).deserialize("t", framed(id, letter));
        // Then
        assertThat(read.tone()).isEqualTo(Tone.UNKNOWN);
    }

    @Test
    void shouldFindTheClassByNameWhenATopicHoldsSeveralKinds() {
        // Given
        Map<String, Object> config = config("auto.register.schemas", true, "value.subject.name.strategy",
                "TopicRecordNameStrategy");
        try (Serde<SpecificRecord> serde = AvroSerdes.value(SpecificRecord.class, config)) {
            // When
            byte[] sample = serde.serializer().serialize("t", new Sample("abc", 7));
            byte[] letter = serde.serializer().serialize("t", new Letter(new Sample("abc", 7), Tone.KIND));
            // Then
            assertThat(serde.deserializer().deserialize("t", sample)).isInstanceOf(Sample.class);
            assertThat(serde.deserializer().deserialize("t", letter)).isInstanceOf(Letter.class);
            assertThat(client.latest("t-io.spillway.contract.serde.Sample").version()).isEqualTo(1);
            assertThat(client.latest("t-io.spillway.contract.serde.Letter").version()).isEqualTo(1);
        }
    }

    @Test
    void shouldRefuseAForeignRecordInsteadOfFillingDefaults() throws Exception {
        // Given
        Schema foreign = new Schema.Parser().parse("{\"type\":\"record\",\"name\":\"Foreign\",\"fields\":["
                + "{\"name\":\"name\",\"type\":\"string\"}]}");
        int id = client.register("t-value", foreign, false);
        GenericRecord datum = new GenericData.Record(foreign);
        datum.put("name", "abc");
        byte[] bytes = framed(id, datum);
        // When, Then
        assertThatThrownBy(() -> new AvroValueDeserializer<>(Sample.class, client).deserialize("t", bytes))
                .isInstanceOf(SerializationException.class).hasMessageContaining("Foreign")
                .hasMessageContaining("Sample");
        assertThatThrownBy(() -> new AvroValueDeserializer<>(SpecificRecord.class, client).deserialize("t", bytes))
                .isInstanceOf(SerializationException.class).hasMessageContaining("Foreign");
    }

    @Test
    void shouldTellAnUnknownIdFromARegistryThatIsDown() throws IOException {
        // Given
        byte[] unknown = HexFormat.of().parseHex("000000006306616263020e");
        AvroValueDeserializer<Sample> deserializer = new AvroValueDeserializer<>(Sample.class, client);
        // When
        Throwable notFound = catchThrowable(() -> deserializer.deserialize("t", unknown));
        int port = registry.baseUri().getPort();
        registry.close();
        byte[] other = HexFormat.of().parseHex("000000000106616263020e");
        Throwable down = catchThrowable(() -> deserializer.deserialize("t", other));
        // Then
        assertThat(notFound).isInstanceOf(SchemaNotFoundException.class);
        assertThat(down).isInstanceOf(SchemaRegistryUnavailableException.class);
        // And it recovers
        registry = EmbeddedSchemaRegistry.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), null);
        client.register("t-value", Sample.SCHEMA$, false);
        assertThat(deserializer.deserialize("t", other)).isEqualTo(new Sample("abc", 7));
    }

    @Test
    void shouldRefuseDamagedValues() {
        // Given
        client.register("t-value", Sample.SCHEMA$, false);
        AvroValueDeserializer<Sample> deserializer = new AvroValueDeserializer<>(Sample.class, client);
        // When, Then: cut short, a union branch that does not exist, a string of 2 GiB, bytes left over
        for (String hex : List.of("0000000001066162", "000000000106616263080e", "0000000001feffffff0f616263",
                "000000000106616263020e00")) {
            assertThatThrownBy(() -> deserializer.deserialize("t", HexFormat.of().parseHex(hex))).as(hex)
                    .isInstanceOf(SerializationException.class).hasMessageContaining("topic t")
                    .hasMessageContaining("schema id 1");
        }
    }

    @Test
    void shouldReadWhereTheSchemaIsInAHeader() {
        // Given
        client.register("t-value", Sample.SCHEMA$, false);
        RecordHeaders headers = new RecordHeaders();
        headers.add(WireFormat.VALUE_ID_HEADER, HexFormat.of().parseHex("0000000001"));
        // When
        Sample sample = new AvroValueDeserializer<>(Sample.class, client).deserialize("t", headers,
                HexFormat.of().parseHex("06616263020e"));
        // Then
        assertThat(sample).isEqualTo(new Sample("abc", 7));
    }

    @Test
    void shouldReadFromAnyByteBufferAndLeaveItAlone() {
        // Given
        client.register("t-value", Sample.SCHEMA$, false);
        byte[] padded = HexFormat.of().parseHex("ffff000000000106616263020effff");
        ByteBuffer slice = ByteBuffer.wrap(padded, 1, padded.length - 1).slice();
        slice.position(1).limit(slice.capacity() - 2);
        ByteBuffer direct = ByteBuffer.allocateDirect(slice.remaining()).put(slice.duplicate()).flip();
        AvroValueDeserializer<Sample> deserializer = new AvroValueDeserializer<>(Sample.class, client);
        // When, Then
        for (ByteBuffer buffer : List.of(slice, direct)) {
            int before = buffer.remaining();
            assertThat(deserializer.deserialize("t", null, buffer)).isEqualTo(new Sample("abc", 7));
            assertThat(buffer.remaining()).isEqualTo(before);
        }
    }

    @Test
    void shouldSayWhatToDoWhenTheSchemaIsNotRegistered() {
        try (Serde<Sample> serde = AvroSerdes.value(Sample.class, config())) {
            assertThatThrownBy(() -> serde.serializer().serialize("t", new Sample("abc", 7)))
                    .isInstanceOf(SchemaNotFoundException.class).hasMessageContaining("t-value")
                    .hasMessageContaining("spillway topics").hasMessageContaining("auto.register.schemas");
        }
    }

    @Test
    void shouldNotQuoteTheValueWhenItCannotBeWritten() {
        // Given
        Schemas.register(client, Map.of("t-value", Sample.SCHEMA$));
        try (Serde<Sample> serde = AvroSerdes.value(Sample.class, config())) {
            // When
            Throwable missing = catchThrowable(() -> serde.serializer().serialize("t", new Sample(null, 7)));
            // Then
            assertThat(missing).isInstanceOf(SerializationException.class).hasMessageContaining("Sample.name");
            // And the buffer is as good as new
            assertThat(HexFormat.of().formatHex(serde.serializer().serialize("t", new Sample("abc", 7))))
                    .isEqualTo("000000000106616263020e");
        }
    }

    @Test
    void shouldWriteInTheShapeOfTheLatestVersionWhenAsked() throws Exception {
        // Given: the latest version has the fields the other way round, and one more
        Schema latest = record("{\"name\":\"size\",\"type\":[\"null\",\"int\"],\"default\":null},"
                + "{\"name\":\"extra\",\"type\":\"long\",\"default\":3},{\"name\":\"name\",\"type\":\"string\"}");
        int id = client.register("t-value", latest, false);
        GenericRecord expected = new GenericData.Record(latest);
        expected.put("name", "abc");
        expected.put("size", 7);
        expected.put("extra", 3L);
        try (Serde<Sample> serde = AvroSerdes.value(Sample.class, config("use.latest.version", true))) {
            // When
            byte[] bytes = serde.serializer().serialize("t", new Sample("abc", 7));
            // Then
            assertThat(bytes).isEqualTo(framed(id, expected));
            assertThat(serde.deserializer().deserialize("t", bytes)).isEqualTo(new Sample("abc", 7));
        }
    }

    @Test
    void shouldRefuseWhenTheLatestVersionCannotHoldTheRecord() {
        // Given
        client.setCompatibility("t-value", CompatibilityLevel.NONE);
        client.register("t-value", record("{\"name\":\"other\",\"type\":\"int\"}"), false);
        try (Serde<Sample> serde = AvroSerdes.value(Sample.class, config("use.latest.version", true))) {
            // When, Then
            assertThatThrownBy(() -> serde.serializer().serialize("t", new Sample("abc", 7)))
                    .hasMessageContaining("version 1").hasMessageContaining("incompatible");
        }
    }

    @Test
    void shouldWriteAndReadFromManyThreads() throws Exception {
        // Given
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (Serde<Letter> serde = AvroSerdes.value(Letter.class, config("auto.register.schemas", true))) {
            // When
            List<Future<Boolean>> results = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                String name = Integer.toString(thread).repeat(500 * (thread + 1));
                results.add(threads.submit(() -> {
                    boolean same = true;
                    for (int i = 0; i < 500; i++) {
                        Letter letter = new Letter(new Sample(name, i), Tone.KIND);
                        byte[] bytes = serde.serializer().serialize("t" + i % 3, letter);
                        same &= letter.equals(serde.deserializer().deserialize("t", bytes));
                    }
                    return same;
                }));
            }
            // Then
            for (Future<Boolean> result : results) {
                assertThat(result.get(20, TimeUnit.SECONDS)).isTrue();
            }
        } finally {
            threads.shutdownNow();
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

    private static Schema record(String fields) {
        return new Schema.Parser().parse("{\"type\":\"record\",\"name\":\"Sample\",\"namespace\":"
                + "\"io.spillway.contract.serde\",\"fields\":[" + fields + "]}");
    }

    private static byte[] framed(int id, GenericRecord datum) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<GenericRecord>(datum.getSchema()).write(datum, encoder);
        encoder.flush();
        return out.toByteArray();
    }
}
