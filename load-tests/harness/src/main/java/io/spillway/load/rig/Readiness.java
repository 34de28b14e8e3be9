package io.spillway.load.rig;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import io.spillway.contract.RecordHeaders;
import io.spillway.load.drive.Endpoint;
import io.spillway.load.workload.PlannedRequest;
import io.spillway.load.workload.RequestBody;

/** Asks each lane a few questions and waits for the answers: only then does the system serve. */
final class Readiness {

    private static final int PER_LANE = 8;
    static final String RUN = "ready";

    private Readiness() {}

    /** @throws IllegalStateException when an answer is missing at the end of the patience */
    static void await(Endpoint endpoint, Duration patience) throws InterruptedException {
        Set<String> open = new HashSet<>();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(endpoint);
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, endpoint.bootstrapServers()), new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            RequestBody bodies = new RequestBody(Rig.ROUTE);
            for (int i = 0; i < 2 * PER_LANE; i++) {
                PlannedRequest request = new PlannedRequest(i, i, 0, i >= PER_LANE, 100, 16);
                String id = RequestBody.id(RUN, request);
                byte[] key = id.getBytes(StandardCharsets.UTF_8);
                ProducerRecord<byte[], byte[]> item = new ProducerRecord<>(
                        request.batch() ? endpoint.batchRequests() : endpoint.requests(), key, bodies.of(id, request));
                item.headers().add(RecordHeaders.REQUEST_ID, key);
                var _ = producer.send(item);
                open.add(id);
            }
            producer.flush();
            long end = System.nanoTime() + patience.toNanos();
            while (!open.isEmpty() && System.nanoTime() < end) {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(item -> RecordHeaders.text(item.headers(), RecordHeaders.REQUEST_ID).ifPresent(open::remove));
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        }
        if (!open.isEmpty()) {
            throw new IllegalStateException(open.size() + " of " + 2 * PER_LANE + " first requests were not answered within "
                    + patience.toSeconds() + " s: look into the logs of the applications");
        }
    }

    private static KafkaConsumer<byte[], byte[]> consumer(Endpoint endpoint) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, endpoint.bootstrapServers(),
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed", ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false),
                new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        consumer.partitionsFor(endpoint.responses())
                .forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }
}
