package io.spillway.contract.serde;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;

import io.spillway.contract.registry.RestSchemaRegistryClient;
import io.spillway.contract.registry.SchemaRegistryClient;
import io.spillway.contract.serde.WireFormat.SchemaReference;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes in Confluent's framing to generated records: the schema the record was written with is resolved to the schema of
 * the class, so older and newer writers can be read. Safe for use by many threads.
 *
 * <p>
 * Throws {@link SerializationException} when the record can never be read (a
 * {@link io.spillway.contract.registry.SchemaNotFoundException} when the registry does not know its id), and
 * {@link io.spillway.contract.registry.SchemaRegistryUnavailableException} when nothing can be said about it yet.
 *
 * @param <T>
 *            what is returned; {@link SpecificRecord} when a topic holds several kinds of record
 */
public final class AvroValueDeserializer<T extends SpecificRecord> implements Deserializer<T> {

    private @Nullable RecordReaders<T> readers;
    private @Nullable SchemaRegistryClient owned;

    /** For Kafka, which calls {@link #configure} next. */
    public AvroValueDeserializer() {}

    /** With a client that stays open when this is closed. */
    public AvroValueDeserializer(Class<T> type, SchemaRegistryClient registry) {
        this.readers = new RecordReaders<>(type, registry);
    }

    @Override
    public void configure(Map<String, ?> config, boolean isKey) {
        if (isKey) {
            throw new ConfigException("AvroValueDeserializer reads values; keys are plain strings.");
        }
        if (readers != null) {
            return;
        }
        // T is what the caller expects of the configured class; a wrong pair shows at the first record, as with Kafka's.
        @SuppressWarnings("unchecked")
        Class<T> type = (Class<T>) AvroSerdeConfig.valueType(config);
        SchemaRegistryClient client = RestSchemaRegistryClient.create(config);
        owned = client;
        readers = new RecordReaders<>(type, client);
    }

    @Override
    public @Nullable T deserialize(String topic, byte @Nullable [] value) {
        return deserialize(topic, null, value);
    }

    @Override
    public @Nullable T deserialize(String topic, @Nullable Headers headers, byte @Nullable [] value) {
        return value == null ? null : decode(topic, headers, ByteBuffer.wrap(value));
    }

    @Override
    public @Nullable T deserialize(String topic, @Nullable Headers headers, @Nullable ByteBuffer value) {
        if (value == null) {
            return null;
        }
        if (value.hasArray()) {
            return decode(topic, headers, value.duplicate());
        }
        byte[] copy = new byte[value.remaining()];
        value.duplicate().get(copy);
        return decode(topic, headers, ByteBuffer.wrap(copy));
    }

    private T decode(String topic, @Nullable Headers headers, ByteBuffer value) {
        RecordReaders<T> configured = readers;
        if (configured == null) {
            throw new IllegalStateException("configure() comes before deserialize()");
        }
        SchemaReference reference = WireFormat.read(headers, value);
        DatumReader<T> reader = configured.reader(reference);
        BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(value.array(),
                value.arrayOffset() + value.position(), value.remaining(), null);
        T datum;
        boolean complete;
        try {
            datum = reader.read(null, decoder);
            complete = decoder.isEnd();
        } catch (IOException | RuntimeException e) {
            // Avro answers damaged bytes with whatever exception they lead to.
            throw new SerializationException("A value of topic " + topic + " is not what its " + reference
                    + " says: damaged, or written with another schema.", e);
        }
        if (!complete) {
            throw new SerializationException("A value of topic " + topic + " has bytes left over after its " + reference
                    + " is satisfied: damaged, or written with another schema.");
        }
        return datum;
    }

    @Override
    public void close() {
        SchemaRegistryClient client = owned;
        if (client != null) {
            client.close();
        }
    }
}
