package io.spillway.worker.http;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that looks at every running exchange each 20 ms. An HTTP client's own timeouts begin anew with each byte, so they
 * never end a dripping body; this does. Looking at 10,000 exchanges costs well under a millisecond, and no timer is scheduled
 * or cancelled per call.
 */
final class Watchdog implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Watchdog.class);
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long HOUSEKEEPING_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Set<Exchange> exchanges = ConcurrentHashMap.newKeySet();
    private final LongSupplier nanoTime;
    private final Runnable housekeeping;
    private final Thread thread;
    private volatile boolean isAborting;
    private volatile boolean closed;

    Watchdog(LongSupplier nanoTime, Runnable housekeeping) {
        this.nanoTime = nanoTime;
        this.housekeeping = housekeeping;
        this.thread = Thread.ofPlatform().daemon().name("spillway-http-watchdog").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void watch(Exchange exchange) {
        exchanges.add(exchange);
        if (isAborting) {
            exchange.abort();
        }
    }

    void release(Exchange exchange) {
        exchanges.remove(exchange);
    }

    int size() {
        return exchanges.size();
    }

    void abortAll() {
        isAborting = true;
        exchanges.forEach(Exchange::abort);
    }

    @Override
    public void close() {
        closed = true;
        abortAll();
        LockSupport.unpark(thread);
    }

    private void run() {
        long housekeepingDue = nanoTime.getAsLong() + HOUSEKEEPING_NANOS;
        while (!closed) {
            LockSupport.parkNanos(TICK_NANOS);
            long now = nanoTime.getAsLong();
            for (Exchange exchange : exchanges) {
                exchange.check(now);
            }
            if (now - housekeepingDue >= 0) {
                housekeepingDue = now + HOUSEKEEPING_NANOS;
                keepHouse();
            }
        }
    }

    private void keepHouse() {
        try {
            housekeeping.run();
        } catch (RuntimeException e) {
            LOGGER.atWarn().addKeyValue("error", e.toString()).log("closing idle connections failed");
        }
    }
}
