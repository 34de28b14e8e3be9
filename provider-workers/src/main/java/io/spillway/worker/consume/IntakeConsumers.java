package io.spillway.worker.consume;

import org.apache.kafka.clients.consumer.Consumer;

import io.spillway.v1.Lane;

/** Makes the consumer of one provider's lane: a plain consumer of the lane's group, with auto-commit off. */
@FunctionalInterface
public interface IntakeConsumers {

    Consumer<byte[], byte[]> create(String provider, Lane lane);
}
