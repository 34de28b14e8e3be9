package io.spillway.contract.serde;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * How values are written and read. Keys are Confluent's.
 *
 * @param autoRegister
 *            register a schema the registry does not have; otherwise that is an error
 * @param useLatestVersion
 *            write with the newest version of the subject instead of the schema of the record's class
 * @param normalize
 *            compare schemas without regard to the order of their attributes
 * @param removeJavaProperties
 *            keep the marks of Java's code generator out of the registry
 * @param naming
 *            subject of a schema
 */
public record AvroSerdeConfig(boolean autoRegister, boolean useLatestVersion, boolean normalize,
        boolean removeJavaProperties, SubjectNaming naming) {

    /** Default false, unlike Confluent's: schemas come into production by {@code spillway topics}. */
    public static final String AUTO_REGISTER = "auto.register.schemas";
    public static final String USE_LATEST_VERSION = "use.latest.version";
    public static final String NORMALIZE = "normalize.schemas";
    public static final String VALUE_NAMING = "value.subject.name.strategy";
    /** Default true, unlike Confluent's: other languages do not write {@code avro.java.string}. */
    public static final String REMOVE_JAVA_PROPERTIES = "avro.remove.java.properties";
    /** Class the deserializer returns; without it the class is found by the name in the writer's schema. */
    public static final String VALUE_TYPE = "specific.avro.value.type";

    private static final ConfigDef DEFINITION = new ConfigDef()
            .define(AUTO_REGISTER, ConfigDef.Type.BOOLEAN, false, ConfigDef.Importance.MEDIUM, "Register unknown schemas.")
            .define(USE_LATEST_VERSION, ConfigDef.Type.BOOLEAN, false, ConfigDef.Importance.LOW, "Write with the newest version.")
            .define(NORMALIZE, ConfigDef.Type.BOOLEAN, false, ConfigDef.Importance.LOW, "Ignore the order of attributes.")
            .define(REMOVE_JAVA_PROPERTIES, ConfigDef.Type.BOOLEAN, true, ConfigDef.Importance.LOW,
                    "Leave out avro.java.string.");

    /** Reads the settings; keys it does not know are somebody else's. */
    public static AvroSerdeConfig from(Map<String, ?> config) {
        Map<String, Object> known = new HashMap<>();
        for (String key : DEFINITION.names()) {
            Object value = config.get(key);
            if (value != null) {
                known.put(key, value);
            }
        }
        AbstractConfig values = new AbstractConfig(DEFINITION, known, false);
        Object naming = config.get(VALUE_NAMING);
        return new AvroSerdeConfig(values.getBoolean(AUTO_REGISTER), values.getBoolean(USE_LATEST_VERSION),
                values.getBoolean(NORMALIZE), values.getBoolean(REMOVE_JAVA_PROPERTIES),
                naming == null ? SubjectNaming.TOPIC_NAME : SubjectNaming.parse(VALUE_NAMING, naming));
    }

    /** The class named by {@link #VALUE_TYPE}, or {@link SpecificRecord} for "whatever was written". */
    static Class<? extends SpecificRecord> valueType(Map<String, ?> config) {
        Object value = config.get(VALUE_TYPE);
        if (value == null) {
            return SpecificRecord.class;
        }
        Class<?> type = value instanceof Class<?> given ? given : load(VALUE_TYPE, String.valueOf(value));
        if (!SpecificRecord.class.isAssignableFrom(type)) {
            throw new ConfigException(VALUE_TYPE, type.getName(), "name a class generated from an Avro schema");
        }
        return type.asSubclass(SpecificRecord.class);
    }

    /** Loads a class for a setting: from the context class loader first, as Kafka does. */
    static Class<?> load(String key, String className) {
        ClassLoader own = AvroSerdeConfig.class.getClassLoader();
        Optional<Class<?>> found = find(className, Thread.currentThread().getContextClassLoader())
                .or(() -> find(className, own));
        return found.orElseThrow(() -> new ConfigException(key, className,
                "the class is not on the class path. For Confluent's serializers add "
                        + "io.confluent:kafka-avro-serializer from https://packages.confluent.io/maven/"));
    }

    private static Optional<Class<?>> find(String className, @Nullable ClassLoader loader) {
        if (loader == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Class.forName(className, true, loader));
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        }
    }
}
