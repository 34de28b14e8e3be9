package io.spillway.worker.consume;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.spillway.worker.domain.ClockSample;

/**
 * The brokers' time, carried forward by the monotonic clock. The machine's own wall clock, which may be minutes off, is used
 * only until the first record stamped by a broker was acknowledged. Thread-safe.
 */
public final class BrokerClock {

    private final InstantSource wallClock;
    private final LongSupplier nanoTime;
    private volatile @Nullable ClockSample sample;

    public BrokerClock(InstantSource wallClock, LongSupplier nanoTime) {
        this.wallClock = wallClock;
        this.nanoTime = nanoTime;
    }

    /** Now, by the brokers' clock. */
    public Instant now() {
        ClockSample best = sample;
        return best == null ? wallClock.instant() : Instant.ofEpochMilli(best.brokerMillisAt(millis()));
    }

    /** The monotonic clock in milliseconds, from an arbitrary origin. */
    public long millis() {
        return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong());
    }

    /**
     * A record was acknowledged.
     *
     * @param brokerMillis the time stamp the broker gave it
     * @param sentAt {@link #millis()} when it was sent
     */
    public synchronized void acknowledged(long brokerMillis, long sentAt) {
        long now = millis();
        ClockSample newer = ClockSample.of(brokerMillis, sentAt, now);
        ClockSample best = sample;
        sample = best == null ? newer : best.orBetter(newer, now);
    }

    /** Whether a broker's time is known yet. */
    public boolean isSynchronised() {
        return sample != null;
    }
}
