package io.spillway.cli.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.spillway.cli.config.Catalogue.KeyedEntry;
import io.spillway.contract.CatalogueFold;
import io.spillway.v1.Capabilities;
import io.spillway.v1.CatalogEntry;
import io.spillway.v1.CredentialEntry;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.Limits;
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

    @Test
    void shouldCompareCredentialsThatEndWithThoseReadFromTheTopic() throws IOException {
        // Given
        CatalogEntry wanted = entry(deployment(Instant.parse("2027-06-30T00:00:00Z")), 0);
        CatalogEntry same = CatalogEntry.fromByteBuffer(wanted.toByteBuffer());
        CatalogEntry earlier = CatalogEntry
                .fromByteBuffer(entry(deployment(Instant.parse("2027-01-01T00:00:00Z")), 0).toByteBuffer());
        List<KeyedEntry> all = List.of(new KeyedEntry("deployment/d", wanted));

        // Then
        assertThat(CatalogueDifference.between(new PublishedCatalogue(1, Map.of("deployment/d", same)), all).isEmpty()).isTrue();
        assertThat(CatalogueDifference.between(new PublishedCatalogue(1, Map.of("deployment/d", earlier)), all).changed())
                .containsExactly("deployment/d");
    }

    private static DeploymentEntry deployment(Instant end) {
        return DeploymentEntry.newBuilder().setId("d").setProvider("p").setModel("m").setEndpoint("https://p.example")
                .setLimits(Limits.newBuilder().build()).setCapabilities(Capabilities.newBuilder().build())
                .setCredentials(List.of(CredentialEntry.newBuilder().setReference("${file:/key}").setExpiresAt(end).build()))
                .build();
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
