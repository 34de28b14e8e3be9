package io.spillway.router.topology;

/**
 * When a task asks for a commit ahead of Kafka Streams' own, longer interval. A commit stops the stream thread for some milliseconds,
 * however little it covers. Under light load an answer waits for nothing but its commit, so it comes soon; under heavy load records
 * wait for the thread, and commits that come less often leave it more time.
 */
final class CommitPace {

    /**
     * Most records of one task between two looks that still count as light load: at 25 ms about 1,300 records, or 430 requests, a
     * second and partition. Above it the measured throughput began to suffer from commits.
     */
    static final int LIGHT = 32;

    private int handled;

    /** A record was processed. */
    void handled() {
        handled++;
    }

    /** Whether what was handled since the last look should be committed now. */
    boolean isDue() {
        boolean due = handled > 0 && handled <= LIGHT;
        handled = 0;
        return due;
    }
}
