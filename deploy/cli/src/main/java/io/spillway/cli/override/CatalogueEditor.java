package io.spillway.cli.override;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import io.spillway.cli.apply.CatalogueTransaction;
import io.spillway.cli.apply.PublishedCatalogue;
import io.spillway.cli.command.CommandException;
import io.spillway.cli.config.Catalogue.KeyedEntry;
import io.spillway.cli.config.CredentialList;
import io.spillway.contract.CatalogueFold;
import io.spillway.v1.AuditEntry;
import io.spillway.v1.CatalogEntry;
import io.spillway.v1.CredentialState;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.OverrideEntry;
import io.spillway.v1.RevisionEntry;

/** Changes one deployment in the published catalogue, at once, and leaves an override and an audit record behind. */
final class CatalogueEditor {

    /** Who changes and why, for the record. */
    record Author(String by, String reason, Instant now) {}

    /**
     * @param revision of the catalogue now; the one from before when nothing changed
     * @param changes one sentence each; empty when nothing changed
     * @param warnings what the person should know
     */
    record Outcome(long revision, List<String> changes, List<String> warnings) {
        Outcome {
            changes = List.copyOf(changes);
            warnings = List.copyOf(warnings);
        }
    }

    private final CatalogueTransaction transaction;

    CatalogueEditor(CatalogueTransaction transaction) {
        this.transaction = transaction;
    }

    /** @throws CommandException when there is no such deployment or the change does not fit it */
    Outcome change(String deployment, Function<DeploymentEntry, DeploymentChange> wanted, Author author) {
        return transaction.run(session -> {
            PublishedCatalogue published = session.published();
            DeploymentEntry current = deployment(published, deployment);
            DeploymentChange change = wanted.apply(current);
            List<String> words = change.words(current);
            if (words.isEmpty()) {
                return new Outcome(published.revision(), List.of(), List.of());
            }
            DeploymentEntry next = change.over(current);
            OverrideEntry override = change.joined(override(published, deployment), deployment, author.by(), author.reason(),
                    author.now());
            List<KeyedEntry> entries = List.of(
                    keyed(CatalogueFold.deploymentKey(deployment), CatalogEntry.newBuilder().setRevision(0).setEntry(next)),
                    keyed(CatalogueFold.overrideKey(deployment),
                            CatalogEntry.newBuilder().setRevision(0).setOverride(override)),
                    audit(published, deployment, change.action(), words, author));
            session.publish(entries, List.of(), revision(published, author));
            return new Outcome(published.revision() + 1, words, warnings(next));
        });
    }

    /** Ends an override: the next apply takes the deployment from its file again. */
    Outcome clear(String deployment, Author author) {
        return transaction.run(session -> {
            PublishedCatalogue published = session.published();
            if (override(published, deployment).isEmpty()) {
                return new Outcome(published.revision(), List.of(), List.of());
            }
            List<String> words = List.of("the override is cleared");
            session.publish(List.of(audit(published, deployment, "clear", words, author)),
                    List.of(CatalogueFold.overrideKey(deployment)), revision(published, author));
            return new Outcome(published.revision() + 1, words,
                    List.of("the catalogue still says what the override said; `spillway apply` your file to change it back"));
        });
    }

    private static DeploymentEntry deployment(PublishedCatalogue published, String id) {
        CatalogEntry entry = published.entries().get(CatalogueFold.deploymentKey(id));
        if (entry != null && entry.getEntry() instanceof DeploymentEntry deployment) {
            return deployment;
        }
        List<String> known = published.entries().values().stream().map(CatalogEntry::getEntry)
                .filter(DeploymentEntry.class::isInstance).map(each -> ((DeploymentEntry) each).getId()).sorted().toList();
        throw CommandException.badInput("the catalogue has no deployment '" + id + "'; it has "
                + (known.isEmpty() ? "none" : String.join(", ", known)));
    }

    private static Optional<OverrideEntry> override(PublishedCatalogue published, String deployment) {
        return Optional.ofNullable(published.entries().get(CatalogueFold.overrideKey(deployment)))
                .map(CatalogEntry::getOverride);
    }

    /** The revision is of the same file as before. */
    private static RevisionEntry revision(PublishedCatalogue published, Author author) {
        CatalogEntry last = published.entries().get(CatalogueFold.REVISION_KEY);
        String hash = last != null && last.getEntry() instanceof RevisionEntry before ? before.getSourceHash() : "";
        return RevisionEntry.newBuilder().setAppliedAt(author.now()).setAppliedBy(author.by()).setSourceHash(hash).build();
    }

    private static KeyedEntry audit(PublishedCatalogue published, String deployment, String action, List<String> words,
            Author author) {
        long revision = published.revision() + 1;
        AuditEntry audit = AuditEntry.newBuilder().setAt(author.now()).setBy(author.by()).setAction(action)
                .setSubject(deployment).setReason(author.reason()).setChanges(words).setRevisionBefore(published.revision())
                .setRevisionAfter(revision).build();
        return keyed(CatalogueFold.auditKey(revision), CatalogEntry.newBuilder().setRevision(0).setAudit(audit));
    }

    private static KeyedEntry keyed(String key, CatalogEntry.Builder entry) {
        return new KeyedEntry(key, entry.build());
    }

    private static List<String> warnings(DeploymentEntry next) {
        List<String> warnings = new ArrayList<>();
        boolean isUsable = CredentialList.of(next).stream().anyMatch(
                each -> each.getState() == CredentialState.ACTIVE || each.getState() == CredentialState.DRAINING);
        if (!isUsable && !CredentialList.of(next).isEmpty() && !next.getDrain()) {
            warnings.add(next.getId() + " has no usable credential left: its calls fail over to other deployments; "
                    + "`spillway override " + next.getId() + " --drain` spares the attempts");
        }
        return warnings;
    }
}
