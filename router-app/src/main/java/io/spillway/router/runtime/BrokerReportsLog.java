package io.spillway.router.runtime;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

import io.spillway.router.topology.ReportsLog;

/** Asks the brokers how far a partition of attempt results goes, and from where this application would go on. */
final class BrokerReportsLog implements ReportsLog {

    private static final int TIMEOUT_MILLIS = 5_000;

    private final Admin admin;
    private final String group;

    /** @param group of the router's consumers */
    BrokerReportsLog(Admin admin, String group) {
        this.admin = admin;
        this.group = group;
    }

    @Override
    public CompletableFuture<Extent> extent(TopicPartition partition) {
        CompletionStage<Long> end = admin
                .listOffsets(Map.of(partition, OffsetSpec.latest()), new ListOffsetsOptions().timeoutMs(TIMEOUT_MILLIS))
                .partitionResult(partition).toCompletionStage().thenApply(ListOffsetsResultInfo::offset);
        CompletionStage<Map<TopicPartition, OffsetAndMetadata>> committed = admin
                .listConsumerGroupOffsets(Map.of(group, new ListConsumerGroupOffsetsSpec().topicPartitions(List.of(partition))),
                        new ListConsumerGroupOffsetsOptions().timeoutMs(TIMEOUT_MILLIS))
                .partitionsToOffsetAndMetadata(group).toCompletionStage();
        return end.thenCombine(committed, (last, offsets) -> {
            OffsetAndMetadata from = offsets.get(partition);
            return new Extent(from == null ? 0 : from.offset(), last);
        }).toCompletableFuture();
    }
}
