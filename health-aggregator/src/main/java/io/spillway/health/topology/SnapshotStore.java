package io.spillway.health.topology;

import java.util.function.BiConsumer;

import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** A task's durable state: per deployment what {@link io.spillway.health.domain.HealthSnapshot} encodes. */
final class SnapshotStore {

    static final String NAME = "health-snapshots";

    private final KeyValueStore<String, byte[]> store;

    SnapshotStore(ProcessorContext<?, ?> context) {
        this.store = context.getStateStore(NAME);
    }

    static StoreBuilder<KeyValueStore<String, byte[]>> builder() {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(NAME), Serdes.String(), Serdes.ByteArray())
                .withCachingDisabled();
    }

    void put(String deployment, byte[] snapshot) {
        store.put(deployment, snapshot);
    }

    void delete(String deployment) {
        store.delete(deployment);
    }

    /** Shows every snapshot, in no particular order. */
    void forEach(BiConsumer<String, byte[]> consumer) {
        try (KeyValueIterator<String, byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<String, byte[]> next = all.next();
                consumer.accept(next.key, next.value);
            }
        }
    }
}
