package io.spillway.contract.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

class SingleFlightCacheTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 10);
    private final AtomicInteger loads = new AtomicInteger();

    @Test
    void shouldLoadOnceWhenManyThreadsWantTheSameKey() throws Exception {
        // Given
        SingleFlightCache<Integer, String> cache = new SingleFlightCache<>(Duration.ZERO, nanos::get);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch started = new CountDownLatch(8);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        // When
        List<Future<String>> results = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            results.add(threads.submit(() -> {
                started.countDown();
                return cache.get(7, key -> {
                    loads.incrementAndGet();
                    await(release);
                    return "seven";
                });
            }));
        }
        await(started);
        release.countDown();
        // Then
        for (Future<String> result : results) {
            assertThat(result.get(5, TimeUnit.SECONDS)).isEqualTo("seven");
        }
        assertThat(loads).hasValue(1);
        threads.shutdownNow();
    }

    @Test
    void shouldRememberNotFoundForAWhileOnly() {
        // Given
        SingleFlightCache<Integer, String> cache = new SingleFlightCache<>(Duration.ofSeconds(5), nanos::get);
        assertThatThrownBy(() -> cache.get(7, this::missing)).isInstanceOf(SchemaNotFoundException.class);
        // When
        assertThatThrownBy(() -> cache.get(7, this::missing)).isInstanceOf(SchemaNotFoundException.class);
        int loadsWithin = loads.get();
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        String later = cache.get(7, key -> "there now");
        // Then
        assertThat(loadsWithin).isEqualTo(1);
        assertThat(later).isEqualTo("there now");
    }

    @Test
    void shouldAskAgainWhenTheRegistryWasUnavailable() {
        // Given
        SingleFlightCache<Integer, String> cache = new SingleFlightCache<>(Duration.ofSeconds(5), nanos::get);
        assertThatThrownBy(() -> cache.get(7, key -> {
            throw new SchemaRegistryUnavailableException("down", null);
        })).isInstanceOf(SchemaRegistryUnavailableException.class);
        // When
        String value = cache.get(7, key -> "up");
        // Then
        assertThat(value).isEqualTo("up");
    }

    private String missing(int key) {
        loads.incrementAndGet();
        throw new SchemaNotFoundException("no " + key, 40_403);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(5, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
