package io.spillway.worker.consume;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableSet;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

import io.spillway.worker.domain.StartedOffsets;

/**
 * One assigned partition: the records waiting in it, and what may be committed. Confined to the intake's thread, but for
 * {@link #acknowledged} and {@link #failed}, which the producer's thread calls.
 */
final class PartitionQueue {

    private static final long RETRY_MILLIS = 500;

    private final TopicPartition partition;
    private final Tenure tenure;
    private final NavigableSet<Long> startedBefore;
    private final StartedOffsets offsets = new StartedOffsets();
    private Deque<Waiting> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean hasRead;
    private boolean paused;
    private long retryAt = Long.MIN_VALUE;
    private OffsetAndMetadata lastCommit;

    private final Object lock = new Object();
    private int unacknowledged;
    private boolean isLost;
    private List<Long> settled = new ArrayList<>();
    private List<Waiting> toRetry = new ArrayList<>();

    PartitionQueue(TopicPartition partition, OffsetAndMetadata lastCommit, Tenure tenure) {
        this.partition = partition;
        this.tenure = tenure;
        this.lastCommit = lastCommit;
        this.startedBefore = StartedOffsets.parse(lastCommit.offset(), lastCommit.metadata());
    }

    TopicPartition partition() {
        return partition;
    }

    /** Takes a record that was read; one that the partition's previous owner had started already is skipped. */
    void add(Waiting item) {
        hasRead = true;
        offsets.read(item.offset());
        if (startedBefore.remove(item.offset())) {
            offsets.started(item.offset());
            return;
        }
        waiting.addLast(item);
        waitingBytes += item.bytes();
    }

    Iterator<Waiting> waiting() {
        return waiting.iterator();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    int size() {
        return waiting.size();
    }

    long bytes() {
        return waitingBytes;
    }

    boolean mayStart(Waiting item) {
        return offsets.mayStart(item.offset());
    }

    /** Something about this partition failed: nothing is tried for a moment. */
    void rest(long now) {
        retryAt = now + RETRY_MILLIS;
    }

    boolean isResting(long now) {
        return now < retryAt;
    }

    /** A record left the queue; the acknowledgement about it may come or have come. */
    void left(Waiting item) {
        waitingBytes -= item.bytes();
    }

    /** Something about this record is on its way to Kafka. */
    void announced() {
        synchronized (lock) {
            unacknowledged++;
        }
    }

    /**
     * Kafka has it.
     *
     * @return false when the partition was lost meanwhile: another worker has the record then; or may have been lost: the
     *         record waits again, and is announced once more when the partition turns out to be kept
     */
    boolean acknowledged(Waiting item) {
        synchronized (lock) {
            unacknowledged--;
            lock.notifyAll();
            if (isLost) {
                return false;
            }
            if (!tenure.isCertain()) {
                toRetry.add(item);
                return false;
            }
            settled.add(item.offset());
            return true;
        }
    }

    /** Kafka does not have it: the record waits again. */
    void failed(Waiting item) {
        synchronized (lock) {
            unacknowledged--;
            lock.notifyAll();
            toRetry.add(item);
        }
    }

    /** Whether a write failed since the last {@link #collect}. */
    boolean hasFailed() {
        synchronized (lock) {
            return !toRetry.isEmpty();
        }
    }

    /** Takes over what acknowledgements said since the last time. */
    void collect(long now) {
        List<Long> done;
        List<Waiting> again;
        synchronized (lock) {
            done = settled;
            again = toRetry;
            settled = new ArrayList<>();
            toRetry = new ArrayList<>();
        }
        done.forEach(offsets::started);
        if (!again.isEmpty()) {
            rest(now);
            again.forEach(item -> waitingBytes += item.bytes());
            again.addAll(waiting);
            again.sort(Comparator.comparingLong(Waiting::offset));
            waiting = new ArrayDeque<>(again);
        }
    }

    /** Waits for outstanding acknowledgements, then gives the partition up: later ones begin no calls. */
    void giveUp(Duration patience) {
        long until = System.nanoTime() + patience.toNanos();
        synchronized (lock) {
            try {
                long left = until - System.nanoTime();
                while (unacknowledged > 0 && left > 0) {
                    lock.wait(Duration.ofNanos(left).toMillis() + 1);
                    left = until - System.nanoTime();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            isLost = true;
        }
    }

    /** What can be committed, given the position of the consumer: everything below the lowest record not started. */
    OffsetAndMetadata committable(long position) {
        return new OffsetAndMetadata(offsets.lowestUnstarted().orElse(position), offsets.metadata());
    }

    /** Before anything was read there is nothing to commit, and asking the consumer for its position may block. */
    boolean hasRead() {
        return hasRead;
    }

    boolean isWorthCommitting(OffsetAndMetadata candidate) {
        return !candidate.equals(lastCommit);
    }

    void committing(OffsetAndMetadata candidate) {
        lastCommit = candidate;
    }

    /** The last commit failed: the next one is worth it whatever it says. */
    void commitFailed() {
        lastCommit = new OffsetAndMetadata(0);
    }

    boolean isPaused() {
        return paused;
    }

    void setPaused(boolean value) {
        paused = value;
    }
}
