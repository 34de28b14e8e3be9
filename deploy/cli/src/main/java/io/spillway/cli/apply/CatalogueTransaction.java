package io.spillway.cli.apply;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.Function;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Serializer;

import io.spillway.cli.command.CommandException;
import io.spillway.cli.command.KafkaConnection;
import io.spillway.cli.config.Catalogue.KeyedEntry;
import io.spillway.cli.topics.TopicAdmin;
import io.spillway.cli.topics.TopicReport;
import io.spillway.cli.topics.TopicSizes;
import io.spillway.contract.CatalogueFold;
import io.spillway.contract.Topics;
import io.spillway.contract.serde.AvroSerdes;
import io.spillway.v1.CatalogEntry;
import io.spillway.v1.RevisionEntry;

/**
 * Reads the catalogue topic and writes what follows from it. All of a change is written in one transaction that ends with the
 * revision record, and the transactional id lets only the newest of several writers write: one that started earlier fails
 * instead of undoing what it has not seen.
 */
public final class CatalogueTransaction {

    private final KafkaConnection connection;
    private final Topics topics;
    private final TopicSizes sizes;

    /** @param sizes for topics that the work creates */
    public CatalogueTransaction(KafkaConnection connection, Topics topics, TopicSizes sizes) {
        this.connection = connection;
        this.topics = topics;
        this.sizes = sizes;
    }

    /** What the work may read and do, while nobody else can write the catalogue. */
    public static final class Session {

        private final KafkaProducer<String, byte[]> producer;
        private final String topic;
        private final AvroSerdes serdes;
        private final TopicAdmin topicAdmin;
        private final PublishedCatalogue published;

        private Session(KafkaProducer<String, byte[]> producer, String topic, AvroSerdes serdes, TopicAdmin topicAdmin,
                PublishedCatalogue published) {
            this.producer = producer;
            this.topic = topic;
            this.serdes = serdes;
            this.topicAdmin = topicAdmin;
            this.published = published;
        }

        /** The catalogue as it is. */
        public PublishedCatalogue published() {
            return published;
        }

        AvroSerdes serdes() {
            return serdes;
        }

        TopicAdmin topicAdmin() {
            return topicAdmin;
        }

        /** Writes the next revision: these records, without those of these keys. */
        public void publish(List<KeyedEntry> entries, List<String> removed, RevisionEntry body) {
            long revision = published.revision() + 1;
            Serializer<CatalogEntry> serializer = serdes.serializer(CatalogEntry.class);
            List<ProducerRecord<String, byte[]>> items = new ArrayList<>();
            for (KeyedEntry keyed : entries) {
                CatalogEntry entry = CatalogEntry.newBuilder(keyed.entry()).setRevision(revision).build();
                items.add(new ProducerRecord<>(topic, 0, keyed.key(), serializer.serialize(topic, entry)));
            }
            removed.forEach(key -> items.add(new ProducerRecord<>(topic, 0, key, null)));
            CatalogEntry last = CatalogEntry.newBuilder().setRevision(revision).setEntry(body).build();
            items.add(new ProducerRecord<>(topic, 0, CatalogueFold.REVISION_KEY, serializer.serialize(topic, last)));
            write(items);
        }

        private void write(List<ProducerRecord<String, byte[]>> items) {
            producer.beginTransaction();
            try {
                for (ProducerRecord<String, byte[]> item : items) {
                    // A failed send fails the commit, and what is not committed nobody sees.
                    Future<RecordMetadata> _ = producer.send(item);
                }
                producer.commitTransaction();
            } catch (ProducerFencedException | InvalidProducerEpochException | TimeoutException e) {
                throw e;
            } catch (KafkaException e) {
                // Otherwise readers of the catalogue would wait for the transaction to time out.
                producer.abortTransaction();
                throw e;
            }
        }
    }

    /**
     * Runs the work.
     *
     * @throws CommandException when the cluster or the registry is away or refuses, or somebody else wrote meanwhile
     */
    public <T> T run(Function<Session, T> work) {
        String topic = topics.catalog().name();
        try (Admin admin = connection.admin(); AvroSerdes serdes = AvroSerdes.create(connection.settings())) {
            TopicAdmin topicAdmin = new TopicAdmin(admin, topics, sizes);
            requireCatalogueTopic(topicAdmin);
            try (KafkaProducer<String, byte[]> producer = connection.transactionalProducer(topics.prefix() + "spillway-apply")) {
                // Fencing comes before reading: whoever reads now is the only one who can write what follows from it.
                producer.initTransactions();
                return work.apply(new Session(producer, topic, serdes, topicAdmin, read(topic, serdes)));
            }
        } catch (ProducerFencedException | InvalidProducerEpochException e) {
            throw CommandException.runtime("another apply ran at the same time and went first: look at what it did and apply "
                    + "again", e);
        } catch (KafkaException e) {
            throw CommandException.runtime("applying failed (" + e.getMessage() + "): apply again; nothing is ever applied "
                    + "in part or twice", e);
        }
    }

    private void requireCatalogueTopic(TopicAdmin topicAdmin) {
        TopicReport report = topicAdmin.check(List.of(topics.catalog()));
        if (!report.missing().isEmpty()) {
            throw CommandException.runtime("topic " + topics.catalog().name() + " does not exist: run `spillway topics` first, "
                    + "or choose another --prefix");
        }
        refuse(report);
    }

    static void refuse(TopicReport report) {
        if (!report.problems().isEmpty()) {
            throw CommandException.runtime(String.join(System.lineSeparator(), report.problems()));
        }
    }

    private PublishedCatalogue read(String topic, AvroSerdes serdes) {
        try (KafkaConsumer<String, byte[]> consumer = connection.reader()) {
            return CatalogueLog.read(consumer, topic, serdes.deserializer(CatalogEntry.class));
        }
    }
}
