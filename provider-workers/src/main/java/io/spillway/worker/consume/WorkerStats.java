package io.spillway.worker.consume;

import java.util.Map;

/**
 * Counters of one worker since its start.
 *
 * @param outcomes attempts ended: {@code succeeded}, or the failure kind in lower case
 * @param inFlight calls announced and not yet reported
 * @param duplicates attempts delivered again that this worker had started before
 * @param leaseRenewals leases renewed
 * @param deadLetters records put on the dead-letter topic
 * @param undeliveredResults results that could not be written
 * @param failedStarts start announcements that failed and were tried again
 * @param intakeRestarts consumers replaced after an error
 */
public record WorkerStats(Map<String, Long> outcomes, int inFlight, long duplicates, long leaseRenewals, long deadLetters,
        long undeliveredResults, long failedStarts, long intakeRestarts) {

    public static final String SUCCEEDED = "succeeded";

    public WorkerStats {
        outcomes = Map.copyOf(outcomes);
    }

    public long succeeded() {
        return outcomes.getOrDefault(SUCCEEDED, 0L);
    }

    /** Attempts ended, whatever the outcome. */
    public long finished() {
        return outcomes.values().stream().mapToLong(Long::longValue).sum();
    }
}
