package io.spillway.load.drive;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads all partitions of some topics from where they end at the start, stamping every record with the time it came in. */
final class TopicReader implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(TopicReader.class);
    private static final Duration POLL = Duration.ofMillis(100);

    /** Takes records in the order they are read, on the reader's thread. */
    interface Sink {

        /** @param nanoTime when the poll that brought it returned, by System.nanoTime() */
        void accept(ConsumerRecord<byte[], byte[]> item, long nanoTime);
    }

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Sink sink;
    private final CountDownLatch ready = new CountDownLatch(1);
    private final Thread thread;

    private TopicReader(KafkaConsumer<byte[], byte[]> consumer, Collection<String> topics, Sink sink) {
        this.consumer = consumer;
        this.sink = sink;
        this.thread = Thread.ofPlatform().name("load-reader").unstarted(() -> read(topics));
    }

    /** @param isolation read_committed or read_uncommitted */
    static TopicReader start(String bootstrapServers, String isolation, Collection<String> topics, Sink sink)
            throws InterruptedException {
        Map<String, Object> settings = Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation, ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false, ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2000);
        TopicReader reader = new TopicReader(
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer()), topics, sink);
        reader.thread.start();
        reader.ready.await();
        return reader;
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(Collection<String> topics) {
        try (consumer) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (String topic : topics) {
                consumer.partitionsFor(topic).forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
            }
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position);
            ready.countDown();
            while (true) {
                var records = consumer.poll(POLL);
                long now = System.nanoTime();
                for (ConsumerRecord<byte[], byte[]> item : records) {
                    sink.accept(item, now);
                }
            }
        } catch (WakeupException e) {
            LOGGER.atDebug().log("the reader was closed");
        } catch (RuntimeException e) {
            LOGGER.atError().setCause(e).log("a reader of the load test failed; what it should have read counts as not seen");
        } finally {
            ready.countDown();
        }
    }
}
