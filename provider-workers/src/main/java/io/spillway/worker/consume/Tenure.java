package io.spillway.worker.consume;

import java.time.Duration;

/**
 * How long an intake may rely on its partitions. A broker that accepts a commit says that the sender was a member of the group,
 * and no partition of a member goes to others before its session has run out. So calls may begin within a time that is shorter
 * than a session, counted from when the last accepted commit was sent. A process that stood still, or that was cut off from the
 * brokers, finds that time run out. Thread-safe.
 */
final class Tenure {

    private final BrokerClock clock;
    private final long termMillis;
    private volatile long endsAt;

    /** @param term shorter than a session; see {@link WorkerEngine.Setup} */
    Tenure(BrokerClock clock, Duration term) {
        this.clock = clock;
        this.termMillis = term.toMillis();
        this.endsAt = clock.millis();
    }

    boolean isCertain() {
        return clock.millis() < endsAt;
    }

    /**
     * A broker accepted a commit.
     *
     * @param sentAt {@link BrokerClock#millis()} when it was sent
     */
    void accepted(long sentAt) {
        endsAt = Math.max(endsAt, sentAt + termMillis);
    }

    /** A broker refused a commit, because the sender is no member of the group any more. */
    void refused() {
        endsAt = clock.millis();
    }
}
