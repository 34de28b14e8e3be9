package io.spillway.contract.serde;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import io.spillway.contract.registry.IncompatibleSchemaException;
import io.spillway.contract.registry.PortableSchema;
import io.spillway.contract.registry.RegisteredSchema;
import io.spillway.contract.registry.RestSchemaRegistryClient;
import io.spillway.contract.registry.SchemaNotFoundException;
import io.spillway.contract.registry.SchemaRegistryClient;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Generated records to bytes in Confluent's framing. The registry is asked once per topic and class. Safe for use by many
 * threads.
 *
 * <p>
 * Throws {@link io.spillway.contract.registry.SchemaRegistryUnavailableException}, which is retriable, while the registry
 * cannot be asked; records of topics and classes written before are written without it.
 *
 * @param <T>
 *            what is written
 */
public final class AvroValueSerializer<T extends SpecificRecord> implements Serializer<T> {

    private final FrameBuffers buffers = new FrameBuffers();
    private final ConcurrentMap<String, ConcurrentMap<Schema, RecordWriter>> writers = new ConcurrentHashMap<>();
    private @Nullable AvroSerdeConfig settings;
    private @Nullable SchemaRegistryClient registry;
    private boolean ownsRegistry;

    /** For Kafka, which calls {@link #configure} next. */
    public AvroValueSerializer() {}

    /** With a client that stays open when this is closed. */
    public AvroValueSerializer(AvroSerdeConfig settings, SchemaRegistryClient registry) {
        this.settings = settings;
        this.registry = registry;
    }

    @Override
    public void configure(Map<String, ?> config, boolean isKey) {
        if (isKey) {
            throw new ConfigException("AvroValueSerializer writes values; keys are plain strings.");
        }
        if (registry != null) {
            return;
        }
        settings = AvroSerdeConfig.from(config);
        registry = RestSchemaRegistryClient.create(config);
        ownsRegistry = true;
    }

    @Override
    public byte @Nullable [] serialize(String topic, @Nullable Headers headers, @Nullable T value) {
        return serialize(topic, value);
    }

    @Override
    public byte @Nullable [] serialize(String topic, @Nullable T value) {
        if (value == null) {
            return null;
        }
        RecordWriter writer = writer(topic, value);
        FrameBuffer buffer = buffers.take();
        try {
            return writer.write(value, buffer);
        } catch (NullPointerException e) {
            // Says which field, and nothing of its neighbours.
            throw new SerializationException("A " + value.getSchema().getFullName() + " for topic " + topic
                    + " cannot be written: " + e.getMessage());
        } catch (IOException | RuntimeException e) {
            // The message of Avro's exception may quote the value, which may be a prompt: only its type is passed on.
            throw new SerializationException("A " + value.getSchema().getFullName() + " for topic " + topic
                    + " cannot be written (" + e.getClass().getSimpleName()
                    + "): a field has the wrong type.");
        } finally {
            buffers.giveBack(buffer);
        }
    }

    private RecordWriter writer(String topic, SpecificRecord value) {
        Schema schema = value.getSchema();
        ConcurrentMap<Schema, RecordWriter> ofTopic = writers.get(topic);
        RecordWriter known = ofTopic == null ? null : ofTopic.get(schema);
        if (known != null) {
            return known;
        }
        // The registry is asked outside of any lock; two threads may ask, its client makes one call of it.
        RecordWriter created = create(topic, value);
        ConcurrentMap<Schema, RecordWriter> target = writers.computeIfAbsent(topic, key -> new ConcurrentHashMap<>());
        RecordWriter other = target.putIfAbsent(schema, created);
        return other == null ? created : other;
    }

    private RecordWriter create(String topic, SpecificRecord value) {
        SchemaRegistryClient client = registry;
        AvroSerdeConfig config = settings;
        if (client == null || config == null) {
            throw new IllegalStateException("configure() comes before serialize()");
        }
        Schema own = value.getSchema();
        Schema schema = config.removeJavaProperties() ? PortableSchema.of(own) : own;
        String subject = config.naming().subject(topic, own.getFullName());
        if (config.autoRegister()) {
            return RecordWriter.asGenerated(client.register(subject, schema, config.normalize()), value);
        }
        try {
            return config.useLatestVersion()
                    ? latest(client.latest(subject), schema, value)
                    : RecordWriter.asGenerated(client.lookup(subject, schema, config.normalize()).id(), value);
        } catch (SchemaNotFoundException e) {
            SchemaNotFoundException problem = new SchemaNotFoundException("The schema of " + own.getFullName()
                    + " is not registered under subject " + subject + ". Run `spillway topics`, or set "
                    + AvroSerdeConfig.AUTO_REGISTER + "=true outside of production.", e.errorCode());
            problem.initCause(e);
            throw problem;
        }
    }

    private static RecordWriter latest(RegisteredSchema latest, Schema own, SpecificRecord value) {
        Schema target = latest.schema();
        if (target.equals(own)) {
            return RecordWriter.asGenerated(latest.id(), value);
        }
        if (SchemaCompatibility.checkReaderWriterCompatibility(target, own)
                .getType() == SchemaCompatibilityType.COMPATIBLE) {
            return RecordWriter.translating(latest.id(), value, target);
        }
        throw incompatible(latest, own);
    }

    private static IncompatibleSchemaException incompatible(RegisteredSchema latest, Schema own) {
        return new IncompatibleSchemaException("A " + own.getFullName() + " cannot be written as version "
                + latest.version() + " of subject " + latest.subject() + ", the latest one: they are incompatible. Set "
                + AvroSerdeConfig.USE_LATEST_VERSION + "=false to write with the program's own schema.", 0);
    }

    @Override
    public void close() {
        SchemaRegistryClient client = registry;
        if (ownsRegistry && client != null) {
            client.close();
        }
    }
}
