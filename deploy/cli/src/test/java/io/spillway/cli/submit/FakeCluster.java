package io.spillway.cli.submit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import io.spillway.contract.Topics;
import io.spillway.v1.Lane;

/**
 * A cluster with a router that outlive the submitter: dedups by request id, answers an id once, keeps the responses topic. Each
 * {@link #connect()} is a new process with new clients.
 */
final class FakeCluster {

    /** An answer of the router: outcome header and body. */
    record Reply(String outcome, String body, int attempts) {

        static Reply ok(String text) {
            return new Reply("ok", "{\"choices\":[{\"message\":{\"content\":\"" + text
                    + "\"}}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5}}", 1);
        }

        static Reply error(String code) {
            return new Reply(code, "{\"error\":{\"code\":\"" + code + "\",\"message\":\"no\"}}", 2);
        }
    }

    static final int PARTITIONS = 2;
    static final String RESPONSES = Topics.standard().responses().name();

    private final List<List<ConsumerRecord<byte[], byte[]>>> log = new ArrayList<>();
    private final Map<String, ProducerRecord<byte[], byte[]>> accepted = new LinkedHashMap<>();
    private final Set<String> answered = new HashSet<>();
    final List<String> received = new ArrayList<>();
    Function<String, Reply> router = customId -> Reply.ok("answer to " + customId);
    Predicate<String> answers = customId -> true;
    int answersPerPoll = Integer.MAX_VALUE;
    int duplicatesOfEach = 0;

    FakeCluster() {
        for (int i = 0; i < PARTITIONS; i++) {
            log.add(new ArrayList<>());
        }
    }

    /** Requests the router took for new: each is paid for. */
    int paid() {
        return accepted.size();
    }

    List<String> requestIds() {
        return List.copyOf(accepted.keySet());
    }

    String header(String requestId, String name) {
        return new String(accepted.get(requestId).headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    /** A response out of nowhere. */
    void respond(String requestId, String key, Reply reply) {
        int partition = Math.floorMod(key.hashCode(), PARTITIONS);
        RecordHeaders headers = new RecordHeaders();
        headers.add("spillway-request-id", requestId.getBytes(StandardCharsets.UTF_8));
        headers.add("spillway-outcome", reply.outcome().getBytes(StandardCharsets.UTF_8));
        headers.add("spillway-deployment", "gpt-4o-eu".getBytes(StandardCharsets.UTF_8));
        headers.add("spillway-tier", "0".getBytes(StandardCharsets.UTF_8));
        headers.add("spillway-attempts", String.valueOf(reply.attempts()).getBytes(StandardCharsets.UTF_8));
        List<ConsumerRecord<byte[], byte[]>> records = log.get(partition);
        records.add(new ConsumerRecord<>(RESPONSES, partition, records.size(), 0, TimestampType.CREATE_TIME, 0, 0,
                key.getBytes(StandardCharsets.UTF_8), reply.body().getBytes(StandardCharsets.UTF_8), headers, Optional.empty()));
    }

    Connection connect() {
        return new Connection();
    }

    /** The clients of one process. */
    final class Connection {

        final MockProducer<byte[], byte[]> producer = new MockProducer<>(true, null, new ByteArraySerializer(),
                new ByteArraySerializer());
        final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
        private final Map<Integer, Integer> pushed = new HashMap<>();
        private int seen;
        private Runnable everyPoll = () -> {};

        Connection() {
            for (Lane lane : Topics.LANES) {
                consumer.updatePartitions(Topics.standard().requests(lane).name(),
                        List.of(info(Topics.standard().requests(lane).name(), 0)));
            }
            List<PartitionInfo> infos = new ArrayList<>();
            for (int i = 0; i < PARTITIONS; i++) {
                infos.add(info(RESPONSES, i));
            }
            consumer.updatePartitions(RESPONSES, infos);
            updateOffsets();
            consumer.schedulePollTask(this::poll);
        }

        /** Runs before each poll. */
        void everyPoll(Runnable task) {
            everyPoll = task;
        }

        private void poll() {
            consumer.schedulePollTask(this::poll);
            if (Thread.currentThread().isInterrupted()) {
                // As the real consumer does: a test that waits for an answer that never comes must end.
                throw new InterruptException("interrupted");
            }
            everyPoll.run();
            route();
            updateOffsets();
            for (int i = 0; i < PARTITIONS; i++) {
                List<ConsumerRecord<byte[], byte[]>> records = log.get(i);
                int from = pushed.getOrDefault(i, (int) consumer.position(new TopicPartition(RESPONSES, i)));
                records.subList(Math.min(from, records.size()), records.size()).forEach(consumer::addRecord);
                pushed.put(i, records.size());
            }
        }

        /** Takes new requests and answers what may be answered. */
        void route() {
            List<ProducerRecord<byte[], byte[]>> history = producer.history();
            for (ProducerRecord<byte[], byte[]> sent : history.subList(seen, history.size())) {
                String id = new String(sent.headers().lastHeader("spillway-request-id").value(), StandardCharsets.UTF_8);
                received.add(id);
                accepted.putIfAbsent(id, sent);
            }
            seen = history.size();
            int left = answersPerPoll;
            for (Map.Entry<String, ProducerRecord<byte[], byte[]>> request : accepted.entrySet()) {
                String key = new String(request.getValue().key(), StandardCharsets.UTF_8);
                if (left > 0 && answers.test(key) && answered.add(request.getKey())) {
                    left--;
                    for (int i = 0; i <= duplicatesOfEach; i++) {
                        respond(request.getKey(), key, router.apply(key));
                    }
                }
            }
        }

        private void updateOffsets() {
            Map<TopicPartition, Long> ends = new HashMap<>();
            Map<TopicPartition, Long> beginnings = new HashMap<>();
            for (int i = 0; i < PARTITIONS; i++) {
                ends.put(new TopicPartition(RESPONSES, i), (long) log.get(i).size());
                beginnings.put(new TopicPartition(RESPONSES, i), 0L);
            }
            consumer.updateEndOffsets(ends);
            consumer.updateBeginningOffsets(beginnings);
        }

        private static PartitionInfo info(String topic, int partition) {
            return new PartitionInfo(topic, partition, null, null, null);
        }
    }
}
