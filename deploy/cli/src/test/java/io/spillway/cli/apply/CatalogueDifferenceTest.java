package io.spillway.cli.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.spillway.cli.config.Catalogue.KeyedEntry;
import io.spillway.contract.CatalogueFold;
import io.spillway.v1.CatalogEntry;
import io.spillway.v1.ProviderEntry;
import io.spillway.v1.RevisionEntry;

final class CatalogueDifferenceTest {

    @Test
    void shouldTellAddedChangedAndRemovedApart() {
        // Given
        PublishedCatalogue published = new PublishedCatalogue(7, Map.of("provider/same", provider("same", "openai", 3),
                "provider/other", provider("other", "openai", 7), "provider/gone", provider("gone", "openai", 1),
                "provider/damaged", CatalogEntry.newBuilder().setRevision(0).setEntry(null).build(),
                CatalogueFold.REVISION_KEY, entry(RevisionEntry.newBuilder().setAppliedAt(Instant.EPOCH).build(), 7)));

        // When
        CatalogueDifference difference = CatalogueDifference.between(published,
                List.of(keyed("same", "openai"), keyed("other", "anthropic"), keyed("new", "openai"),
                        keyed("damaged", "openai")));

        // Then
        assertThat(difference.added()).containsExactly("provider/new");
        assertThat(difference.changed()).containsExactly("provider/other", "provider/damaged");
        assertThat(difference.removed()).containsExactly("provider/gone");
        assertThat(difference.isEmpty()).isFalse();
    }

    @Test
    void shouldIgnoreByWhichRevisionAnEntryWasWritten() {
        PublishedCatalogue published = new PublishedCatalogue(7, Map.of("provider/same", provider("same", "openai", 3)));

        assertThat(CatalogueDifference.between(published, List.of(keyed("same", "openai"))).isEmpty()).isTrue();
    }

    private static KeyedEntry keyed(String id, String api) {
        return new KeyedEntry(CatalogueFold.providerKey(id), provider(id, api, 0));
    }

    private static CatalogEntry provider(String id, String api, long revision) {
        return entry(ProviderEntry.newBuilder().setId(id).setApi(api).build(), revision);
    }

    private static CatalogEntry entry(Object body, long revision) {
        return CatalogEntry.newBuilder().setRevision(revision).setEntry(body).build();
    }
}
