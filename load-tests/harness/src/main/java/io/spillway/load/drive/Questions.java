package io.spillway.load.drive;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import io.spillway.contract.RecordHeaders;
import io.spillway.load.history.Acknowledgement;
import io.spillway.load.history.Send;
import io.spillway.load.workload.PlannedRequest;
import io.spillway.load.workload.RequestBody;

/**
 * Asks every partition of both lanes one question and says when each was answered: the first answer shows that a router serves, the
 * last that every task has its state back, because a task answers nothing before. The questions are public data, so that a provider
 * of their own can take them while the others are down.
 */
public final class Questions implements AutoCloseable {

    /** What the sends of questions are filed under, for the checker. */
    public static final String ROUTE = "questions";

    private static final String RUN = "question";
    private static final String DATA_CLASS = "public";

    /**
     * When the answers came, counted from a moment of the asker's choice.
     *
     * @param asked questions
     * @param after for each answer, in the order they came
     */
    public record Answered(int asked, List<Duration> after) {

        public Answered {
            after = List.copyOf(after);
        }

        public boolean isComplete() {
            return after.size() == asked;
        }

        /** The patience, if there was none. */
        public Duration first(Duration patience) {
            return after.isEmpty() ? patience : after.getFirst();
        }

        /** The patience, if one is missing. */
        public Duration last(Duration patience) {
            return isComplete() ? after.getLast() : patience;
        }
    }

    private record Asked(String id, long fingerprint, long atNanos, RecordMetadata metadata) {}

    private final Endpoint endpoint;
    private final RequestBody bodies;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<Asked> asked = new ArrayList<>();
    private int next;

    /** @param route the name the questions ask for */
    public Questions(Endpoint endpoint, String route) {
        this.endpoint = endpoint;
        this.bodies = new RequestBody(route);
        this.producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, endpoint.bootstrapServers(), ProducerConfig.ACKS_CONFIG, "all"),
                new ByteArraySerializer(), new ByteArraySerializer());
        this.consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, endpoint.bootstrapServers(),
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed", ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false),
                new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(consumer.partitionsFor(endpoint.responses()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition())).toList());
    }

    /**
     * Asks now, and waits for all answers.
     *
     * @param beginNanos what the times of the answers count from, by System.nanoTime()
     * @param patience from then on
     */
    public Answered ask(long beginNanos, Duration patience) throws InterruptedException {
        consumer.seekToEnd(consumer.assignment());
        consumer.assignment().forEach(consumer::position);
        Set<String> open = new HashSet<>();
        for (String topic : List.of(endpoint.requests(), endpoint.batchRequests())) {
            for (var info : producer.partitionsFor(topic)) {
                open.add(send(topic, info.partition(), topic.equals(endpoint.batchRequests())));
            }
        }
        int questions = open.size();
        List<Duration> after = new ArrayList<>();
        while (!open.isEmpty() && System.nanoTime() - beginNanos < patience.toNanos()) {
            var records = consumer.poll(Duration.ofMillis(50));
            Duration now = Duration.ofNanos(System.nanoTime() - beginNanos);
            records.forEach(item -> RecordHeaders.text(item.headers(), RecordHeaders.REQUEST_ID)
                    .filter(open::remove).ifPresent(id -> after.add(now)));
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return new Answered(questions, after);
    }

    /** All questions so far as part of a run's history. */
    public List<Send> sends(RunRecord record) {
        return asked.stream().map(one -> new Send(one.id(), one.fingerprint(), ROUTE, record.since(one.atNanos()),
                Acknowledgement.ACKED, one.metadata().partition(), one.metadata().offset())).toList();
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
        consumer.close();
    }

    private String send(String topic, int partition, boolean batch) throws InterruptedException {
        PlannedRequest request = new PlannedRequest(next, next, 0, batch, 100, 64);
        next++;
        String id = RequestBody.id(RUN, request);
        byte[] key = id.getBytes(StandardCharsets.UTF_8);
        byte[] body = bodies.of(id, request);
        ProducerRecord<byte[], byte[]> item = new ProducerRecord<>(topic, partition, key, body);
        item.headers().add(RecordHeaders.REQUEST_ID, key);
        item.headers().add(RecordHeaders.DATA_CLASS, DATA_CLASS.getBytes(StandardCharsets.UTF_8));
        long at = System.nanoTime();
        try {
            asked.add(new Asked(id, RequestBody.fingerprint(body), at, producer.send(item).get()));
        } catch (ExecutionException e) {
            throw new IllegalStateException("a question could not be written", e);
        }
        return id;
    }
}
