package io.spillway.worker.consume;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;

import org.jspecify.annotations.Nullable;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.spillway.contract.CatalogueSnapshot;
import io.spillway.contract.Topics;
import io.spillway.v1.Attempt;
import io.spillway.v1.AttemptEvent;
import io.spillway.v1.Lane;
import io.spillway.worker.domain.LimitShare;
import io.spillway.worker.provider.CallOutcome;

/** An intake between a mock consumer and a mock producer, with a clock and calls under the test's control. */
final class IntakeBench implements AutoCloseable {

    static final String TOPIC = "llm.attempts.acme";
    static final String RESULTS = "llm.attempt-results";
    static final Duration TENURE = Duration.ofSeconds(4);
    static final TopicPartition P0 = new TopicPartition(TOPIC, 0);
    static final TopicPartition P1 = new TopicPartition(TOPIC, 1);

    final AtomicLong nanos = new AtomicLong(Duration.ofHours(1).toNanos());
    final BrokerClock clock = new BrokerClock(
            () -> Samples.NOW.plusNanos(nanos.get() - Duration.ofHours(1).toNanos()), nanos::get);
    final Tenure tenure = new Tenure(clock, TENURE);
    /** What commits fail with; null = they succeed. */
    volatile @Nullable KafkaException commitException;
    final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest") {
        @Override
        public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
            KafkaException exception = commitException;
            if (exception != null) {
                throw exception;
            }
            super.commitSync(offsets, timeout);
        }

        @Override
        public synchronized void commitAsync(Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
            KafkaException exception = commitException;
            if (exception != null) {
                callback.onComplete(offsets, exception);
            } else {
                super.commitAsync(offsets, callback);
            }
        }
    };
    final MockProducer<byte[], byte[]> producer = new MockProducer<>(results(12), false, null, new ByteArraySerializer(),
            new ByteArraySerializer());
    final WorkerMetrics metrics = new WorkerMetrics(new SimpleMeterRegistry());
    final RunningCalls running = new RunningCalls();
    final Limiters limiters = new Limiters(clock, metrics);
    final List<String> begun = new CopyOnWriteArrayList<>();
    final Calls calls;
    final Intake intake;
    volatile CatalogueSnapshot catalogue = Samples.catalogue(Samples.deployment("a", 64), Samples.deployment("b", 64));
    volatile Deserializer<Attempt> attempts = Samples.attempts();
    private final Map<String, BlockingQueue<CallOutcome>> endings = new ConcurrentHashMap<>();
    private final Map<TopicPartition, Long> nextOffset = new ConcurrentHashMap<>();

    IntakeBench() {
        Events events = new Events("w1", clock);
        Outbox outbox = new Outbox(producer, Topics.standard(), Samples.events(), Samples.telemetry(), clock,
                Duration.ofMinutes(10));
        this.calls = new Calls((attempt, target) -> {
            begun.add(attempt.getRequestId());
            try {
                return new CallEnd(endings(attempt.getRequestId()).take(), 5L, 7L);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }, outbox, events, running, clock, metrics);
        limiters.owns(Samples.PROVIDER, Lane.BATCH, new LimitShare.Owned(0, 0));
        Dispatcher dispatcher = new Dispatcher(() -> catalogue, limiters, running, calls, outbox, events,
                clock,
                metrics, 10_000);
        Deserializer<Attempt> current = (topic, value) -> attempts.deserialize(topic, value);
        this.intake = new Intake(consumer, TOPIC, Lane.INTERACTIVE, new AttemptDecoder(current, outbox, clock), dispatcher,
                clock, owned -> limiters.owns(Samples.PROVIDER, Lane.INTERACTIVE, owned), tenure);
        consumer.updateBeginningOffsets(Map.of(P0, 0L, P1, 0L));
        intake.subscribe();
    }

    IntakeBench assigned(TopicPartition... partitions) {
        consumer.rebalance(List.of(partitions));
        return this;
    }

    /** Puts an attempt into partition 0. @return its offset */
    long add(Attempt attempt) {
        return addRaw(P0, Samples.encode(attempt));
    }

    long addRaw(TopicPartition partition, byte[] value) {
        long offset = nextOffset.merge(partition, 1L, Long::sum) - 1;
        consumer.addRecord(new ConsumerRecord<>(partition.topic(), partition.partition(), offset,
                clock.now().toEpochMilli(), TimestampType.CREATE_TIME, 3, value == null ? -1 : value.length,
                new byte[]{1, 2, 3}, value, new RecordHeaders().add("kept", new byte[]{9}), java.util.Optional.empty()));
        return offset;
    }

    void startOffsetsAt(TopicPartition partition, long offset) {
        nextOffset.put(partition, offset);
    }

    /** One turn after so many milliseconds. */
    void turn(long millisLater) {
        nanos.addAndGet(Duration.ofMillis(millisLater).toNanos());
        intake.turn();
    }

    /** Acknowledges everything written so far, and what that causes to be written at once. */
    int acknowledgeAll() {
        int count = 0;
        while (producer.completeNext()) {
            count++;
        }
        return count;
    }

    void end(String requestId, CallOutcome outcome) {
        endings(requestId).add(outcome);
    }

    /** Ends a call and acknowledges its result and its telemetry. */
    void finish(String requestId) {
        int before = running.size();
        end(requestId, new CallOutcome.Answered(Samples.response()));
        await().until(() -> {
            acknowledgeAll();
            return running.size() < before;
        });
        acknowledgeAll();
    }

    void awaitBegun(String... requestIds) {
        await().until(() -> Set.copyOf(begun).equals(Set.of(requestIds)));
    }

    List<AttemptEvent> results() {
        return Samples.written(producer, RESULTS);
    }

    OffsetAndMetadata committed(TopicPartition partition) {
        return consumer.committed(Set.of(partition)).get(partition);
    }

    @Override
    public void close() {
        calls.kill();
    }

    private BlockingQueue<CallOutcome> endings(String requestId) {
        return endings.computeIfAbsent(requestId, id -> new LinkedBlockingQueue<>());
    }

    private static Cluster results(int partitions) {
        Node node = new Node(0, "localhost", 9092);
        List<PartitionInfo> infos = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            infos.add(new PartitionInfo(RESULTS, partition, node, new Node[]{node}, new Node[]{node}));
        }
        return new Cluster("test", List.of(node), infos, Set.of(), Set.of());
    }
}
