package io.spillway.worker.consume;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import io.spillway.v1.Lane;
import io.spillway.worker.domain.LimitShare;

/**
 * Takes the attempts of one provider's lane from a consumer, turn by turn. Records are started in partition order; one whose
 * deployment is full may be overtaken by records of other deployments, within bounds. Polling never stops: a partition with a
 * full queue is paused. Confined to one thread.
 */
final class Intake implements ConsumerRebalanceListener {

    private static final Logger LOGGER = LoggerFactory.getLogger(Intake.class);

    static final int PAUSE_RECORDS = 1_000;
    static final int RESUME_RECORDS = 500;
    /** For all partitions of this intake together; each has its share. */
    static final long PAUSE_BYTES = 16L * 1024 * 1024;
    static final long COMMIT_MILLIS = 100;
    private static final Duration POLL = Duration.ofMillis(50);
    /** While something waits for a permit, one may become free at any time. */
    private static final Duration POLL_WHEN_WAITING = Duration.ofMillis(10);
    private static final Duration GIVE_UP_PATIENCE = Duration.ofSeconds(5);

    private final Consumer<byte[], byte[]> consumer;
    private final String topic;
    private final Lane lane;
    private final AttemptDecoder decoder;
    private final Dispatcher dispatcher;
    private final BrokerClock clock;
    private final Ownership ownership;
    private final Tenure tenure;
    private final Map<TopicPartition, PartitionQueue> queues = new HashMap<>();
    private long committedAt;
    /** A commit that fails for long fails every turn. */
    private boolean isDoubtTold;
    private int turns;
    private int partitionsOfTopic;
    private volatile Map<String, Integer> queued = Map.of();

    Intake(Consumer<byte[], byte[]> consumer, String topic, Lane lane, AttemptDecoder decoder, Dispatcher dispatcher,
            BrokerClock clock, Ownership ownership, Tenure tenure) {
        this.consumer = consumer;
        this.topic = topic;
        this.lane = lane;
        this.decoder = decoder;
        this.dispatcher = dispatcher;
        this.clock = clock;
        this.ownership = ownership;
        this.tenure = tenure;
    }

    void subscribe() {
        consumer.subscribe(List.of(topic), this);
    }

    /** Reads what has arrived, starts what may start, commits what is due. */
    void turn() {
        boolean isWaiting = queues.values().stream().anyMatch(queue -> !queue.isEmpty());
        ConsumerRecords<byte[], byte[]> records = consumer.poll(isWaiting ? POLL_WHEN_WAITING : POLL);
        for (TopicPartition partition : records.partitions()) {
            PartitionQueue queue = queues.get(partition);
            if (queue != null) {
                take(records.records(partition), queue);
            }
        }
        if (tenure.isCertain() || confirmTenure()) {
            dispatch();
            commitWhenDue();
        }
        applyBackpressure();
    }

    /** Nothing starts until a commit shows that the partitions are this worker's. */
    private boolean confirmTenure() {
        queues.values().forEach(queue -> queue.collect(clock.millis()));
        if (queues.values().stream().allMatch(PartitionQueue::isEmpty)) {
            // Nothing to start; what was started before may be committed in its own time.
            return true;
        }
        Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
        for (PartitionQueue queue : queues.values()) {
            if (queue.hasRead()) {
                commits.put(queue.partition(), queue.committable(consumer.position(queue.partition())));
            }
        }
        try {
            long sentAt = clock.millis();
            commitNow(commits);
            tenure.accepted(sentAt);
            isDoubtTold = false;
            return tenure.isCertain();
        } catch (CommitFailedException e) {
            LOGGER.atWarn().addKeyValue("topic", topic)
                    .addKeyValue("waiting", queues.values().stream().mapToInt(PartitionQueue::size).sum())
                    .log("others took this worker's partitions over; it joins again, and calls nothing of what waited here");
            abandon();
            consumer.unsubscribe();
            subscribe();
            return false;
        } catch (KafkaException e) {
            LOGGER.atLevel(isDoubtTold ? Level.DEBUG : Level.WARN).addKeyValue("topic", topic).addKeyValue("error", e.toString())
                    .log("no broker has confirmed lately that this worker's partitions are its own; nothing starts until one does");
            isDoubtTold = true;
            return false;
        }
    }

    /** Stops taking: waits for outstanding acknowledgements and commits. Waiting records go back to the topic. */
    void finish() {
        onPartitionsRevoked(Set.copyOf(queues.keySet()));
    }

    /** Stops taking without a commit: late acknowledgements begin no calls. */
    void abandon() {
        onPartitionsLost(Set.copyOf(queues.keySet()));
        queued = Map.of();
    }

    /** Waiting attempts by deployment; may be read from any thread. */
    Map<String, Integer> queued() {
        return queued;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        if (!partitions.isEmpty()) {
            Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(Set.copyOf(partitions));
            for (TopicPartition partition : partitions) {
                OffsetAndMetadata last = committed.get(partition);
                queues.put(partition,
                        new PartitionQueue(partition, last == null ? new OffsetAndMetadata(0) : last, tenure));
            }
        }
        // Metadata may be older than an assignment of partitions just added.
        int highest = queues.keySet().stream().mapToInt(TopicPartition::partition).max().orElse(-1);
        partitionsOfTopic = Math.max(consumer.partitionsFor(topic).size(), highest + 1);
        tellOwnership();
        // The client forgets pauses of the partitions it keeps when it is given others.
        consumer.pause(queues.values().stream().filter(PartitionQueue::isPaused).map(PartitionQueue::partition).toList());
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
        for (PartitionQueue queue : removed(partitions)) {
            TopicPartition partition = queue.partition();
            queue.giveUp(GIVE_UP_PATIENCE);
            queue.collect(clock.millis());
            if (queue.hasRead()) {
                OffsetAndMetadata candidate = queue.committable(consumer.position(partition));
                if (queue.isWorthCommitting(candidate)) {
                    commits.put(partition, candidate);
                }
            }
        }
        if (commits.isEmpty()) {
            return;
        }
        try {
            commitNow(commits);
        } catch (KafkaException e) {
            LOGGER.atWarn().addKeyValue("topic", topic).addKeyValue("error", e.toString())
                    .log("the last commit before giving partitions up failed; started attempts may be delivered again");
        }
    }

