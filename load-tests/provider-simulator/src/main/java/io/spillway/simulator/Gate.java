package io.spillway.simulator;

import io.spillway.simulator.dialect.RateFacts;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/** Enforces the limits of one provider. A call that is let in must be let {@link #leave() out} again. */
final class Gate {

    /** The answer of the gate. */
    sealed interface Entry {

        record Admitted(RateFacts rate) implements Entry {}

        record Refused(int status, Duration retryAfter, RateFacts rate) implements Entry {}
    }

    /** Announced when there is no limit: large enough never to slow a client down, like the highest tiers of the real APIs. */
    private static final long UNLIMITED_REQUESTS = 30_000_000;
    private static final long UNLIMITED_TOKENS = 2_000_000_000;
    private static final Duration CONCURRENCY_RETRY = Duration.ofSeconds(1);

    private final Limits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Bucket requests;
    private final Bucket tokens;
    private final AtomicInteger inside = new AtomicInteger();

    Gate(Limits limits, long nowNanos) {
        this.limits = limits;
        long perMinute = limits.requestsPerMinute() > 0 ? limits.requestsPerMinute() : UNLIMITED_REQUESTS;
        this.requests = new Bucket(perMinute, limits.burst() > 0 ? limits.burst() : perMinute, nowNanos);
        long tokensPerMinute = limits.tokensPerMinute() > 0 ? limits.tokensPerMinute() : UNLIMITED_TOKENS;
        this.tokens = new Bucket(tokensPerMinute, tokensPerMinute, nowNanos);
    }

    Entry enter(int tokenCost, long nowNanos) {
        if (limits.maxConcurrent() > 0 && inside.incrementAndGet() > limits.maxConcurrent()) {
            inside.decrementAndGet();
            return new Entry.Refused(limits.concurrencyStatus(), CONCURRENCY_RETRY, facts(nowNanos));
        }
        if (limits.requestsPerMinute() == 0 && limits.tokensPerMinute() == 0) {
            return new Entry.Admitted(facts(nowNanos));
        }
        lock.lock();
        try {
            long wait = Math.max(requests.nanosUntil(1, nowNanos), tokens.nanosUntil(tokenCost, nowNanos));
            if (wait > 0) {
                leave();
                Duration retryAfter = Duration.ofNanos(wait);
                return new Entry.Refused(429, retryAfter, facts(nowNanos).exhausted(retryAfter));
            }
            requests.take(1);
            tokens.take(tokenCost);
            return new Entry.Admitted(facts(nowNanos));
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        if (limits.maxConcurrent() > 0) {
            inside.decrementAndGet();
        }
    }

    RateFacts facts(long nowNanos) {
        lock.lock();
        try {
            requests.refill(nowNanos);
            tokens.refill(nowNanos);
            return new RateFacts(requests.perMinute, (long) requests.level, requests.untilFull(), tokens.perMinute,
                    (long) tokens.level, tokens.untilFull());
        } finally {
            lock.unlock();
        }
    }

    /** Guarded by the gate's lock. */
    private static final class Bucket {

        private static final double NANOS_PER_MINUTE = 60e9;

        private final long perMinute;
        private final double capacity;
        private double level;
        private long refilledNanos;

        Bucket(long perMinute, long capacity, long nowNanos) {
            this.perMinute = perMinute;
            this.capacity = capacity;
            this.level = capacity;
            this.refilledNanos = nowNanos;
        }

        void refill(long nowNanos) {
            long passed = nowNanos - refilledNanos;
            if (passed > 0) {
                level = Math.min(capacity, level + perMinute * (passed / NANOS_PER_MINUTE));
                refilledNanos = nowNanos;
            }
        }

        /** A cost above the capacity never fits, however long the client waits; that is how the real limits behave, too. */
        long nanosUntil(long cost, long nowNanos) {
            refill(nowNanos);
            return level >= cost ? 0 : Math.max(1, (long) Math.ceil((cost - level) / perMinute * NANOS_PER_MINUTE));
        }

        void take(long cost) {
            level -= cost;
        }

        Duration untilFull() {
            return Duration.ofNanos((long) ((capacity - level) / perMinute * NANOS_PER_MINUTE));
        }
    }
}
