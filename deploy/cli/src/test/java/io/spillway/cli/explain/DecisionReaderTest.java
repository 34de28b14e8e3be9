package io.spillway.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

import io.spillway.contract.Topics;
import io.spillway.v1.DecisionKind;
import io.spillway.v1.DecisionTrigger;
import io.spillway.v1.RoutingDecision;

final class DecisionReaderTest {

    private static final String TOPIC = Topics.standard().decisions().name();
    private static final int PARTITIONS = 4;

    private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
    /** Values are indexes into this list: how they are encoded is not the reader's business. */
    private final List<RoutingDecision> decisions = new ArrayList<>();
    private final List<List<ConsumerRecord<String, byte[]>>> log = new ArrayList<>();

    @Test
    void shouldFindThePartitionTheProducerChose() {
        for (int i = 0; i < 200; i++) {
            String key = "batch-" + i;
            assertThat(TopicScan.partitionOf(key, 12))
                    .isEqualTo(BuiltInPartitioner.partitionForKey(key.getBytes(StandardCharsets.UTF_8), 12));
        }
    }

    @Test
    void shouldReadTheDecisionsOfOneRequestInOrder() {
        topic();
        int partition = TopicScan.partitionOf("r-1", PARTITIONS);
        add(partition, "r-1", decision(2, DecisionKind.COMPLETE));
        add(partition, "other", decision(1, DecisionKind.DISPATCH));
        add(partition, "r-1", decision(1, DecisionKind.DISPATCH));
        DecisionReader.Found found = reader().decisions("r-1", Optional.empty(), false);
        assertThat(found.decisions()).extracting(RoutingDecision::getSequence).containsExactly(1, 2);
        assertThat(found.searched()).containsExactly(partition);
        assertThat(found.records()).isEqualTo(3);
    }

    @Test
    void shouldSearchElsewhereOnlyWhenTold() {
        topic();
        int elsewhere = (TopicScan.partitionOf("r-1", PARTITIONS) + 1) % PARTITIONS;
        add(elsewhere, "r-1", decision(1, DecisionKind.DISPATCH));
        assertThat(reader().decisions("r-1", Optional.empty(), false).decisions()).isEmpty();
        assertThat(reader().decisions("r-1", Optional.empty(), true).decisions()).hasSize(1);
    }

    @Test
    void shouldSayWhereItLookedAndWhatMayBeWrong() {
        topic();
        DecisionReader.Found found = reader().decisions("nobody", Optional.empty(), false);
        String words = String.join("\n", Unfound.lines("nobody", Topics.standard(), found, Optional.empty()));
        assertThat(words).contains("'nobody'", "0 records of llm.decisions", "of 4, from the earliest", "kept for 168 h",
                "llm.dlq",
                "--all-partitions");
    }

    @Test
    void shouldSayWhenThereIsNoSuchTopic() {
        DecisionReader.Found found = reader().decisions("r-1", Optional.empty(), false);
        assertThat(Unfound.lines("r-1", Topics.standard(), found, Optional.empty())).singleElement().asString()
                .contains("llm.decisions does not exist");
    }

    private DecisionReader reader() {
        return new DecisionReader(consumer, Topics.standard(), (topic, bytes) -> decisions.get(bytes[0]));
    }

    private void topic() {
        List<PartitionInfo> infos = new ArrayList<>();
        for (int i = 0; i < PARTITIONS; i++) {
            infos.add(new PartitionInfo(TOPIC, i, null, null, null));
            log.add(new ArrayList<>());
        }
        consumer.updatePartitions(TOPIC, infos);
        offsets();
        push();
    }

    /** Gives every scan, which assigns anew, the whole log in its first poll. */
    private void push() {
        consumer.schedulePollTask(() -> {
            push();
            consumer.assignment().forEach(partition -> log.get(partition.partition()).stream()
                    .filter(item -> item.offset() >= consumer.position(partition)).forEach(consumer::addRecord));
        });
    }

    private void offsets() {
        Map<TopicPartition, Long> ends = new HashMap<>();
        Map<TopicPartition, Long> beginnings = new HashMap<>();
        for (int i = 0; i < PARTITIONS; i++) {
            ends.put(new TopicPartition(TOPIC, i), (long) log.get(i).size());
            beginnings.put(new TopicPartition(TOPIC, i), 0L);
        }
        consumer.updateEndOffsets(ends);
        consumer.updateBeginningOffsets(beginnings);
    }

    private void add(int partition, String key, RoutingDecision decision) {
        decisions.add(decision);
        log.get(partition).add(new ConsumerRecord<>(TOPIC, partition, log.get(partition).size(), key,
                new byte[]{(byte) (decisions.size() - 1)}));
        offsets();
    }

    private static RoutingDecision decision(int sequence, DecisionKind kind) {
        return StoryTest.decision(sequence, 0, DecisionTrigger.ACCEPTED, kind).build();
    }
}
