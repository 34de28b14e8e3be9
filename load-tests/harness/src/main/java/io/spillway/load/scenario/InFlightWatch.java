package io.spillway.load.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;

import io.spillway.load.report.Plot;

/** Looks at a number many times a second and keeps the largest, and one value a second for the plot. */
final class InFlightWatch implements AutoCloseable {

    private static final long GAP_MILLIS = 20;
    private static final int LOOKS_PER_POINT = 50;

    private final IntSupplier source;
    private final List<Plot.Point> points = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final long startNanos = System.nanoTime();
    private final Thread thread;
    private volatile int most;

    private InFlightWatch(IntSupplier source) {
        this.source = source;
        this.thread = Thread.ofPlatform().name("load-in-flight").unstarted(this::watch);
    }

    static InFlightWatch start(IntSupplier source) {
        InFlightWatch watch = new InFlightWatch(source);
        watch.thread.start();
        return watch;
    }

    int most() {
        return most;
    }

    Plot plot() {
        lock.lock();
        try {
            return new Plot("Calls in flight", "seconds since the first send", "calls",
                    List.of(new Plot.Line("at the provider", points)), List.of());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch() {
        try {
            for (int look = 0;; look++) {
                int now = source.getAsInt();
                most = Math.max(most, now);
                if (look % LOOKS_PER_POINT == 0) {
                    lock.lock();
                    try {
                        points.add(new Plot.Point((System.nanoTime() - startNanos) / 1e9, now));
                    } finally {
                        lock.unlock();
                    }
                }
                TimeUnit.MILLISECONDS.sleep(GAP_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
