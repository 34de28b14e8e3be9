package io.spillway.load.drive;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

import io.spillway.contract.RecordHeaders;
import io.spillway.load.workload.PlannedRequest;

/**
 * Sends a plan at its own times, however slow the answers are, and reads the answers. Latency counts from the planned send, so a
 * stall of the system shows in every request it delayed and not only in one.
 */
public final class OpenLoopDriver implements AutoCloseable {

    /**
     * How it sends and what it reads besides the committed answers.
     *
     * @param window most requests without an answer; 0 = no limit
     * @param lingerMillis the producer's linger
     * @param uncommitted whether answers are also read uncommitted
     * @param attempts whether attempts are read, uncommitted as interactive workers do
     * @param deadline of every request
     */
    public record Options(int window, int lingerMillis, boolean uncommitted, boolean attempts, Duration deadline) {}

    private static final Duration SEND_PATIENCE = Duration.ofSeconds(30);

    private final Endpoint endpoint;
    private final RunRecord record;
    private final Options options;
    private final Semaphore places;
    private final Sightings uncommitted;
    private final Sightings attempts;
    private final KafkaProducer<byte[], byte[]> producer;
    private final List<TopicReader> readers = new ArrayList<>();

    public OpenLoopDriver(Endpoint endpoint, RunRecord record, Options options) {
        this.endpoint = endpoint;
        this.record = record;
        this.options = options;
        this.places = new Semaphore(options.window());
        this.uncommitted = record.sightings();
        this.attempts = record.sightings();
        this.producer = new KafkaProducer<>(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, endpoint.bootstrapServers(),
                ProducerConfig.ACKS_CONFIG, "all", ProducerConfig.LINGER_MS_CONFIG, options.lingerMillis(),
                ProducerConfig.MAX_BLOCK_MS_CONFIG, (int) SEND_PATIENCE.toMillis(), ProducerConfig.BATCH_SIZE_CONFIG, 64 * 1024),
                new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Begins to read, then starts the clock. */
    public void start() throws InterruptedException {
        readers.add(
                TopicReader.start(endpoint.bootstrapServers(), "read_committed", List.of(endpoint.responses()), (item, now) -> {
                    if (record.answered(item, now)) {
                        places.release();
                    }
                }));
        if (options.uncommitted()) {
            readers.add(TopicReader.start(endpoint.bootstrapServers(), "read_uncommitted", List.of(endpoint.responses()),
                    (item, now) -> RecordHeaders.text(item.headers(), RecordHeaders.REQUEST_ID)
                            .ifPresent(id -> uncommitted.see(record.index(id), record.since(now)))));
        }
        if (options.attempts()) {
            readers.add(TopicReader.start(endpoint.bootstrapServers(), "read_uncommitted", endpoint.attempts(), (item, now) -> {
                if (item.key() != null) {
                    attempts.see(record.index(new String(item.key(), StandardCharsets.UTF_8)), record.since(now));
                }
            }));
        }
        // The first send opens connections and fetches metadata; that is nobody's latency.
        producer.partitionsFor(endpoint.requests());
        record.begin(System.nanoTime(), Instant.now());
    }

    /** Sends the whole plan; returns when the last is handed over. */
    public void send() throws InterruptedException {
        List<PlannedRequest> plan = record.plan();
        long end = plan.isEmpty() ? 0 : plan.getLast().atNanos();
        for (PlannedRequest request : plan) {
            waitUntil(request.atNanos());
            if (options.window() > 0 && !takePlace(end)) {
                break;
            }
            send(request);
        }
        producer.flush();
    }

    /**
     * Waits until every request that was not refused has an answer.
     *
     * @return whether that came about in time
     */
    public boolean awaitAnswers(Duration patience, Runnable meanwhile) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (record.open() > 0 && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(20);
            meanwhile.run();
        }
        return record.open() <= 0;
    }

    /** When requests were first answered as readers of uncommitted records see it. */
    public Sightings uncommitted() {
        return uncommitted;
    }

    /** When the first attempt of a request could be read. */
    public Sightings attempts() {
        return attempts;
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
        readers.forEach(TopicReader::close);
    }

    private void send(PlannedRequest request) {
        byte[] body = record.body(request);
        String id = record.id(request);
        byte[] key = id.getBytes(StandardCharsets.UTF_8);
        ProducerRecord<byte[], byte[]> item = new ProducerRecord<>(
                request.batch() ? endpoint.batchRequests() : endpoint.requests(),
                key, body);
        item.headers().add(RecordHeaders.REQUEST_ID, key);
        item.headers().add(RecordHeaders.DEADLINE,
                (options.deadline().toSeconds() + "s").getBytes(StandardCharsets.UTF_8));
        int index = request.index();
        record.sending(request, body, System.nanoTime());
        var _ = producer.send(item, (metadata, failure) -> sent(index, metadata, failure));
    }

    private void sent(int index, @Nullable RecordMetadata metadata, @Nullable Exception failure) {
        if (failure == null && metadata != null) {
            record.acknowledged(index, metadata.partition(), metadata.offset());
        } else if (failure instanceof RecordTooLargeException || failure instanceof SerializationException
                || failure instanceof AuthorizationException) {
            // Refused before anything was written. All other failures leave open whether the record is in the log.
            record.refused(index);
        }
    }

    private boolean takePlace(long endNanos) throws InterruptedException {
        long left = endNanos - record.since(System.nanoTime());
        return places.tryAcquire(Math.max(0, left), TimeUnit.NANOSECONDS);
    }

    private void waitUntil(long nanos) throws InterruptedException {
        long left = nanos - record.since(System.nanoTime());
        while (left > 0) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            left = nanos - record.since(System.nanoTime());
        }
    }
}
