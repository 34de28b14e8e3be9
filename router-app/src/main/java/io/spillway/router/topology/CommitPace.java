package io.spillway.router.topology;

import java.util.HashMap;
import java.util.Map;

import org.apache.kafka.common.TopicPartition;

/**
 * When a task asks for a commit ahead of Kafka Streams' own, longer interval: as soon as it has processed all that was read for it. Then an
 * answer waits for nothing but its commit. While records wait for the task they come first, because a commit stops the stream thread for
 * some milliseconds however little it covers: commits by the clock alone would leave a slow thread a few records between two
 * of them, and keep it slow.
 */
final class CommitPace {

    private final ReadAhead readAhead;
    private final Map<TopicPartition, Long> processed = new HashMap<>();
    private boolean isWorthIt;

    CommitPace(ReadAhead readAhead) {
        this.readAhead = readAhead;
    }

    /** A record was processed. */
    void handled(TopicPartition partition, long offset) {
        processed.put(partition, offset);
        isWorthIt = true;
    }

    /** Whether what was processed since the last time this said yes should be committed now. */
    boolean isDue() {
        if (!isWorthIt || processed.entrySet().stream().anyMatch(last -> readAhead.isBehind(last.getKey(), last.getValue()))) {
            return false;
        }
        isWorthIt = false;
        return true;
    }
}
