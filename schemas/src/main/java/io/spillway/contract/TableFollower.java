package io.spillway.contract;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.spillway.v1.CatalogEntry;
import io.spillway.v1.DeploymentState;

/**
 * Keeps an immutable snapshot of a compacted one-partition topic up to date from a thread of its own. Readers call
 * {@link #get()} as often as they like; it is one volatile read. A record that cannot be decoded is logged and skipped: the
 * last good value stays. When Kafka is away the last snapshot stays too, and following goes on when it is back.
 *
 * @param <S> the snapshot
 */
public final class TableFollower<S> implements Supplier<S>, AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(TableFollower.class);
    private static final Duration POLL = Duration.ofMillis(100);

    /** Takes the next record in order and says what the snapshot is now, if this record changes it. */
    @FunctionalInterface
    private interface Fold<V, S> {
        Optional<S> next(String key, @Nullable V value, long offset);
    }

    private final Consumer<String, byte[]> consumer;
    private final TopicPartition partition;
    private final Fold<byte[], S> fold;
    private final CountDownLatch caughtUp = new CountDownLatch(1);
    private final Thread thread;
    private volatile S snapshot;
    private volatile boolean closed;

    private TableFollower(Consumer<String, byte[]> consumer, String topic, S empty, Fold<byte[], S> fold) {
        this.consumer = consumer;
        this.partition = new TopicPartition(topic, 0);
        this.snapshot = empty;
        this.fold = fold;
        this.thread = new Thread(this::run, "follow-" + topic);
        thread.setDaemon(true);
    }

    /**
     * Follows the catalogue.
     *
     * @param consumer without a group; closed by this follower
     */
    public static TableFollower<CatalogueSnapshot> catalogue(Topics topics, Consumer<String, byte[]> consumer,
            Deserializer<CatalogEntry> deserializer) {
        String topic = topics.catalog().name();
        CatalogueFold fold = new CatalogueFold();
        return new TableFollower<>(consumer, topic, CatalogueSnapshot.empty(),
                (key, value, offset) -> fold.next(key, value == null ? null : deserializer.deserialize(topic, value)));
    }

    /**
     * Follows the deployment states.
     *
     * @param consumer without a group; closed by this follower
     */
    public static TableFollower<DeploymentStates> deploymentStates(Topics topics, Consumer<String, byte[]> consumer,
            Deserializer<DeploymentState> deserializer) {
        String topic = topics.deploymentState().name();
        Map<String, DeploymentState> states = new HashMap<>();
        return new TableFollower<>(consumer, topic, DeploymentStates.empty(), (key, value, offset) -> {
            if (value == null) {
                states.remove(key);
            } else {
                states.put(key, deserializer.deserialize(topic, value));
            }
            return Optional.of(new DeploymentStates(offset + 1, states));
        });
    }

    /**
     * Starts following and waits until everything on the topic now has been read.
     *
     * @throws IllegalStateException when that takes longer than {@code patience}
     */
    public void start(Duration patience) {
        thread.start();
        try {
            if (!caughtUp.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                close();
                throw new IllegalStateException("could not read topic " + partition.topic() + " to its end within "
                        + patience.toSeconds() + " s: is the broker reachable, and does the topic exist (spillway topics)?");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
        }
    }

    @Override
    public S get() {
        return snapshot;
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            thread.join(Duration.ofSeconds(10).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (consumer) {
            while (!closed) {
                try {
                    follow();
                } catch (WakeupException | InterruptException e) {
                    return;
                } catch (RuntimeException e) {
                    LOGGER.atWarn().addKeyValue("topic", partition.topic()).addKeyValue("error", e.toString())
                            .log("following the table failed, trying again");
                    if (pause()) {
                        return;
                    }
                }
            }
        }
    }

    private void follow() {
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        while (!closed) {
            for (ConsumerRecord<String, byte[]> item : consumer.poll(POLL)) {
                take(item);
            }
            if (caughtUp.getCount() > 0 && consumer.position(partition) >= end) {
                caughtUp.countDown();
            }
        }
    }

    private void take(ConsumerRecord<String, byte[]> item) {
        try {
            fold.next(item.key(), item.value(), item.offset()).ifPresent(next -> snapshot = next);
        } catch (RuntimeException e) {
            LOGGER.atError().addKeyValue("topic", item.topic()).addKeyValue("offset", item.offset())
                    .addKeyValue("key", item.key()).addKeyValue("at", Instant.ofEpochMilli(item.timestamp()))
                    .addKeyValue("error", e.toString())
                    .log("skipped a table record that cannot be decoded; the last good value stays");
        }
    }

    private boolean pause() {
        try {
            TimeUnit.SECONDS.sleep(1);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
