package io.spillway.worker.consume;

/**
 * Whether an intake may rely on its partitions. After a standstill it may not until a broker has accepted a commit of its
 * member: others may have taken the partitions over, and would make the same calls. Thread-safe.
 */
final class Tenure {

    private final Standstills standstills;
    private volatile int confirmed;

    Tenure(Standstills standstills) {
        this.standstills = standstills;
        this.confirmed = standstills.count();
    }

    boolean isCertain() {
        return standstills.count() == confirmed;
    }

    /**
     * Runs a commit, and is certain again if it returns normally and no standstill came between.
     *
     * @throws RuntimeException what the commit throws; nothing is confirmed then
     */
    void confirm(Runnable commit) {
        int before = standstills.count();
        commit.run();
        confirmed = before;
    }
}
