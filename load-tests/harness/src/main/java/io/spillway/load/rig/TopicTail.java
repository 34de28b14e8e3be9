package io.spillway.load.rig;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads topics outside of any group, committed records only. */
final class TopicTail {

    private static final Duration POLL = Duration.ofMillis(100);

    private final String bootstrapServers;

    TopicTail(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /** At most so many of the last records of every partition, oldest first. Unfinished transactions hide what follows them. */
    List<ConsumerRecord<byte[], byte[]>> last(String topic, int perPartition, Duration patience) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            List<TopicPartition> partitions = assign(consumer, topic);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
            for (TopicPartition partition : partitions) {
                consumer.seek(partition, Math.max(begins.getOrDefault(partition, 0L), end(ends, partition) - perPartition));
            }
            List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
            long giveUp = System.nanoTime() + patience.toNanos();
            while (System.nanoTime() < giveUp
                    && partitions.stream().anyMatch(partition -> consumer.position(partition) < end(ends, partition))) {
                consumer.poll(POLL).forEach(item -> {
                    if (item.offset() < end(ends, new TopicPartition(item.topic(), item.partition()))) {
                        found.add(item);
                    }
                });
            }
            return found;
        }
    }

    /** Reads from the beginning and hands over every record, until the reader has had enough or the patience ends. */
    void read(String topic, Duration patience, Predicate<Collection<ConsumerRecord<byte[], byte[]>>> hasEnough) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            consumer.seekToBeginning(assign(consumer, topic));
            long giveUp = System.nanoTime() + patience.toNanos();
            boolean enough = hasEnough.test(List.of());
            while (!enough && System.nanoTime() < giveUp) {
                List<ConsumerRecord<byte[], byte[]>> some = new ArrayList<>();
                consumer.poll(POLL).forEach(some::add);
                enough = hasEnough.test(some);
            }
        }
    }

    private static long end(Map<TopicPartition, Long> ends, TopicPartition partition) {
        return ends.getOrDefault(partition, 0L);
    }

    private static List<TopicPartition> assign(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition())).toList();
        consumer.assign(partitions);
        return partitions;
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed", ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false),
                new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
