package io.spillway.cli.apply;

import java.util.Map;

import io.spillway.v1.CatalogEntry;

/**
 * The catalogue topic read to its end.
 *
 * @param revision of the last apply; 0 before the first
 * @param entries by key; a record nobody can decode is an entry without content, so that the next apply replaces it
 */
public record PublishedCatalogue(long revision, Map<String, CatalogEntry> entries) {

    public PublishedCatalogue {
        entries = Map.copyOf(entries);
    }
}
