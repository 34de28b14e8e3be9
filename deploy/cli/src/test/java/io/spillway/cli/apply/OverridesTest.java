package io.spillway.cli.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.spillway.cli.config.Catalogue.KeyedEntry;
import io.spillway.contract.CatalogueFold;
import io.spillway.v1.Capabilities;
import io.spillway.v1.CatalogEntry;
import io.spillway.v1.CredentialEntry;
import io.spillway.v1.CredentialState;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.Limits;
import io.spillway.v1.OverrideEntry;

final class OverridesTest {

    private static final String OLD = "${file:/old}";
    private static final String NEW = "${file:/new}";

    private static final OverrideEntry ROTATION = override(null, credential(NEW, CredentialState.ACTIVE),
            credential(OLD, CredentialState.DRAINING));

    @Test
    void shouldStandWhenTheFileStillSaysWhatItSaidBefore() {
        Overrides merged = merge(ROTATION, single(OLD), false);

        assertThat(merged.standing()).containsExactly(ROTATION);
        assertThat(merged.ended()).isEmpty();
        DeploymentEntry entry = entry(merged);
        assertThat(entry.getCredentials()).containsExactly(credential(OLD, CredentialState.DRAINING),
                credential(NEW, CredentialState.ACTIVE));
        assertThat(entry.getCredential()).isEqualTo(NEW);
        assertThat(merged.words()).singleElement().asString().startsWith("kept override of gpt").contains("leaked");
    }

    @Test
    void shouldEndWhenTheFileSaysTheSame() {
        Overrides merged = merge(ROTATION, several(credential(OLD, CredentialState.DRAINING),
                credential(NEW, CredentialState.ACTIVE)), false);

        assertThat(merged.standing()).isEmpty();
        assertThat(merged.endedKeys()).containsExactly("override/gpt");
        assertThat(merged.audit(8, "somebody", Instant.EPOCH)).hasValueSatisfying(audit -> {
            assertThat(audit.key()).isEqualTo("audit/000000000008");
            assertThat(audit.entry().getAudit().getChanges()).singleElement().asString().contains("the file says the same");
        });
    }

    @Test
    void shouldEndAFinishedRotationWhenTheFileHasTheNewCredentialAlone() {
        OverrideEntry finished = override(null, credential(NEW, CredentialState.ACTIVE),
                credential(OLD, CredentialState.DISABLED));

        assertThat(merge(finished, single(NEW), false).ended()).hasSize(1);
        assertThat(merge(finished, single(OLD), false).standing()).hasSize(1);
    }

    @Test
    void shouldKeepALeakedCredentialDisabledWhateverTheFileSays() {
        OverrideEntry override = override(null, credential(OLD, CredentialState.DISABLED));

        DeploymentEntry entry = entry(merge(override, single(OLD), false));

        assertThat(entry.getCredentials()).containsExactly(credential(OLD, CredentialState.DISABLED));
        assertThat(entry.getCredential()).isNull();
    }

    @Test
    void shouldKeepAFileOfADirectoryDisabled() {
        OverrideEntry override = override(null, credential("${file:/keys/2}", CredentialState.DISABLED));

        assertThat(entry(merge(override, single("${dir:/keys}"), false)).getCredentials()).containsExactly(
                credential("${dir:/keys}", CredentialState.ACTIVE), credential("${file:/keys/2}", CredentialState.DISABLED));
        assertThat(merge(override, single("${dir:/other}"), false).ended()).hasSize(1);
    }

    @Test
    void shouldKeepADrainAndEndAResumeThatTheFileSaysToo() {
        assertThat(entry(merge(override(true), single(OLD), false)).getDrain()).isTrue();
        assertThat(merge(override(false), single(OLD), false).ended()).hasSize(1);
    }

    @Test
    void shouldEndWhenTheFileShallWinOrHasNoSuchDeployment() {
        assertThat(merge(ROTATION, single(OLD), true)).satisfies(merged -> {
            assertThat(entry(merged)).isEqualTo(single(OLD));
            assertThat(merged.ended()).singleElement().extracting(Overrides.Ended::why).isEqualTo("the file wins, as told");
        });
        assertThat(Overrides.merge(published(ROTATION), List.of(), false).ended()).singleElement()
                .extracting(Overrides.Ended::why).isEqualTo("the file has no such deployment");
    }

    @Test
    void shouldChangeNothingElse() {
        assertThat(Overrides.over(single(OLD), override(null))).isEqualTo(single(OLD));
        assertThat(entry(Overrides.merge(new PublishedCatalogue(1, Map.of()), List.of(keyed(single(OLD))), false)))
                .isEqualTo(single(OLD));
    }

    private static Overrides merge(OverrideEntry override, DeploymentEntry ofFile, boolean endsAll) {
        return Overrides.merge(published(override), List.of(keyed(ofFile)), endsAll);
    }

    private static PublishedCatalogue published(OverrideEntry override) {
        return new PublishedCatalogue(7, Map.of(CatalogueFold.overrideKey("gpt"),
                CatalogEntry.newBuilder().setRevision(7).setOverride(override).build()));
    }

    private static KeyedEntry keyed(DeploymentEntry entry) {
        return new KeyedEntry(CatalogueFold.deploymentKey("gpt"),
                CatalogEntry.newBuilder().setRevision(0).setEntry(entry).build());
    }

    private static DeploymentEntry entry(Overrides merged) {
        return (DeploymentEntry) merged.entries().getFirst().entry().getEntry();
    }

    private static OverrideEntry override(Boolean drain, CredentialEntry... credentials) {
        return OverrideEntry.newBuilder().setDeployment("gpt").setDrain(drain).setCredentials(Arrays.asList(credentials))
                .setSince(Instant.EPOCH).setBy("somebody").setReason("leaked").build();
    }

    private static DeploymentEntry single(String reference) {
        return DeploymentEntry.newBuilder().setId("gpt").setProvider("openai").setModel("m").setEndpoint("https://example")
                .setCredential(reference).setLimits(Limits.newBuilder().build())
                .setCapabilities(Capabilities.newBuilder().build()).build();
    }

    private static DeploymentEntry several(CredentialEntry... credentials) {
        return DeploymentEntry.newBuilder(single(NEW)).setCredentials(Arrays.asList(credentials)).build();
    }

    private static CredentialEntry credential(String reference, CredentialState state) {
        return CredentialEntry.newBuilder().setReference(reference).setState(state).build();
    }
}
