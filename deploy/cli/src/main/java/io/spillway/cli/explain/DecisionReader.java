package io.spillway.cli.explain;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;

import io.spillway.contract.RecordHeaders;
import io.spillway.contract.Topics;
import io.spillway.v1.RoutingDecision;

/** Finds what the topics know about one request. */
final class DecisionReader {

    /**
     * What was found.
     *
     * @param decisions in order
     * @param searched partitions that were read
     * @param partitions partitions of the decisions topic; 0 when there is no such topic
     * @param records records read
     */
    record Found(List<RoutingDecision> decisions, List<Integer> searched, int partitions, long records) {}

    private final Consumer<String, byte[]> consumer;
    private final Topics topics;
    private final Deserializer<RoutingDecision> deserializer;

    /** @param consumer without a group, reading committed records */
    DecisionReader(Consumer<String, byte[]> consumer, Topics topics, Deserializer<RoutingDecision> deserializer) {
        this.consumer = consumer;
        this.topics = topics;
        this.deserializer = deserializer;
    }

    /**
     * The decisions about a request.
     *
     * @param since reads from there; empty reads all that is kept
     * @param everywhere reads all partitions instead of the one the key belongs to
     */
    Found decisions(String requestId, Optional<Instant> since, boolean everywhere) {
        String topic = topics.decisions().name();
        int count = consumer.partitionsFor(topic).size();
        if (count == 0) {
            return new Found(List.of(), List.of(), 0, 0);
        }
        List<Integer> searched = everywhere
                ? IntStream.range(0, count).boxed().toList()
                : List.of(TopicScan.partitionOf(requestId, count));
        Map<Integer, RoutingDecision> bySequence = new TreeMap<>(Comparator.naturalOrder());
        long records = TopicScan.run(consumer, on(topic, searched), since, item -> {
            if (item.value() != null && requestId.equals(item.key())) {
                RoutingDecision decision = deserializer.deserialize(topic, item.value());
                bySequence.put(decision.getSequence(), decision);
            }
            return false;
        });
        return new Found(List.copyOf(bySequence.values()), searched, count, records);
    }

    /** The first answer to a request on the responses topic. Its key is the caller's, so all partitions are read. */
    Optional<ConsumerRecord<String, byte[]>> answer(String requestId, Instant since) {
        String topic = topics.responses().name();
        List<Integer> all = IntStream.range(0, consumer.partitionsFor(topic).size()).boxed().toList();
        AtomicReference<ConsumerRecord<String, byte[]>> found = new AtomicReference<>();
        TopicScan.run(consumer, on(topic, all), Optional.of(since), item -> {
            boolean matches = RecordHeaders.text(item.headers(), RecordHeaders.REQUEST_ID).filter(requestId::equals).isPresent();
            if (matches) {
                found.set(item);
            }
            return matches;
        });
        return Optional.ofNullable(found.get());
    }

    private static List<TopicPartition> on(String topic, List<Integer> partitions) {
        return partitions.stream().map(partition -> new TopicPartition(topic, partition)).toList();
    }
}
