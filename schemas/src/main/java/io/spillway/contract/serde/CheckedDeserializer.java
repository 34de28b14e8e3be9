package io.spillway.contract.serde;

import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** A deserializer of others whose results are checked, so that a wrong class shows here and not far away. */
final class CheckedDeserializer<T> implements Deserializer<T> {

    private final Class<T> type;
    private final Deserializer<?> inner;

    CheckedDeserializer(Class<T> type, Deserializer<?> inner) {
        this.type = type;
        this.inner = inner;
    }

    @Override
    public @Nullable T deserialize(String topic, byte @Nullable [] value) {
        return checked(topic, inner.deserialize(topic, value));
    }

    @Override
    public @Nullable T deserialize(String topic, @Nullable Headers headers, byte @Nullable [] value) {
        return checked(topic, inner.deserialize(topic, headers, value));
    }

    private @Nullable T checked(String topic, @Nullable Object value) {
        if (value == null || type.isInstance(value)) {
            return type.cast(value);
        }
        throw new SerializationException("A value of topic " + topic + " was read as " + value.getClass().getName()
                + ", but " + type.getName() + " is expected here.");
    }

    @Override
    public void close() {
        inner.close();
    }
}
