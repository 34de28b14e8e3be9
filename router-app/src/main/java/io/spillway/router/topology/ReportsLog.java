package io.spillway.router.topology;

import java.util.concurrent.CompletableFuture;

import org.apache.kafka.common.TopicPartition;

/** What the brokers know of a partition of attempt results. */
public interface ReportsLog {

    /**
     * What there is to read.
     *
     * @param committed offset from which this application would go on; 0 when it never committed
     * @param end offset behind the last record
     */
    record Extent(long committed, long end) {}

    /** Does not block. Completes on any thread, exceptionally when no broker answers in a few seconds. */
    CompletableFuture<Extent> extent(TopicPartition partition);
}
