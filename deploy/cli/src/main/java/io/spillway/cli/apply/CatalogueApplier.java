package io.spillway.cli.apply;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.spillway.cli.command.CommandException;
import io.spillway.cli.command.KafkaConnection;
import io.spillway.cli.config.Catalogue;
import io.spillway.cli.config.Catalogue.KeyedEntry;
import io.spillway.cli.topics.SchemaRegistrar;
import io.spillway.cli.topics.TopicReport;
import io.spillway.cli.topics.TopicSizes;
import io.spillway.contract.Topic;
import io.spillway.contract.Topics;
import io.spillway.v1.RevisionEntry;

/**
 * Makes the catalogue topic say what a catalogue file says, except for what operators changed past the file: an override stands
 * until the file says the same, so that an apply from an older file does not undo an emergency measure.
 */
public final class CatalogueApplier {

    private final CatalogueTransaction transaction;
    private final Topics topics;

    /** @param sizes for attempt topics of new providers */
    public CatalogueApplier(KafkaConnection connection, Topics topics, TopicSizes sizes) {
        this.transaction = new CatalogueTransaction(connection, topics, sizes);
        this.topics = topics;
    }

    /** Publishes the difference, if there is one; overrides stand. */
    public ApplyOutcome apply(Catalogue catalogue, String appliedBy, Instant now) {
        return apply(catalogue, appliedBy, now, false);
    }

    /**
     * Publishes the difference, if there is one. The topics of providers are there before anybody can be sent to them.
     *
     * @param appliedBy who did it, for the record
     * @param endsOverrides whether the file wins over what operators changed past it
     * @throws CommandException when the cluster or the registry is away or refuses, or another apply ran meanwhile
     */
    public ApplyOutcome apply(Catalogue catalogue, String appliedBy, Instant now, boolean endsOverrides) {
        return transaction.run(session -> {
            PublishedCatalogue published = session.published();
            Overrides overrides = Overrides.merge(published, catalogue.entries(), endsOverrides);
            CatalogueDifference difference = CatalogueDifference.between(published, overrides.entries());
            if (difference.isEmpty() && overrides.endedKeys().isEmpty()) {
                return new ApplyOutcome(published.revision(), difference, List.of(), overrides.words());
            }
            List<TopicReport.Line> created = prepareProviders(session, catalogue.snapshot().providers().keySet());
            long revision = published.revision() + 1;
            List<KeyedEntry> changed = new ArrayList<>(overrides.entries().stream()
                    .filter(keyed -> difference.added().contains(keyed.key()) || difference.changed().contains(keyed.key()))
                    .toList());
            overrides.audit(revision, appliedBy, now).ifPresent(changed::add);
            List<String> removed = new ArrayList<>(difference.removed());
            removed.addAll(overrides.endedKeys());
            session.publish(changed, removed, RevisionEntry.newBuilder().setAppliedAt(now).setAppliedBy(appliedBy)
                    .setSourceHash(catalogue.sourceHash()).build());
            return new ApplyOutcome(revision, difference, created, overrides.words());
        });
    }

    private List<TopicReport.Line> prepareProviders(CatalogueTransaction.Session session, Collection<String> providers) {
        List<Topic<?>> wanted = providers.stream().sorted().flatMap(provider -> topics.ofProvider(provider).stream()).toList();
        TopicReport report = session.topicAdmin().ensure(wanted);
        CatalogueTransaction.refuse(report);
        Set<Topic<?>> described = new HashSet<>(wanted);
        described.add(topics.catalog());
        new SchemaRegistrar(session.serdes().registry(), topics).register(described);
        return report.missing();
    }
}
