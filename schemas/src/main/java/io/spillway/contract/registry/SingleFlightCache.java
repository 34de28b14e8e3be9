package io.spillway.contract.registry;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Values that never change once known, loaded at most once at a time per key: threads that want the same key share one
 * load. "Not found" is remembered for a moment, so that a flood of records with one unknown id does not become a flood of
 * questions; other failures are not remembered.
 */
final class SingleFlightCache<K, V> {

    /** Keys come from records of strangers; the memory for wrong ones is bounded. */
    private static final int MAX_MISSING = 1_000;

    private final ConcurrentMap<K, CompletableFuture<V>> values = new ConcurrentHashMap<>();
    private final ConcurrentMap<K, Missing> missing = new ConcurrentHashMap<>();
    private final long missingNanos;
    private final LongSupplier nanoClock;

    SingleFlightCache(Duration missingFor, LongSupplier nanoClock) {
        this.missingNanos = missingFor.toNanos();
        this.nanoClock = nanoClock;
    }

    V get(K key, Function<K, V> loader) {
        CompletableFuture<V> known = values.get(key);
        if (known != null) {
            return join(known);
        }
        rethrowIfMissing(key);
        CompletableFuture<V> flight = new CompletableFuture<>();
        CompletableFuture<V> other = values.putIfAbsent(key, flight);
        return other == null ? load(key, flight, loader) : join(other);
    }

    private V load(K key, CompletableFuture<V> flight, Function<K, V> loader) {
        try {
            V value = loader.apply(key);
            flight.complete(value);
            return value;
        } catch (RuntimeException | Error e) {
            if (e instanceof SchemaNotFoundException notFound) {
                remember(key, notFound);
            }
            values.remove(key, flight);
            flight.completeExceptionally(e);
            throw e;
        }
    }

    private void remember(K key, SchemaNotFoundException notFound) {
        if (missingNanos <= 0) {
            return;
        }
        if (missing.size() >= MAX_MISSING) {
            missing.clear();
        }
        missing.put(key, new Missing(notFound, nanoClock.getAsLong() + missingNanos));
    }

    private void rethrowIfMissing(K key) {
        Missing entry = missing.get(key);
        if (entry == null) {
            return;
        }
        if (nanoClock.getAsLong() - entry.untilNanos() < 0) {
            throw entry.cause();
        }
        missing.remove(key, entry);
    }

    private static <V> V join(CompletableFuture<V> flight) {
        try {
            return flight.join();
        } catch (CompletionException e) {
            @Nullable
            Throwable cause = e.getCause();
            if (cause instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
    }

    private record Missing(SchemaNotFoundException cause, long untilNanos) {}
}
