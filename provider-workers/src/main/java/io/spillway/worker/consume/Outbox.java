package io.spillway.worker.consume;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.spillway.contract.RecordHeaders;
import io.spillway.contract.Topics;
import io.spillway.v1.AttemptEvent;
import io.spillway.v1.Lane;
import io.spillway.v1.Telemetry;

/**
 * Everything the worker writes. All of it goes through one idempotent producer, so that events of one attempt keep their order.
 * Failures, those thrown by the producer included, always arrive at the callback. Thread-safe.
 */
final class Outbox {

    private static final Logger LOGGER = LoggerFactory.getLogger(Outbox.class);
    private static final long ASK_AGAIN_MILLIS = 10_000;
    private static final Duration RETRY_PAUSE = Duration.ofMillis(500);

    private final Producer<byte[], byte[]> producer;
    private final Topics topics;
    private final Serializer<AttemptEvent> eventSerializer;
    private final Serializer<Telemetry> telemetrySerializer;
    private final BrokerClock clock;
    private final Duration patience;
    private volatile long askAgainAt = Long.MIN_VALUE;

    /** @param patience how long a result that cannot be written is tried again */
    Outbox(Producer<byte[], byte[]> producer, Topics topics, Serializer<AttemptEvent> eventSerializer,
            Serializer<Telemetry> telemetrySerializer, BrokerClock clock, Duration patience) {
        this.producer = producer;
        this.topics = topics;
        this.eventSerializer = eventSerializer;
        this.telemetrySerializer = telemetrySerializer;
        this.clock = clock;
        this.patience = patience;
    }

    /** Writes an event to the partition of the router task that owns the request. */
    void event(Lane lane, int ownerPartition, AttemptEvent event, @Nullable String traceparent, Callback callback) {
        try {
            String topic = topics.attemptResults(lane).name();
            Headers headers = new org.apache.kafka.common.header.internals.RecordHeaders();
            if (traceparent != null) {
                RecordHeaders.set(headers, RecordHeaders.TRACEPARENT, traceparent);
            }
            byte[] value = eventSerializer.serialize(topic, headers, event);
            send(new ProducerRecord<>(topic, ownerPartition, null, utf8(event.getRequestId()), value, headers), callback);
        } catch (RuntimeException e) {
            callback.onCompletion(null, e);
        }
    }

    /**
     * Writes an event and waits until it is there, trying again as long as there is hope. For threads that may block.
     *
     * @return what finally went wrong, or null
     */
    @Nullable
    Exception deliver(Lane lane, int ownerPartition, AttemptEvent event, @Nullable String traceparent) {
        long giveUpAt = clock.millis() + patience.toMillis();
        Exception failure = attemptDelivery(lane, ownerPartition, event, traceparent);
        while (failure instanceof RetriableException && clock.millis() < giveUpAt && pause()) {
            failure = attemptDelivery(lane, ownerPartition, event, traceparent);
        }
        return failure;
    }

    void telemetry(String deployment, Telemetry telemetry, Callback callback) {
        try {
            String topic = topics.telemetry().name();
            send(new ProducerRecord<>(topic, utf8(deployment), telemetrySerializer.serialize(topic, telemetry)), callback);
        } catch (RuntimeException e) {
            callback.onCompletion(null, e);
        }
    }

    /** Puts a record nobody can process aside, as it came. */
    void deadLetter(ConsumerRecord<byte[], byte[]> poison, String reason, String detail, Callback callback) {
        Headers headers = new org.apache.kafka.common.header.internals.RecordHeaders(poison.headers().toArray());
        RecordHeaders.set(headers, RecordHeaders.DLQ_REASON, reason);
        RecordHeaders.set(headers, RecordHeaders.DLQ_DETAIL, detail);
        RecordHeaders.set(headers, RecordHeaders.DLQ_TOPIC, poison.topic());
        RecordHeaders.set(headers, RecordHeaders.DLQ_PARTITION, Integer.toString(poison.partition()));
        RecordHeaders.set(headers, RecordHeaders.DLQ_OFFSET, Long.toString(poison.offset()));
        try {
            send(new ProducerRecord<>(topics.dlq().name(), null, null, poison.key(), poison.value(), headers), callback);
        } catch (RuntimeException e) {
            callback.onCompletion(null, e);
        }
    }

    /** Whether the results topic of a lane has this partition; when the brokers do not say, it is assumed. */
    boolean hasPartition(Lane lane, int partition) {
        if (partition < 0) {
            return false;
        }
        if (clock.millis() < askAgainAt) {
            return true;
        }
        try {
            int count = producer.partitionsFor(topics.attemptResults(lane).name()).size();
            return count == 0 || partition < count;
        } catch (RuntimeException e) {
            // Asking blocks when there is no answer: not once per record.
            askAgainAt = clock.millis() + ASK_AGAIN_MILLIS;
            LOGGER.atWarn().addKeyValue("lane", lane).addKeyValue("error", e.toString())
                    .log("partitions of the results topic are not known");
            return true;
        }
    }

    static boolean isTooLarge(@Nullable Exception failure) {
        return failure instanceof RecordTooLargeException;
    }

    private @Nullable Exception attemptDelivery(Lane lane, int ownerPartition, AttemptEvent event, @Nullable String traceparent) {
        CompletableFuture<Boolean> written = new CompletableFuture<>();
        event(lane, ownerPartition, event, traceparent, (metadata, error) -> {
            if (error == null) {
                written.complete(true);
            } else {
                written.completeExceptionally(error);
            }
        });
        try {
            written.get();
            return null;
        } catch (ExecutionException e) {
            return e.getCause() instanceof Exception cause ? cause : e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return e;
        }
    }

    private void send(ProducerRecord<byte[], byte[]> item, Callback callback) {
        // The future only repeats what the callback says.
        var _ = producer.send(item, callback);
    }

    private static boolean pause() {
        try {
            Thread.sleep(RETRY_PAUSE);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
