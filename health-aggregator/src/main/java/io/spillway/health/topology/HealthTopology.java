package io.spillway.health.topology;

import java.time.Duration;
import java.util.function.Supplier;

import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;

import io.micrometer.core.instrument.MeterRegistry;

import io.spillway.contract.CatalogueSnapshot;
import io.spillway.contract.Topics;
import io.spillway.v1.DeploymentState;
import io.spillway.v1.Telemetry;

/**
 * The aggregator's graph: telemetry in, one processor with one store, deployment states and dead letters out. Telemetry is keyed
 * by deployment, so one task hears everything about a deployment and is the only one to judge it. All names are explicit and
 * stable: they name topics and ACLs.
 */
public final class HealthTopology {

    static final String STATE_SINK = "deployment-state-sink";
    static final String DLQ_SINK = "dlq-sink";

    /** How far back a group without offsets begins to read: older results would be left out of every window. */
    private static final Duration FIRST_LOOK_BACK = Duration.ofMinutes(10);

    private HealthTopology() {}

    /**
     * What the topology is made of.
     *
     * @param catalogue the catalogue as of now; revision 0 while nothing was applied, every deployment is judged then
     */
    public record Parts(Topics topics, Supplier<CatalogueSnapshot> catalogue, Deserializer<Telemetry> telemetry,
            Serializer<DeploymentState> states, MeterRegistry registry) {}

    /** The whole graph. */
    public static Topology build(Parts parts) {
        Topics topics = parts.topics();
        Topology topology = new Topology();
        topology.addSource(AutoOffsetReset.byDuration(FIRST_LOOK_BACK), "telemetry-source", new ByteArrayDeserializer(),
                new ByteArrayDeserializer(), topics.telemetry().name());
        topology.addProcessor("health", () -> new HealthProcessor(parts), "telemetry-source");
        topology.addStateStore(SnapshotStore.builder(), "health");
        topology.addSink(STATE_SINK, topics.deploymentState().name(), new ByteArraySerializer(), new ByteArraySerializer(),
                "health");
        topology.addSink(DLQ_SINK, topics.dlq().name(), new ByteArraySerializer(), new ByteArraySerializer(), "health");
        return topology;
    }
}
