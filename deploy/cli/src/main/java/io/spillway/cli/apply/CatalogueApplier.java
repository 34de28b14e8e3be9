package io.spillway.cli.apply;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;

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
import io.spillway.cli.config.Catalogue;
import io.spillway.cli.config.Catalogue.KeyedEntry;
import io.spillway.cli.topics.SchemaRegistrar;
import io.spillway.cli.topics.TopicAdmin;
import io.spillway.cli.topics.TopicReport;
import io.spillway.cli.topics.TopicSizes;
import io.spillway.contract.CatalogueFold;
import io.spillway.contract.Topic;
import io.spillway.contract.Topics;
import io.spillway.contract.serde.AvroSerdes;
import io.spillway.v1.CatalogEntry;
import io.spillway.v1.RevisionEntry;

/**
 * Makes the catalogue topic say what a catalogue file says. All of a change is written in one transaction that ends with the
 * revision record, and the transactional id lets only the newest of several appliers write: one that started earlier fails
 * instead of undoing what it has not seen.
 */
public final class CatalogueApplier {

    private final KafkaConnection connection;
    private final Topics topics;
    private final TopicSizes sizes;

    /** @param sizes for attempt topics of new providers */
    public CatalogueApplier(KafkaConnection connection, Topics topics, TopicSizes sizes) {
        this.connection = connection;
        this.topics = topics;
        this.sizes = sizes;
    }

    /**
     * Publishes the difference, if there is one. The topics of providers are there before anybody can be sent to them.
     *
     * @param appliedBy who did it, for the record
     * @throws CommandException when the cluster or the registry is away or refuses, or another apply ran meanwhile
     */
    public ApplyOutcome apply(Catalogue catalogue, String appliedBy, Instant now) {
        String topic = topics.catalog().name();
        try (Admin admin = connection.admin(); AvroSerdes serdes = AvroSerdes.create(connection.settings())) {
            TopicAdmin topicAdmin = new TopicAdmin(admin, topics, sizes);
            requireCatalogueTopic(topicAdmin);
            try (KafkaProducer<String, byte[]> producer = connection.transactionalProducer(topics.prefix() + "spillway-apply")) {
                // Fencing comes before reading: whoever reads now is the only one who can write what follows from it.
                producer.initTransactions();
                PublishedCatalogue published = read(topic, serdes);
                CatalogueDifference difference = CatalogueDifference.between(published, catalogue.entries());
                if (difference.isEmpty()) {
                    return new ApplyOutcome(published.revision(), difference, List.of());
                }
                List<TopicReport.Line> created = prepareProviders(topicAdmin, serdes, catalogue.snapshot().providers().keySet());
                long revision = published.revision() + 1;
                List<ProducerRecord<String, byte[]>> items = items(catalogue, difference, revision,
                        serdes.serializer(CatalogEntry.class));
                items.add(last(catalogue, revision, appliedBy, now, serdes.serializer(CatalogEntry.class)));
                publish(producer, items);
                return new ApplyOutcome(revision, difference, created);
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

    private PublishedCatalogue read(String topic, AvroSerdes serdes) {
        try (KafkaConsumer<String, byte[]> consumer = connection.reader()) {
            return CatalogueLog.read(consumer, topic, serdes.deserializer(CatalogEntry.class));
        }
    }

    private List<TopicReport.Line> prepareProviders(TopicAdmin topicAdmin, AvroSerdes serdes, Collection<String> providers) {
        List<Topic<?>> wanted = providers.stream().sorted().flatMap(provider -> topics.ofProvider(provider).stream()).toList();
        TopicReport report = topicAdmin.ensure(wanted);
        refuse(report);
        Set<Topic<?>> described = new HashSet<>(wanted);
        described.add(topics.catalog());
        new SchemaRegistrar(serdes.registry(), topics).register(described);
        return report.missing();
    }

    private static void refuse(TopicReport report) {
        if (!report.problems().isEmpty()) {
            throw CommandException.runtime(String.join(System.lineSeparator(), report.problems()));
        }
    }

    private List<ProducerRecord<String, byte[]>> items(Catalogue catalogue, CatalogueDifference difference, long revision,
            Serializer<CatalogEntry> serializer) {
        String topic = topics.catalog().name();
        List<ProducerRecord<String, byte[]>> items = new ArrayList<>();
        for (KeyedEntry keyed : catalogue.entries()) {
            if (difference.added().contains(keyed.key()) || difference.changed().contains(keyed.key())) {
                CatalogEntry entry = CatalogEntry.newBuilder(keyed.entry()).setRevision(revision).build();
                items.add(new ProducerRecord<>(topic, 0, keyed.key(), serializer.serialize(topic, entry)));
            }
        }
        difference.removed().forEach(key -> items.add(new ProducerRecord<>(topic, 0, key, null)));
        return items;
    }

    private ProducerRecord<String, byte[]> last(Catalogue catalogue, long revision, String appliedBy, Instant now,
            Serializer<CatalogEntry> serializer) {
        RevisionEntry body = RevisionEntry.newBuilder().setAppliedAt(now).setAppliedBy(appliedBy)
                .setSourceHash(catalogue.sourceHash()).build();
        CatalogEntry entry = CatalogEntry.newBuilder().setRevision(revision).setEntry(body).build();
        String topic = topics.catalog().name();
        return new ProducerRecord<>(topic, 0, CatalogueFold.REVISION_KEY, serializer.serialize(topic, entry));
    }

    private static void publish(KafkaProducer<String, byte[]> producer, List<ProducerRecord<String, byte[]>> items) {
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
