package io.spillway.worker.consume;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import io.spillway.v1.Attempt;

/** A record that was read and not yet dealt with. */
sealed interface Waiting {

    long offset();

    /** Its size in the topic. */
    int bytes();

    /**
     * An attempt to start.
     *
     * @param writtenAt the record's time stamp, milliseconds since the epoch
     * @param readAt {@link BrokerClock#millis()} when it was read
     */
    record ToStart(long offset, int bytes, Attempt attempt, long writtenAt, long readAt) implements Waiting {}

    /** A record to put aside, because nobody can process it. */
    record ToPutAside(ConsumerRecord<byte[], byte[]> poison, String reason, String detail) implements Waiting {
        @Override
        public long offset() {
            return poison.offset();
        }

        @Override
        public int bytes() {
            return Math.max(0, poison.serializedValueSize());
        }
    }
}
