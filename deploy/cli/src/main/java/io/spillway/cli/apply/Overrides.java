package io.spillway.cli.apply;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import io.spillway.cli.config.Catalogue.KeyedEntry;
import io.spillway.cli.config.CredentialList;
import io.spillway.contract.CatalogueFold;
import io.spillway.v1.AuditEntry;
import io.spillway.v1.CatalogEntry;
import io.spillway.v1.CredentialEntry;
import io.spillway.v1.CredentialState;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.OverrideEntry;

/**
 * What becomes of overrides when a file is applied. Each stands until the file says the same, the file has its deployment no
 * longer, or the file shall win.
 *
 * @param entries what the file says, with the overrides that stand
 * @param standing overrides that go on
 * @param ended overrides that are over, with the reason
 */
public record Overrides(List<KeyedEntry> entries, List<OverrideEntry> standing, List<Ended> ended) {

    /** @param why the end of a sentence that begins with the override */
    public record Ended(OverrideEntry override, String why) {}

    public Overrides {
        entries = List.copyOf(entries);
        standing = List.copyOf(standing);
        ended = List.copyOf(ended);
    }

    static Overrides merge(PublishedCatalogue published, List<KeyedEntry> wanted, boolean endsAll) {
        Map<String, OverrideEntry> overrides = new TreeMap<>();
        published.entries().values().forEach(entry -> {
            if (entry.getOverride() != null) {
                overrides.put(CatalogueFold.deploymentKey(entry.getOverride().getDeployment()), entry.getOverride());
            }
        });
        List<KeyedEntry> entries = new ArrayList<>();
        List<OverrideEntry> standing = new ArrayList<>();
        List<Ended> ended = new ArrayList<>();
        for (KeyedEntry keyed : wanted) {
            OverrideEntry override = overrides.remove(keyed.key());
            KeyedEntry next = keyed;
            if (override != null && keyed.entry().getEntry() instanceof DeploymentEntry ofFile) {
                DeploymentEntry merged = over(ofFile, override);
                if (endsAll) {
                    ended.add(new Ended(override, "the file wins, as told"));
                } else if (merged.equals(ofFile)) {
                    ended.add(new Ended(override, "the file says the same"));
                } else {
                    standing.add(override);
                    next = new KeyedEntry(keyed.key(), CatalogEntry.newBuilder(keyed.entry()).setEntry(merged).build());
                }
            }
            entries.add(next);
        }
        overrides.values().forEach(override -> ended.add(new Ended(override, "the file has no such deployment")));
        return new Overrides(entries, standing, ended);
    }

    /** A deployment with an override over it. */
    public static DeploymentEntry over(DeploymentEntry deployment, OverrideEntry override) {
        List<CredentialEntry> credentials = CredentialList.of(deployment);
        for (CredentialEntry each : override.getCredentials()) {
            // To disable what is not there changes nothing.
            if (each.getState() != CredentialState.DISABLED || CredentialList.covers(credentials, each.getReference())) {
                credentials = CredentialList.put(credentials, each);
            }
        }
        DeploymentEntry merged = CredentialList.with(deployment, credentials);
        if (override.getDrain() != null) {
            merged.setDrain(override.getDrain());
        }
        return merged;
    }

    /** Keys of the records that are to be removed. */
    List<String> endedKeys() {
        return ended.stream().map(each -> CatalogueFold.overrideKey(each.override().getDeployment())).toList();
    }

    /** The audit record of their end, if any ended. */
    Optional<KeyedEntry> audit(long revision, String by, Instant now) {
        if (ended.isEmpty()) {
            return Optional.empty();
        }
        AuditEntry audit = AuditEntry.newBuilder().setAt(now).setBy(by).setAction("supersede")
                .setSubject(String.join(", ", ended.stream().map(each -> each.override().getDeployment()).toList()))
                .setReason("a catalogue file was applied")
                .setChanges(ended.stream().map(each -> "override of " + each.override().getDeployment() + " ended: " + each.why())
                        .toList())
                .setRevisionBefore(revision - 1).setRevisionAfter(revision).build();
        return Optional.of(new KeyedEntry(CatalogueFold.auditKey(revision),
                CatalogEntry.newBuilder().setRevision(revision).setAudit(audit).build()));
    }

    /** One line per override, for the person who applies. */
    List<String> words() {
        List<String> words = new ArrayList<>();
        standing.forEach(each -> words.add("kept override of " + each.getDeployment() + " by " + each.getBy() + " since "
                + each.getSince() + " (" + each.getReason() + "): write it into the file, or end it with `spillway override "
                + each.getDeployment() + " --clear` or `spillway apply --end-overrides`"));
        ended.forEach(each -> words.add("ended override of " + each.override().getDeployment() + ": " + each.why()));
        return List.copyOf(words);
    }
}
