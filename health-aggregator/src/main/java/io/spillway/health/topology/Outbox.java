package io.spillway.health.topology;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

import io.spillway.contract.RecordHeaders;
import io.spillway.contract.Topics;
import io.spillway.v1.DeploymentState;

/** Everything the aggregator writes to topics leaves here. */
final class Outbox {

    private final ProcessorContext<byte[], byte[]> context;
    private final String stateTopic;
    private final Serializer<DeploymentState> serializer;

    Outbox(ProcessorContext<byte[], byte[]> context, Topics topics, Serializer<DeploymentState> serializer) {
        this.context = context;
        this.stateTopic = topics.deploymentState().name();
        this.serializer = serializer;
    }

    void state(DeploymentState state, Instant now) {
        forwardState(state.getDeployment(), serializer.serialize(stateTopic, state), now.toEpochMilli());
    }

    /** Takes a deployment off the table. */
    void tombstone(String deployment) {
        forwardState(deployment, null, context.currentSystemTimeMs());
    }

    /** Writes a record nobody can process as it came, with the reason. */
    void deadLetter(String reason, String detail, Record<byte[], byte[]> item, Instant now) {
        RecordMetadata position = context.recordMetadata()
                .orElseThrow(() -> new IllegalStateException("a source record has a position"));
        Headers headers = new org.apache.kafka.common.header.internals.RecordHeaders(item.headers().toArray());
        RecordHeaders.set(headers, RecordHeaders.DLQ_REASON, reason);
        RecordHeaders.set(headers, RecordHeaders.DLQ_DETAIL, detail);
        RecordHeaders.set(headers, RecordHeaders.DLQ_TOPIC, position.topic());
        RecordHeaders.set(headers, RecordHeaders.DLQ_PARTITION, Integer.toString(position.partition()));
        RecordHeaders.set(headers, RecordHeaders.DLQ_OFFSET, Long.toString(position.offset()));
        context.forward(new Record<>(item.key(), item.value(), now.toEpochMilli(), headers), HealthTopology.DLQ_SINK);
    }

    private void forwardState(String deployment, byte @Nullable [] value, long timestamp) {
        context.forward(new Record<>(deployment.getBytes(StandardCharsets.UTF_8), value, timestamp), HealthTopology.STATE_SINK);
    }
}
