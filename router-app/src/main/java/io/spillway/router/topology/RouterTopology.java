package io.spillway.router.topology;

import java.time.InstantSource;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.ProcessorContext;

import io.micrometer.core.instrument.MeterRegistry;

import io.spillway.contract.CatalogueSnapshot;
import io.spillway.contract.DeploymentStates;
import io.spillway.contract.Topics;
import io.spillway.v1.Attempt;
import io.spillway.v1.AttemptEvent;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.Lane;
import io.spillway.v1.RoutingDecision;

/**
 * The router's graph: per lane two sources (requests, attempt results), one processor, three stores, one sink. The lanes are two
 * copies that share nothing, so neither can delay the other. All names are explicit and stable: they name topics and ACLs.
 */
public final class RouterTopology {

    private RouterTopology() {}

    /**
     * What the topology is made of.
     *
     * @param catalogue the catalogue as of now
     * @param states the deployment states as of now
     * @param topicExists whether a reply topic exists; asked once per topic
     * @param clock stamps records as they are read
     * @param readAhead what the consumers have read
     * @param reportsLog what there is to read of workers' reports
     */
    public record Parts(RouterSettings settings, Supplier<CatalogueSnapshot> catalogue, Supplier<DeploymentStates> states,
            Deserializer<ChatRequest> requests, Deserializer<AttemptEvent> events, Outbox.Serializers serializers,
            Predicate<String> topicExists, MeterRegistry registry, InstantSource clock,
            ReadAhead readAhead, ReportsLog reportsLog) {

        LaneEngine engine(Lane lane, ProcessorContext<byte[], Outgoing> context) {
            OpenRequests open = new OpenRequests();
            int partition = context.taskId().partition();
            return new LaneEngine(new LaneEngine.Parts(lane, partition, settings,
                    new LaneStores(context, lane, settings.dedupTtl()), new Outbox(context, settings, serializers, lane),
                    new Ingress(settings, requests, topicExists, settings.topics().requests(lane).name()),
                    new World(settings, catalogue, states, open), open,
                    new ReportsRead(new TopicPartition(settings.topics().attemptResults(lane).name(), partition), reportsLog),
                    new RouterMetrics(registry, Topics.laneName(lane), partition)));
        }
    }

    /** Serializers of what the topology writes. */
    public static Outbox.Serializers serializers(Serializer<Attempt> attempt, Serializer<RoutingDecision> decision,
            Serializer<ChatResponse> response) {
        return new Outbox.Serializers(attempt, decision, response);
    }

    /** The whole graph. */
    public static Topology build(Parts parts) {
        Topology topology = new Topology();
        for (Lane lane : Topics.LANES) {
            addLane(topology, lane, parts);
        }
        return topology;
    }

    private static void addLane(Topology topology, Lane lane, Parts parts) {
        String name = Topics.laneName(lane);
        Topics topics = parts.settings().topics();
        String requests = "requests-source-" + name;
        String results = "attempt-results-source-" + name;
        String router = "router-" + name;
        topology.addSource(AutoOffsetReset.earliest(), requests, SourceOrder.second(parts.clock()), new ByteArrayDeserializer(),
                new ByteArrayDeserializer(), topics.requests(lane).name());
        topology.addSource(AutoOffsetReset.earliest(), results, SourceOrder.first(parts.clock()), new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                topics.attemptResults(lane).name());
        topology.addProcessor(router, () -> new LaneProcessor(lane, parts), requests, results);
        topology.addStateStore(LaneStores.requestsBuilder(lane), router);
        topology.addStateStore(LaneStores.progressBuilder(lane), router);
        topology.addStateStore(LaneStores.finishedBuilder(lane, parts.settings().dedupTtl()), router);
        Serializer<Outgoing> value = (topic, outgoing) -> outgoing.value();
        StreamPartitioner<byte[], Outgoing> partitioner = (topic, key, outgoing, partitions) -> outgoing.partition(partitions);
        topology.<byte[], Outgoing>addSink("out-" + name, (key, outgoing, context) -> outgoing.topic(),
                new ByteArraySerializer(), value, partitioner, router);
    }
}
