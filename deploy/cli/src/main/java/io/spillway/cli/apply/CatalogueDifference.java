package io.spillway.cli.apply;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.spillway.cli.config.Catalogue.KeyedEntry;
import io.spillway.contract.CatalogueFold;
import io.spillway.v1.CatalogEntry;
import io.spillway.v1.DeploymentEntry;

/** What an apply changes, by the keys of the catalogue topic: {@code deployment/gpt-4o-us}. */
public record CatalogueDifference(List<String> added, List<String> changed, List<String> removed) {

    public CatalogueDifference {
        added = List.copyOf(added);
        changed = List.copyOf(changed);
        removed = List.copyOf(removed);
    }

    static CatalogueDifference between(PublishedCatalogue published, List<KeyedEntry> wanted) {
        List<String> added = new ArrayList<>();
        List<String> changed = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        for (KeyedEntry keyed : wanted) {
            keys.add(keyed.key());
            CatalogEntry current = published.entries().get(keyed.key());
            if (current == null) {
                added.add(keyed.key());
            } else if (!Objects.equals(comparable(current.getEntry()), comparable(keyed.entry().getEntry()))) {
                changed.add(keyed.key());
            }
        }
        List<String> removed = published.entries().keySet().stream()
                .filter(key -> !keys.contains(key) && !CatalogueFold.isBookkeeping(key)).sorted().toList();
        return new CatalogueDifference(added, changed, removed);
    }

    /** The lists that Avro makes when it reads compare their elements by a model that knows no instants; Java's own do not. */
    private static @Nullable Object comparable(@Nullable Object entry) {
        return entry instanceof DeploymentEntry deployment
                ? DeploymentEntry.newBuilder(deployment).setCredentials(new ArrayList<>(deployment.getCredentials())).build()
                : entry;
    }

    public boolean isEmpty() {
        return added.isEmpty() && changed.isEmpty() && removed.isEmpty();
    }
}
