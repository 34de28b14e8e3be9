package io.spillway.router.topology;

import java.time.Duration;
import java.time.InstantSource;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Which of a task's two inputs goes first. Kafka Streams takes the record with the smaller timestamp, so by the records' own
 * times a backlog of requests, being older, would go before every report of a worker: reports would be read only after leases had
 * run out, and calls would be made twice for want of reading that they had ended. Hence both inputs are stamped with the time of reading,
 * and reports an hour earlier.
 *
 * <p>The stamp is also the timestamp of changelog records. Callers' own timestamps, which may be anything, must not be: a
 * changelog forgets by them.
 */
record SourceOrder(InstantSource clock, Duration headStart) implements TimestampExtractor {

    /** More than a record waits at the head of a queue, and little beside the day that a windowed changelog keeps records longer. */
    private static final Duration FIRST = Duration.ofHours(1);

    /** For what workers report. */
    static SourceOrder first(InstantSource clock) {
        return new SourceOrder(clock, FIRST);
    }

    /** For new requests. */
    static SourceOrder second(InstantSource clock) {
        return new SourceOrder(clock, Duration.ZERO);
    }

    @Override
    public long extract(ConsumerRecord<Object, Object> item, long partitionTime) {
        return clock.millis() - headStart.toMillis();
    }
}