    private void commitNow(Map<TopicPartition, OffsetAndMetadata> commits) {
        try {
            consumer.commitSync(commits, GIVE_UP_PATIENCE);
        } catch (WakeupException e) {
            // Meant to end a poll, and used up now; the commit matters more.
            consumer.commitSync(commits, GIVE_UP_PATIENCE);
        }
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        removed(partitions).forEach(queue -> queue.giveUp(Duration.ZERO));
    }

    /** The limits shrink before the partitions are given up, because their next owner's grow then. */
    private List<PartitionQueue> removed(Collection<TopicPartition> partitions) {
        List<PartitionQueue> gone = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            PartitionQueue queue = queues.remove(partition);
            if (queue != null) {
                gone.add(queue);
            }
        }
        if (!gone.isEmpty()) {
            tellOwnership();
        }
        return gone;
    }

    private void tellOwnership() {
        ownership.owns(new LimitShare.Owned(queues.size(), Math.max(partitionsOfTopic, queues.size())));
    }

    private void take(List<ConsumerRecord<byte[], byte[]>> records, PartitionQueue queue) {
        for (ConsumerRecord<byte[], byte[]> item : records) {
            try {
                queue.add(decoder.decode(item, lane));
            } catch (RetriableException e) {
                LOGGER.atWarn().addKeyValue("topic", topic).addKeyValue("partition", item.partition())
                        .addKeyValue("offset", item.offset()).addKeyValue("error", e.getMessage())
                        .log("a record cannot be decoded yet, reading it again");
                consumer.seek(queue.partition(), item.offset());
                queue.rest(clock.millis());
                consumer.pause(Set.of(queue.partition()));
                queue.setPaused(true);
                return;
            }
        }
    }

    private void dispatch() {
        long now = clock.millis();
        Set<String> full = new HashSet<>();
        Map<String, Integer> waiting = new HashMap<>();
        for (PartitionQueue queue : inTurn()) {
            queue.collect(now);
            boolean isResting = queue.isResting(now);
            Iterator<Waiting> items = queue.waiting();
            while (items.hasNext()) {
                Waiting item = items.next();
                // A failed write may have blocked for seconds: one per pass, or polling would stop.
                boolean mayLeave = !isResting && !queue.hasFailed() && tenure.isCertain();
                if (mayLeave && dispatcher.leaves(item, queue, lane, full)) {
                    items.remove();
                    queue.left(item);
                } else if (item instanceof Waiting.ToStart start) {
                    waiting.merge(start.attempt().getDeployment(), 1, Integer::sum);
                }
            }
            queue.collect(now);
        }
        queued = waiting;
    }

    /** All queues, each time beginning with another one, so that none has the first pick of permits for ever. */
    private List<PartitionQueue> inTurn() {
        List<PartitionQueue> all = new ArrayList<>(queues.values());
        if (!all.isEmpty()) {
            turns = (turns + 1) % all.size();
            Collections.rotate(all, turns);
        }
        return all;
    }

    private void commitWhenDue() {
        long now = clock.millis();
        if (now - committedAt < COMMIT_MILLIS) {
            return;
        }
        committedAt = now;
        Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
        for (PartitionQueue queue : queues.values()) {
            if (!queue.hasRead()) {
                continue;
            }
            OffsetAndMetadata candidate = queue.committable(consumer.position(queue.partition()));
            if (queue.isWorthCommitting(candidate)) {
                queue.committing(candidate);
                commits.put(queue.partition(), candidate);
            }
        }
        if (!commits.isEmpty()) {
            consumer.commitAsync(commits, (offsets, error) -> committed(offsets, error, now));
        }
    }

    private void committed(Map<TopicPartition, OffsetAndMetadata> offsets, Exception error, long sentAt) {
        if (error == null) {
            tenure.accepted(sentAt);
            return;
        }
        if (error instanceof CommitFailedException) {
            tenure.refused();
        }
        LOGGER.atWarn().addKeyValue("topic", topic).addKeyValue("error", error.toString()).log("a commit failed, trying again");
        for (TopicPartition partition : offsets.keySet()) {
            PartitionQueue queue = queues.get(partition);
            if (queue != null) {
                queue.commitFailed();
            }
        }
    }

    private void applyBackpressure() {
        long share = PAUSE_BYTES / Math.max(1, queues.size());
        for (PartitionQueue queue : queues.values()) {
            boolean isFull = queue.size() >= PAUSE_RECORDS || queue.bytes() >= share;
            boolean hasRoom = !queue.isResting(clock.millis()) && queue.size() <= RESUME_RECORDS && queue.bytes() <= share / 2;
            if (!queue.isPaused() && isFull) {
                consumer.pause(Set.of(queue.partition()));
                queue.setPaused(true);
            } else if (queue.isPaused() && hasRoom) {
                consumer.resume(Set.of(queue.partition()));
                queue.setPaused(false);
            }
        }
    }
}
