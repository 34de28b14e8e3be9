package io.spillway.worker.consume;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.Deserializer;

import io.spillway.v1.Attempt;
import io.spillway.v1.Lane;

/** Record in, attempt or a reason why not out. */
final class AttemptDecoder {

    static final String UNDECODABLE = "undecodable";
    static final String UNKNOWN_OWNER = "unknown-owner-partition";

    private final Deserializer<Attempt> deserializer;
    private final Outbox outbox;
    private final BrokerClock clock;

    AttemptDecoder(Deserializer<Attempt> deserializer, Outbox outbox, BrokerClock clock) {
        this.deserializer = deserializer;
        this.outbox = outbox;
        this.clock = clock;
    }

    /** @throws RetriableException when nothing can be said now and the record has to be read again */
    Waiting decode(ConsumerRecord<byte[], byte[]> item, Lane lane) {
        Attempt attempt;
        try {
            // Deserializers are made for one consumer's thread; this one serves all intakes.
            synchronized (deserializer) {
                attempt = deserializer.deserialize(item.topic(), item.headers(), item.value());
            }
        } catch (RetriableException e) {
            // The schema registry cannot be asked now: that says nothing about the record.
            throw e;
        } catch (RuntimeException e) {
            // The class alone: messages of decoders may quote content.
            return new Waiting.ToPutAside(item, UNDECODABLE, e.getClass().getSimpleName());
        }
        if (attempt == null) {
            return new Waiting.ToPutAside(item, UNDECODABLE, "the record has no value");
        }
        if (!outbox.hasPartition(lane, attempt.getOwnerPartition())) {
            return new Waiting.ToPutAside(item, UNKNOWN_OWNER, "results have no partition " + attempt.getOwnerPartition());
        }
        return new Waiting.ToStart(item.offset(), Math.max(0, item.serializedValueSize()), attempt, item.timestamp(),
                clock.millis());
    }
}
