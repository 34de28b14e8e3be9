package io.spillway.worker.consume;

/**
 * Counts how often this process stood still: stopped by a signal, frozen with its container, or held up by a collection. What
 * it believed before may be wrong afterwards, above all which partitions are its own. The watch goes by how long nobody asked,
 * so somebody must ask every second or so. Thread-safe.
 */
final class Standstills {

    /** Well below the shortest session that brokers allow (6 s): within it nobody can have taken partitions over. */
    static final long LIMIT_MILLIS = 2_000;

    private final BrokerClock clock;
    private long askedAt;
    private int count;

    Standstills(BrokerClock clock) {
        this.clock = clock;
        this.askedAt = clock.millis();
    }

    /** How often until now; the first one to ask after a standstill counts it. */
    synchronized int count() {
        long now = clock.millis();
        if (now - askedAt > LIMIT_MILLIS) {
            count++;
        }
        askedAt = now;
        return count;
    }
}
