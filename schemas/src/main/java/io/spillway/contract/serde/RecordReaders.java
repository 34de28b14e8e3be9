package io.spillway.contract.serde;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import io.spillway.contract.registry.SchemaRegistryClient;
import io.spillway.contract.serde.WireFormat.SchemaReference;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.FastReaderBuilder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;

/**
 * One reader per writer's schema, made once. Readers hold no state of a record, so threads share them.
 */
final class RecordReaders<T extends SpecificRecord> {

    private final Class<T> type;
    private final SchemaRegistryClient registry;
    private final ConcurrentMap<SchemaReference, DatumReader<T>> readers = new ConcurrentHashMap<>();

    /**
     * @param type
     *            class to return; {@link SpecificRecord} for the class the writer's schema names
     */
    RecordReaders(Class<T> type, SchemaRegistryClient registry) {
        this.type = type;
        this.registry = registry;
    }

    DatumReader<T> reader(SchemaReference reference) {
        DatumReader<T> known = readers.get(reference);
        if (known != null) {
            return known;
        }
        // The registry is asked outside of any lock: a slow answer for one schema must not hold up the others.
        Schema writer = schema(reference);
        return readers.computeIfAbsent(reference, key -> create(key, writer));
    }

    private Schema schema(SchemaReference reference) {
        if (reference instanceof SchemaReference.ById byId) {
            return registry.schemaById(byId.id());
        }
        return registry.schemaByGuid(((SchemaReference.ByGuid) reference).guid());
    }

    private DatumReader<T> create(SchemaReference reference, Schema writer) {
        if (writer.getType() != Schema.Type.RECORD) {
            throw new SerializationException("The value was written with " + reference + ", which is a "
                    + writer.getType().getName() + "; a record is expected here.");
        }
        Class<? extends SpecificRecord> target = target(reference, writer);
        RecordModel model = RecordModel.of(target);
        Schema reader = SpecificData.get().getSchema(target);
        // Avro compares field by field and would fill a foreign record with defaults; the name is checked first.
        if (!Schema.applyAliases(writer, reader).getName().equals(reader.getName())) {
            throw new SerializationException("The value was written with " + reference + " (" + writer.getFullName()
                    + "), but " + reader.getFullName() + " is expected here.");
        }
        try {
            return new FastReaderBuilder(model).createDatumReader(writer, reader);
        } catch (IOException | AvroRuntimeException e) {
            throw new SerializationException("Values written with " + reference + " (" + writer.getFullName()
                    + ") cannot be read as " + target.getName() + ": the schemas are incompatible.", e);
        }
    }

    private Class<? extends SpecificRecord> target(SchemaReference reference, Schema writer) {
        if (type != SpecificRecord.class) {
            return type;
        }
        ClassLoader context = Optional.ofNullable(Thread.currentThread().getContextClassLoader())
                .orElseGet(ClassLoader::getSystemClassLoader);
        Class<?> named = new RecordModel(context).getClass(writer);
        if (named == null || !SpecificRecord.class.isAssignableFrom(named)) {
            throw new SerializationException("The value was written with " + reference + " (" + writer.getFullName()
                    + "), and no class of that name generated from an Avro schema is on the class path.");
        }
        return named.asSubclass(SpecificRecord.class);
    }
}
