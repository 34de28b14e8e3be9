package io.spillway.router.topology;

import java.util.concurrent.CompletableFuture;

import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Whether a task has read all that workers had reported by some moment. That a report is missing proves nothing before: in a router
 * that is slow, was stopped, or comes back after others, the report may have lain on the broker for long. So before anything is
 * given up for want of a report, the broker is asked where the log of reports ends, and what is before that is read first.
 *
 * <p>Owned by a stream thread; nothing here blocks it.
 */
final class ReportsRead {

    /** After a question that nobody answered. */
    static final long ASK_AGAIN_MILLIS = 1_000;
    /** Longer nothing waits for reports that cannot be read: a partition without a leader must not hold requests beyond their deadlines. */
    static final long PATIENCE_MILLIS = 30_000;
    private static final long NEVER = Long.MIN_VALUE;

    /** @param askedAt the answer is about all that was reported by then */
    private record Question(long askedAt, CompletableFuture<ReportsLog.Extent> answer) {}

    private final TopicPartition partition;
    private final ReportsLog log;
    private long next;
    private long readUpTo = NEVER;
    private long waitingSince = NEVER;
    private long askAgainAt = NEVER;
    private @Nullable Question question;

    ReportsRead(TopicPartition partition, ReportsLog log) {
        this.partition = partition;
        this.log = log;
    }

    /** A report was processed. */
    void read(long offset) {
        next = offset + 1;
    }

    /**
     * Whether all that was reported by {@code moment} is processed, or has been waited for long enough. Asks the broker when that is
     * not known; the caller comes again.
     *
     * @param moment not after {@code now}
     */
    boolean isUpTo(long moment, long now) {
        consider(now);
        if (moment > readUpTo && question == null && now >= askAgainAt) {
            question = new Question(now, log.extent(partition));
            consider(now);
        }
        if (moment <= readUpTo) {
            waitingSince = NEVER;
            return true;
        }
        if (waitingSince == NEVER) {
            waitingSince = now;
        }
        return now - waitingSince >= PATIENCE_MILLIS;
    }

    private void consider(long now) {
        Question asked = question;
        if (asked == null || !asked.answer().isDone()) {
            return;
        }
        if (asked.answer().isCompletedExceptionally()) {
            question = null;
            askAgainAt = now + ASK_AGAIN_MILLIS;
            return;
        }
        ReportsLog.Extent extent = asked.answer().join();
        if (Math.max(next, extent.committed()) >= extent.end()) {
            readUpTo = asked.askedAt();
            question = null;
        }
    }
}
