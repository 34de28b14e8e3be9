package io.spillway.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.spillway.contract.CatalogueSnapshot;
import io.spillway.contract.DeploymentStates;
import io.spillway.v1.BreakerState;
import io.spillway.v1.Capabilities;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.DeploymentState;
import io.spillway.v1.HealthPolicyEntry;
import io.spillway.v1.Limits;

final class StatusTableTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void shouldShowEveryDeploymentInOneRow() {
        CatalogueSnapshot catalogue = catalogue(entry("claude-us", "anthropic", "claude-sonnet-5").build(),
                entry("gpt-4o-eu", "openai", "gpt-4o").setDrain(true).build(), entry("idle", "openai", "gpt-4o").build());
        DeploymentStates states = states(
                state("claude-us", 2).setSamples(200).setErrorRate(0.005).setP50Millis(812L).setP99Millis(12_345L).setInFlight(3)
                        .setConcurrencyLimit(64).setQueued(2).build(),
                state("gpt-4o-eu", 1).setBreaker(BreakerState.OPEN).setOpenUntil(NOW.plusSeconds(20))
                        .setReason("62% of 50 calls failed")
                        .build());
        assertThat(String.join("\n", StatusTable.lines(catalogue, states, NOW, ZoneOffset.UTC))).isEqualTo(
                """
                        12:00:00  catalogue revision 12, 0 providers, 3 deployments, 0 routes; state version 99
                        DEPLOYMENT  PROVIDER   MODEL            BREAKER       ERRORS      P50     P99     LOAD            RESTS UNTIL      AGE  REASON
                        claude-us   anthropic  claude-sonnet-5  CLOSED        0.5% n=200  812 ms  12.3 s  3/64 +2 queued  -                2 s  -
                        gpt-4o-eu   openai     gpt-4o           OPEN DRAINED  n=0         -       -       0/0             12:00:20 (20 s)  1 s  62% of 50 calls failed
                        idle        openai     gpt-4o           -             -           -       -       -               -                -    not called yet""");
    }

    @Test
    void shouldMarkStaleStatesAndSayWhatThatMeans() {
        List<String> lines = StatusTable.lines(catalogue(entry("d", "p", "m").build()), states(state("d", 31).build()), NOW,
                ZoneOffset.UTC);
        assertThat(lines.get(2)).contains("31 s STALE");
        assertThat(lines.getLast()).startsWith("STALE: 1 of 1 states are older than 30 s").contains("health-aggregator");
        assertThat(
                StatusTable.lines(catalogue(entry("d", "p", "m").build()), states(state("d", 30).build()), NOW, ZoneOffset.UTC))
                .noneMatch(line -> line.contains("STALE"));
    }

    @Test
    void shouldShowTheLatestRestAndForgetPastOnes() {
        DeploymentStates states = states(
                state("a", 1).setCooldownUntil(NOW.plusSeconds(5)).setSuspendedUntil(NOW.plusSeconds(600)).build(),
                state("b", 1).setCooldownUntil(NOW.minusSeconds(1)).build());
        List<String> lines = StatusTable.lines(catalogue(), states, NOW, ZoneOffset.UTC);
        assertThat(lines.get(2)).contains("(removed)").contains("12:10:00 (10 min)");
        assertThat(lines.get(3)).doesNotContain("11:59:59");
    }

    @Test
    void shouldSayThatThereIsNoCatalogue() {
        assertThat(StatusTable.lines(CatalogueSnapshot.empty(), DeploymentStates.empty(), NOW, ZoneOffset.UTC)).singleElement()
                .asString().contains("no catalogue yet").contains("spillway apply");
    }

    @Test
    void shouldGiveProgramsTheSameFacts() {
        DeploymentStates states = states(state("d", 40).setSamples(10).setErrorRate(0.5).setFailures(Map.of("TIMEOUT", 5L))
                .setCooldownUntil(NOW.plusSeconds(5)).build());
        ObjectNode json = StatusJson.tree(catalogue(entry("d", "p", "m").build()), states, NOW);
        assertThat(json.path("catalogueRevision").asLong()).isEqualTo(12);
        assertThat(json.at("/deployments/0/stale").asBoolean()).isTrue();
        assertThat(json.at("/deployments/0/failures/TIMEOUT").asLong()).isEqualTo(5);
        assertThat(json.at("/deployments/0/cooldownUntil").asText()).isEqualTo("2026-11-21T12:00:05Z");
        assertThat(json.at("/deployments/0/p99Millis").isNull()).isTrue();
    }

    private static DeploymentEntry.Builder entry(String id, String provider, String model) {
        return DeploymentEntry.newBuilder().setId(id).setProvider(provider).setModel(model).setEndpoint("https://example.org")
                .setLimits(Limits.newBuilder().build()).setCapabilities(Capabilities.newBuilder().build());
    }

    private static DeploymentState.Builder state(String id, int age) {
        return DeploymentState.newBuilder().setDeployment(id).setComputedAt(NOW.minusSeconds(age))
                .setBreaker(BreakerState.CLOSED);
    }

    private static CatalogueSnapshot catalogue(DeploymentEntry... entries) {
        Map<String, DeploymentEntry> byId = new HashMap<>();
        for (DeploymentEntry entry : entries) {
            byId.put(entry.getId(), entry);
        }
        return new CatalogueSnapshot(12, Map.of(), byId, Map.of(), HealthPolicyEntry.newBuilder().build());
    }

    private static DeploymentStates states(DeploymentState... all) {
        Map<String, DeploymentState> byId = new HashMap<>();
        for (DeploymentState state : all) {
            byId.put(state.getDeployment(), state);
        }
        return new DeploymentStates(99, byId);
    }
}
