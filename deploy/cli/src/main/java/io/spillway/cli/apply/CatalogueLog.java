package io.spillway.cli.apply;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.spillway.cli.command.CommandException;
import io.spillway.v1.CatalogEntry;

/** Reads the catalogue topic from its beginning to its end. */
public final class CatalogueLog {

    private static final Logger LOGGER = LoggerFactory.getLogger(CatalogueLog.class);
    private static final Duration POLL = Duration.ofMillis(200);
    /** Without a single record for this long the topic cannot be read. */
    private static final int MOST_IDLE_POLLS = 50;

    private CatalogueLog() {}

    public static PublishedCatalogue read(Consumer<String, byte[]> consumer, String topic,
            Deserializer<CatalogEntry> deserializer) {
        TopicPartition partition = new TopicPartition(topic, 0);
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        Map<String, CatalogEntry> entries = new HashMap<>();
        for (int idle = 0; consumer.position(partition) < end;) {
            long before = consumer.position(partition);
            for (ConsumerRecord<String, byte[]> item : consumer.poll(POLL)) {
                if (item.value() == null) {
                    entries.remove(item.key());
                } else {
                    entries.put(item.key(), decode(item, deserializer));
                }
            }
            idle = consumer.position(partition) > before ? 0 : idle + 1;
            if (idle > MOST_IDLE_POLLS) {
                throw CommandException.runtime("topic " + topic + " could not be read to its end: another apply may hold a "
                        + "transaction open, so try again in a minute");
            }
        }
        long revision = entries.values().stream().mapToLong(CatalogEntry::getRevision).max().orElse(0);
        return new PublishedCatalogue(revision, entries);
    }

    private static CatalogEntry decode(ConsumerRecord<String, byte[]> item, Deserializer<CatalogEntry> deserializer) {
        try {
            return deserializer.deserialize(item.topic(), item.headers(), item.value());
        } catch (SerializationException e) {
            LOGGER.atWarn().addKeyValue("key", item.key()).addKeyValue("offset", item.offset())
                    .addKeyValue("error", e.getMessage()).log("a catalogue record cannot be decoded and will be replaced");
            return CatalogEntry.newBuilder().setRevision(0).setEntry(null).build();
        }
    }
}
