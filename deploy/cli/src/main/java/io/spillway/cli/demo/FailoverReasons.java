package io.spillway.cli.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;

import io.spillway.v1.DecisionKind;
import io.spillway.v1.RejectedCandidate;
import io.spillway.v1.RoutingDecision;

/** Why requests went elsewhere than to the first tier, read from the router's decision records. */
final class FailoverReasons {

    private static final Duration POLL = Duration.ofMillis(200);

    private FailoverReasons() {}

    /** Reads the topic to its end and counts by reason. */
    static Map<String, Long> read(Consumer<byte[], byte[]> consumer, String topic, Deserializer<RoutingDecision> deserializer) {
        List<TopicPartition> partitions = new ArrayList<>();
        consumer.partitionsFor(topic).forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<String, Long> reasons = new TreeMap<>();
        while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
            consumer.poll(POLL).forEach(item -> count(deserializer.deserialize(topic, item.value()), reasons));
        }
        return reasons;
    }

    /** One decision's contribution. */
    static void count(RoutingDecision decision, Map<String, Long> reasons) {
        if (decision.getKind() != DecisionKind.DISPATCH) {
            return;
        }
        if (decision.getFailure() != null) {
            reasons.merge(decision.getFailedDeployment() + " failed: " + decision.getFailure(), 1L, Long::sum);
        } else if (decision.getTier() != null && decision.getTier() > 0) {
            for (RejectedCandidate candidate : decision.getRejected()) {
                reasons.merge(candidate.getDeployment() + " skipped: " + candidate.getReason(), 1L, Long::sum);
            }
        }
    }
}
