package io.spillway.cli.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.spillway.cli.broker.LocalBroker;
import io.spillway.cli.broker.LocalBrokerConfig;
import io.spillway.cli.submit.SubmitSession.End;
import io.spillway.contract.RecordHeaders;
import io.spillway.contract.Topics;
import io.spillway.v1.Lane;

/** A batch over a real broker, with a router that answers in transactions and aborts some of them. */
@Timeout(120)
final class SubmitIT {

    private static final int LINES = 2_000;
    private static final int PARTITIONS = 3;
    private static final String REQUESTS = Topics.standard().requests(Lane.BATCH).name();
    private static final String RESPONSES = Topics.standard().responses().name();

    @TempDir
    Path folder;
    private final Set<String> accepted = ConcurrentHashMap.newKeySet();

    @Test
    void shouldAnswerEveryLineOnceOverAStopAndAnAbortedAnswer() throws Exception {
        try (LocalBroker broker = LocalBroker.start(LocalBrokerConfig.temporary())) {
            // Given
            createTopics(broker);
            BatchFixture batch = new BatchFixture(folder);
            batch.write(BatchFixture.lines(LINES));
            Thread router = Thread.ofPlatform().start(() -> route(broker));
            try {
                // When a run is stopped half-way and gone on with
                AtomicReference<BatchSubmission> running = new AtomicReference<>();
                BatchSubmission.Outcome stopped = submit(broker, batch, running, LINES / 2);
                assertThat(stopped.end()).isEqualTo(End.STOPPED);
                assertThat(batch.answers().size()).isBetween(LINES / 2, LINES - 1);
                BatchSubmission.Outcome outcome = submit(broker, batch, running, Integer.MAX_VALUE);
                // Then
                assertThat(outcome.end()).isEqualTo(End.COMPLETE);
                assertThat(outcome.progress().duplicates()).isZero();
                assertThat(batch.answers()).hasSize(LINES);
                assertThat(Files.readString(batch.output)).doesNotContain("aborted");
                assertThat(accepted).hasSize(LINES);
            } finally {
                router.interrupt();
                router.join();
            }
        }
    }

    private BatchSubmission.Outcome submit(LocalBroker broker, BatchFixture batch, AtomicReference<BatchSubmission> running,
            int stopAfter) {
        BatchPlan plan = new BatchPlan(batch.input, batch.output, batch.errors, Lane.BATCH, Optional.empty(), Optional.empty(),
                Duration.ofHours(1), 300, false);
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
        BatchReporter reporter = new BatchReporter() {
            @Override
            public void badLine(String sentence) {}

            @Override
            public void notice(String message) {}

            @Override
            public void progress(BatchProgress progress) {
                if (progress.settled() >= stopAfter) {
                    running.get().stop();
                }
            }
        };
        try (KafkaProducer<byte[], byte[]> producer = SubmitClients.producer(settings);
                KafkaConsumer<byte[], byte[]> consumer = SubmitClients.consumer(settings)) {
            BatchSubmission submission = new BatchSubmission(plan, Topics.standard(),
                    new BatchSubmission.Edges(producer, consumer, InstantSource.system(), System::nanoTime, () -> "0123456789ab"),
                    reporter);
            running.set(submission);
            return submission.run();
        }
    }

    private void route(LocalBroker broker) {
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "router");
        try (KafkaConsumer<byte[], byte[]> consumer = SubmitClients
                .consumer(Map.of("bootstrap.servers", broker.bootstrapServers()));
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings, new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            producer.initTransactions();
            List<TopicPartition> partitions = consumer.partitionsFor(REQUESTS).stream()
                    .map(info -> new TopicPartition(REQUESTS, info.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!Thread.currentThread().isInterrupted()) {
                var polled = consumer.poll(Duration.ofMillis(20));
                if (polled.isEmpty()) {
                    continue;
                }
                producer.beginTransaction();
                polled.forEach(item -> answer(producer, item, "aborted"));
                producer.abortTransaction();
                producer.beginTransaction();
                for (ConsumerRecord<byte[], byte[]> item : polled) {
                    if (accepted.add(RecordHeaders.text(item.headers(), RecordHeaders.REQUEST_ID).orElseThrow())) {
                        answer(producer, item, "committed");
                    }
                }
                producer.commitTransaction();
            }
        } catch (InterruptException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(KafkaProducer<byte[], byte[]> producer, ConsumerRecord<byte[], byte[]> request, String text) {
        ProducerRecord<byte[], byte[]> response = new ProducerRecord<>(RESPONSES, request.key(),
                ("{\"choices\":[{\"message\":{\"content\":\"" + text + "\"}}]}").getBytes(StandardCharsets.UTF_8));
        RecordHeaders.set(response.headers(), RecordHeaders.REQUEST_ID,
                RecordHeaders.text(request.headers(), RecordHeaders.REQUEST_ID).orElseThrow());
        RecordHeaders.set(response.headers(), RecordHeaders.OUTCOME, "ok");
        producer.send(response);
    }

    private static void createTopics(LocalBroker broker) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(
                    List.of(new NewTopic(REQUESTS, PARTITIONS, (short) 1), new NewTopic(RESPONSES, PARTITIONS, (short) 1))).all()
                    .get();
        }
    }
}
