package io.spillway.router.topology;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.jspecify.annotations.Nullable;

import io.spillway.contract.Topics;
import io.spillway.v1.Lane;
import io.spillway.v1.state.FinishedRequest;
import io.spillway.v1.state.RequestProgress;
import io.spillway.v1.state.StoredRequest;

/**
 * A lane's durable state. {@code requests} holds payloads with what the first decision made of them, written once; {@code
 * progress} is small, rewritten with every decision after that, and holds nothing for a request that needed no second one; {@code
 * finished} remembers settled ids in windows one dedup TTL wide, two of which are kept, so that expiry drops whole segments and
 * needs neither scans nor tombstones.
 */
final class LaneStores {

    private final KeyValueStore<String, StoredRequest> requests;
    private final KeyValueStore<String, RequestProgress> progress;
    private final WindowStore<String, FinishedRequest> finished;
    private final long ttlMillis;

    LaneStores(ProcessorContext<?, ?> context, Lane lane, Duration dedupTtl) {
        this.requests = context.getStateStore(requestsName(lane));
        this.progress = context.getStateStore(progressName(lane));
        this.finished = context.getStateStore(finishedName(lane));
        this.ttlMillis = dedupTtl.toMillis();
    }

    static String requestsName(Lane lane) {
        return "requests-" + Topics.laneName(lane);
    }

    static String progressName(Lane lane) {
        return "progress-" + Topics.laneName(lane);
    }

    static String finishedName(Lane lane) {
        return "finished-" + Topics.laneName(lane);
    }

    static StoreBuilder<KeyValueStore<String, StoredRequest>> requestsBuilder(Lane lane) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(requestsName(lane)), Serdes.String(),
                StateCodec.storedRequest()).withCachingDisabled();
    }

    static StoreBuilder<KeyValueStore<String, RequestProgress>> progressBuilder(Lane lane) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(progressName(lane)), Serdes.String(),
                StateCodec.progress()).withCachingDisabled();
    }

    static StoreBuilder<WindowStore<String, FinishedRequest>> finishedBuilder(Lane lane, Duration dedupTtl) {
        return Stores.windowStoreBuilder(
                Stores.persistentWindowStore(finishedName(lane), dedupTtl.multipliedBy(2), dedupTtl, false), Serdes.String(),
                StateCodec.finished()).withCachingDisabled();
    }

    /** Writes a request and its first progress as one record. */
    void accept(String requestId, StoredRequest request, RequestProgress first) {
        request.setFirst(first);
        requests.put(requestId, request);
    }

    /** The payload of an open request. */
    StoredRequest request(String requestId) {
        StoredRequest stored = requests.get(requestId);
        if (stored == null) {
            throw new IllegalStateException(
                    "request " + requestId + " is open but its payload is not in store " + requests.name());
        }
        return stored;
    }

    void progress(String requestId, RequestProgress value) {
        progress.put(requestId, value);
    }

    void finish(String requestId, OpenRequest.Kept kept, FinishedRequest record) {
        switch (kept) {
            case NOWHERE -> {}
            case WITH_PAYLOAD -> requests.delete(requestId);
            case APART -> {
                requests.delete(requestId);
                progress.delete(requestId);
            }
        }
        remember(requestId, record);
    }

    void remember(String requestId, FinishedRequest record) {
        finished.put(requestId, record, windowStart(record.getAt()));
    }

    /** The settled request of that id, if it settled within the dedup TTL. */
    @Nullable
    FinishedRequest finished(String requestId, Instant now) {
        long window = windowStart(now);
        FinishedRequest found = finished.fetch(requestId, window);
        if (found == null && window >= ttlMillis) {
            found = finished.fetch(requestId, window - ttlMillis);
        }
        return found;
    }

    /** Is shown an open request with the last progress written of it. */
    interface OpenVisitor {

        void open(String requestId, RequestProgress progress, OpenRequest.Kept kept);
    }

    /** Shows every open request once, in no particular order. */
    void forEachOpen(OpenVisitor visitor) {
        Set<String> apart = new HashSet<>();
        try (KeyValueIterator<String, RequestProgress> all = progress.all()) {
            while (all.hasNext()) {
                KeyValue<String, RequestProgress> next = all.next();
                apart.add(next.key);
                visitor.open(next.key, next.value, OpenRequest.Kept.APART);
            }
        }
        try (KeyValueIterator<String, StoredRequest> all = requests.all()) {
            while (all.hasNext()) {
                KeyValue<String, StoredRequest> next = all.next();
                RequestProgress first = next.value.getFirst();
                if (first != null && !apart.contains(next.key)) {
                    visitor.open(next.key, first, OpenRequest.Kept.WITH_PAYLOAD);
                }
            }
        }
    }

    private long windowStart(Instant at) {
        return at.toEpochMilli() / ttlMillis * ttlMillis;
    }
}
