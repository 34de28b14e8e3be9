package io.spillway.contract.serde;

import java.util.HashMap;
import java.util.Map;

import io.spillway.contract.registry.RestSchemaRegistryClient;
import io.spillway.contract.registry.SchemaRegistryClient;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Makes serdes for generated records. They are Spillway's own unless {@value #SERIALIZER} or {@value #DESERIALIZER} name
 * others, such as {@code io.confluent.kafka.serializers.KafkaAvroSerializer} and
 * {@code io.confluent.kafka.serializers.KafkaAvroDeserializer}, which then get the same settings.
 *
 * <p>
 * An instance shares one registry client between all its serdes; close it after them.
 */
public final class AvroSerdes implements AutoCloseable {

    /** Class name of the serializer to use instead. */
    public static final String SERIALIZER = "spillway.value.serializer";
    /** Class name of the deserializer to use instead. */
    public static final String DESERIALIZER = "spillway.value.deserializer";

    private final Map<String, Object> config;
    private final boolean ownsRegistry;
    private @Nullable SchemaRegistryClient registry;

    private AvroSerdes(Map<String, ?> config, @Nullable SchemaRegistryClient registry) {
        ContractTrust.trustContract();
        this.config = Map.copyOf(withoutNulls(config));
        this.registry = registry;
        this.ownsRegistry = registry == null;
    }

    /** Serdes that share one client made from these settings when the first of them needs it. */
    public static AvroSerdes create(Map<String, ?> config) {
        return new AvroSerdes(config, null);
    }

    /** Serdes over a client that stays open. */
    public static AvroSerdes create(Map<String, ?> config, SchemaRegistryClient registry) {
        return new AvroSerdes(config, registry);
    }

    /**
     * One serde with a registry client of its own, closed with it. A program with several makes an instance instead.
     *
     * @param type
     *            generated class, or {@link SpecificRecord} for a topic with several kinds of record
     * @throws ConfigException
     *             naming the key and the remedy, first of all when {@code schema.registry.url} is missing
     */
    public static <T extends SpecificRecord> Serde<T> value(Class<T> type, Map<String, ?> config) {
        AvroSerdes serdes = create(config);
        Serde<T> inner = serdes.value(type);
        return new OwningSerde<>(inner, serdes);
    }

    /** A serde for values of one generated class, or of any when given {@link SpecificRecord}. */
    public <T extends SpecificRecord> Serde<T> value(Class<T> type) {
        return Serdes.serdeFrom(serializer(type), deserializer(type));
    }

    /** The serializing half alone. */
    public <T extends SpecificRecord> Serializer<T> serializer(Class<T> type) {
        Object named = config.get(SERIALIZER);
        if (named == null) {
            return new AvroValueSerializer<>(AvroSerdeConfig.from(config), registry());
        }
        Serializer<?> other = instantiate(SERIALIZER, named, Serializer.class);
        ContractTrust.trustPackageOf(type);
        other.configure(forOthers(type), false);
        // Serializers of others are made for any object; what they cannot write they refuse.
        @SuppressWarnings("unchecked")
        Serializer<T> serializer = (Serializer<T>) other;
        return serializer;
    }

    /** The deserializing half alone. */
    public <T extends SpecificRecord> Deserializer<T> deserializer(Class<T> type) {
        Object named = config.get(DESERIALIZER);
        if (named == null) {
            return new AvroValueDeserializer<>(type, registry());
        }
        Deserializer<?> other = instantiate(DESERIALIZER, named, Deserializer.class);
        ContractTrust.trustPackageOf(type);
        other.configure(forOthers(type), false);
        return new CheckedDeserializer<>(type, other);
    }

    /**
     * The client, for registering schemas with the same settings.
     *
     * @throws ConfigException
     *             naming the key and the remedy, first of all when {@code schema.registry.url} is missing
     */
    public synchronized SchemaRegistryClient registry() {
        SchemaRegistryClient client = registry;
        if (client == null) {
            // Made late: with serializers of others the settings may be ones only they understand.
            client = RestSchemaRegistryClient.create(config);
            registry = client;
        }
        return client;
    }

    @Override
    public synchronized void close() {
        SchemaRegistryClient client = registry;
        if (ownsRegistry && client != null) {
            client.close();
        }
    }

    /** The same settings, with our defaults where they differ from Confluent's. */
    private Map<String, Object> forOthers(Class<?> type) {
        Map<String, Object> map = new HashMap<>(config);
        map.put("specific.avro.reader", true);
        map.putIfAbsent(AvroSerdeConfig.AUTO_REGISTER, false);
        map.putIfAbsent(AvroSerdeConfig.REMOVE_JAVA_PROPERTIES, true);
        if (type != SpecificRecord.class) {
            map.putIfAbsent(AvroSerdeConfig.VALUE_TYPE, type.getName());
        }
        return map;
    }

    private static <S> S instantiate(String key, Object named, Class<S> kind) {
        Class<?> type = named instanceof Class<?> given
                ? given
                : AvroSerdeConfig.load(key, String.valueOf(named).strip());
        if (!kind.isAssignableFrom(type)) {
            throw new ConfigException(key, type.getName(), "name a class that implements " + kind.getName());
        }
        try {
            return kind.cast(type.getDeclaredConstructor().newInstance());
        } catch (ReflectiveOperationException e) {
            ConfigException problem = new ConfigException(key, type.getName(),
                    "the class needs a public constructor without arguments that succeeds");
            problem.initCause(e);
            throw problem;
        }
    }

    private static Map<String, Object> withoutNulls(Map<String, ?> config) {
        Map<String, Object> copy = new HashMap<>();
        config.forEach((key, value) -> {
            if (value != null) {
                copy.put(key, value);
            }
        });
        return copy;
    }

    private record OwningSerde<T extends SpecificRecord>(Serde<T> inner, AvroSerdes owner) implements Serde<T> {

        @Override
        public Serializer<T> serializer() {
            return inner.serializer();
        }

        @Override
        public Deserializer<T> deserializer() {
            return inner.deserializer();
        }

        @Override
        public void close() {
            inner.close();
            owner.close();
        }
    }
}
