package io.spillway.worker;

import org.apache.kafka.clients.producer.Producer;

import io.spillway.worker.consume.IntakeConsumers;

/**
 * The Kafka clients of a worker.
 *
 * @param producer idempotent, acks=all; closed by the worker
 * @param consumers one per provider and lane; closed by the worker
 */
public record WorkerClients(Producer<byte[], byte[]> producer, IntakeConsumers consumers) {}
