package io.spillway.cli.config;

import java.util.List;

import io.spillway.contract.CatalogueSnapshot;
import io.spillway.v1.CatalogEntry;

/**
 * A catalogue file that passed every check.
 *
 * @param entries in the order they should be written; their revision is 0 until they are applied. The record that completes
 *            a revision is not among them
 * @param snapshot the same, as the applications will see it; its revision is 0 too
 * @param sourceHash SHA-256 of the file, in hexadecimal
 */
public record Catalogue(List<KeyedEntry> entries, CatalogueSnapshot snapshot, String sourceHash) {

    /** One record of the catalogue topic. */
    public record KeyedEntry(String key, CatalogEntry entry) {}

    public Catalogue {
        entries = List.copyOf(entries);
    }
}
