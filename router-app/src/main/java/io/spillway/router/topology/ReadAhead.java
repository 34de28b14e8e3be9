package io.spillway.router.topology;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * What the consumers of a router have handed to Kafka Streams, so that a task can tell whether records wait for it. Kafka Streams
 * polls only once all it has read is processed, and does not say how much that is.
 */
public final class ReadAhead {

    /** Consumer setting that carries the instance to {@link Interceptor}. */
    public static final String SETTING = "spillway.read.ahead";

    private final Map<TopicPartition, Long> lastRead = new ConcurrentHashMap<>();

    /** A consumer returned records of a partition, the last of them at this offset. */
    void read(TopicPartition partition, long lastOffset) {
        lastRead.put(partition, lastOffset);
    }

    /** Whether records behind this offset have been read from its partition. */
    boolean isBehind(TopicPartition partition, long processedOffset) {
        return lastRead.getOrDefault(partition, Long.MIN_VALUE) > processedOffset;
    }

    /** Notes what each poll returns. */
    public static final class Interceptor implements ConsumerInterceptor<byte[], byte[]> {

        private ReadAhead readAhead = new ReadAhead();

        @Override
        public void configure(Map<String, ?> settings) {
            if (settings.get(SETTING) instanceof ReadAhead given) {
                readAhead = given;
            }
        }

        @Override
        public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
            for (TopicPartition partition : records.partitions()) {
                ConsumerRecord<byte[], byte[]> last = records.records(partition).getLast();
                readAhead.read(partition, last.offset());
            }
            return records;
        }

        @Override
        public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

        @Override
        public void close() {}
    }
}
