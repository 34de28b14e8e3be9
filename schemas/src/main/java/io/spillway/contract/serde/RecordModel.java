package io.spillway.contract.serde;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import org.apache.avro.Conversion;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificFixed;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Avro's view of generated classes, which decides by itself what it trusts: generated records, enums and fixed types that
 * the class loader of the record being read knows. Avro's JVM-wide list of trusted classes, see {@link ContractTrust}, is
 * not asked, so records of any package can be read wherever this runs.
 */
final class RecordModel extends SpecificData {

    private final ConcurrentMap<String, Class<?>> classes = new ConcurrentHashMap<>();

    RecordModel(ClassLoader loader) {
        super(loader);
    }

    /** The model for reading one generated class, with the conversions its logical types were generated for. */
    static RecordModel of(Class<? extends SpecificRecord> type) {
        ClassLoader own = type.getClassLoader();
        RecordModel model = new RecordModel(own == null ? ClassLoader.getSystemClassLoader() : own);
        for (Conversion<?> conversion : SpecificData.getForClass(type).getConversions()) {
            model.addLogicalTypeConversion(conversion);
        }
        return model;
    }

    @Override
    @SuppressWarnings("rawtypes") // as declared by Avro
    public @Nullable Class getClass(Schema schema) {
        return switch (schema.getType()) {
            case RECORD, ENUM, FIXED -> {
                Class<?> type = classes.computeIfAbsent(schema.getFullName(), name -> load(schema));
                yield type == Void.class ? null : type;
            }
            default -> super.getClass(schema);
        };
    }

    private Class<?> load(Schema schema) {
        try {
            Class<?> type = Class.forName(getClassName(schema), false, getClassLoader());
            boolean generated = SpecificRecord.class.isAssignableFrom(type) || type.isEnum()
                    || SpecificFixed.class.isAssignableFrom(type);
            return generated ? type : Void.class;
        } catch (ClassNotFoundException e) {
            return Void.class;
        }
    }
}
