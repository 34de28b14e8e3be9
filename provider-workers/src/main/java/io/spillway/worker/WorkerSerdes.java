package io.spillway.worker;

import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

import io.spillway.v1.Attempt;
import io.spillway.v1.AttemptEvent;
import io.spillway.v1.Telemetry;

/**
 * How records become bytes. Serializers are used by many threads at once, as a Kafka producer does.
 *
 * @param attempts reads what routers dispatch
 * @param events writes what routers read
 * @param telemetry writes what the aggregator reads
 */
public record WorkerSerdes(Deserializer<Attempt> attempts, Serializer<AttemptEvent> events, Serializer<Telemetry> telemetry) {}
