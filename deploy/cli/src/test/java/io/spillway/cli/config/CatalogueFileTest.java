package io.spillway.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.spillway.cli.config.Catalogue.KeyedEntry;
import io.spillway.contract.CatalogueFold;
import io.spillway.contract.CatalogueSnapshot;
import io.spillway.v1.CatalogEntry;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.RevisionEntry;
import io.spillway.v1.RouteEntry;
import io.spillway.v1.TierEntry;
import io.spillway.v1.WeightedDeployment;

final class CatalogueFileTest {

    private static final Set<String> APIS = Set.of("openai", "anthropic");

    private static final String FULL = """
            providers:
              openai: {api: openai, settings: {organization: acme, auth-scheme: ""}}
              local: {api: openai}
            deployments:
              gpt-us:
                provider: openai
                model: gpt-4o
                endpoint: https://api.openai.com/v1
                region: us
                credential: ${file:/run/secrets/openai}
                limits: {concurrency: 8, requestsPerMinute: 5_000, tokensPerMinute: 400000, contextWindow: 128000, maxOutputTokens: 16384}
                price: {input: 2.5, output: 10.0, cachedInput: 0.0375, cacheWrite: 3}
                capabilities: {tools: false, vision: true, jsonSchema: false}
                dataClasses: [public, phi]
                drain: true
                settings: {timeout: 3}
              llama:
                provider: local
                model: llama3.1
                endpoint: http://127.0.0.1:11434/v1
                allowInsecure: true
                price: {input: 0, output: 0}
            routes:
              openai/chat:
                deadline: 90s
                maxPaidCalls: 2
                fallbackOnContentFilter: true
                dropUnsupportedParameters: true
                tiers:
                  - timeout: 1500ms
                    queueTimeout: 2m
                    deployments: [{deployment: gpt-us, weight: 3}]
                lastResort: {timeout: 30s, deployments: [llama]}
            health: {failureRateThreshold: 0.25, confidenceZ: 3, minimumCalls: 20, consecutiveFailures: 6,
              consecutiveLocalFailures: 4, openTime: 20s, maxOpenTime: 4m, successesToClose: 2, probeTimeout: 90s, ramp: 45s,
              minCooldown: 500ms, maxCooldown: 3m}
            """;

    private static final String SMALL = """
            providers:
              openai: {api: openai}
            deployments:
              gpt:
                provider: openai
                model: gpt-4o
                endpoint: https://api.openai.com/v1
                price: {input: 2.5, output: 10}
            routes:
              chat:
                tiers:
                  - deployments: [gpt]
            """;

    @Test
    void shouldAcceptAPrivateModelServerOverHttpsWhenDeclared() {
        String declared = SMALL.replace("https://api.openai.com/v1",
                "https://10.0.0.7:8443/v1\n    settings: {allow-private: true}");

        assertThat(valid(declared).snapshot().deployments().get("gpt").getSettings()).containsEntry("allow-private", "true");
    }

    @Test
    void shouldReadEveryKey() {
        // When
        CatalogueSnapshot snapshot = valid(FULL).snapshot();

        // Then
        DeploymentEntry gpt = snapshot.deployments().get("gpt-us");
        assertThat(gpt.getProvider()).isEqualTo("openai");
        assertThat(gpt.getRegion()).isEqualTo("us");
        assertThat(gpt.getCredential()).isEqualTo("${file:/run/secrets/openai}");
        assertThat(gpt.getLimits().toString()).isEqualTo("{\"concurrency\": 8, \"requestsPerMinute\": 5000, "
                + "\"tokensPerMinute\": 400000, \"contextWindow\": 128000, \"maxOutputTokens\": 16384}");
        assertThat(gpt.getPrice().getInput()).isEqualTo(2_500_000L);
        assertThat(gpt.getPrice().getCachedInput()).isEqualTo(37_500L);
        assertThat(gpt.getPrice().getCacheWrite()).isEqualTo(3_000_000L);
        assertThat(gpt.getCapabilities().getTools()).isFalse();
        assertThat(gpt.getCapabilities().getVision()).isTrue();
        assertThat(gpt.getDataClasses()).containsExactly("public", "phi");
        assertThat(gpt.getDrain()).isTrue();
        assertThat(gpt.getSettings()).containsEntry("timeout", "3");
        assertThat(snapshot.providers().get("openai").getSettings()).containsEntry("organization", "acme")
                .containsEntry("auth-scheme", "");
        assertThat(snapshot.deployments().get("llama").getAllowInsecure()).isTrue();
        RouteEntry route = snapshot.routes().get("openai/chat");
        assertThat(route.getDeadlineMillis()).isEqualTo(90_000);
        assertThat(route.getMaxPaidCalls()).isEqualTo(2);
        assertThat(route.getFallbackOnContentFilter()).isTrue();
        assertThat(route.getDropUnsupportedParameters()).isTrue();
        assertThat(route.getTiers())
                .containsExactly(new TierEntry(List.of(new WeightedDeployment("gpt-us", 3)), 1_500L, 120_000L));
        assertThat(route.getLastResort())
                .isEqualTo(new TierEntry(List.of(new WeightedDeployment("llama", 1)), 30_000L, 10_000L));
        assertThat(snapshot.healthPolicy().toString()).isEqualTo("{\"failureRateThreshold\": 0.25, \"confidenceZ\": 3.0, "
                + "\"minimumCalls\": 20, \"consecutiveFailures\": 6, \"consecutiveLocalFailures\": 4, \"openMillis\": 20000, "
                + "\"maxOpenMillis\": 240000, \"successesToClose\": 2, \"probeTimeoutMillis\": 90000, \"rampMillis\": 45000, "
                + "\"minCooldownMillis\": 500, \"maxCooldownMillis\": 180000}");
    }

    @Test
    void shouldUseTheDefaultsWhereTheFileSaysNothing() {
        // When
        CatalogueSnapshot snapshot = valid(SMALL).snapshot();

        // Then
        DeploymentEntry gpt = snapshot.deployments().get("gpt");
        assertThat(gpt.getLimits().getConcurrency()).isEqualTo(64);
        assertThat(gpt.getLimits().getContextWindow()).isNull();
        assertThat(gpt.getDataClasses()).containsExactly("public", "internal");
        assertThat(gpt.getCredential()).isNull();
        assertThat(gpt.getCapabilities().getTools()).isTrue();
        assertThat(gpt.getDrain()).isFalse();
        RouteEntry route = snapshot.routes().get("chat");
        assertThat(route.getDeadlineMillis()).isEqualTo(600_000);
        assertThat(route.getMaxPaidCalls()).isEqualTo(4);
        assertThat(route.getTiers()).containsExactly(new TierEntry(List.of(new WeightedDeployment("gpt", 1)), 60_000L, 10_000L));
        assertThat(route.getLastResort()).isNull();
        assertThat(snapshot.healthPolicy()).isEqualTo(CatalogueSnapshot.empty().healthPolicy());
        assertThat(valid(SMALL).entries()).extracting(KeyedEntry::key).containsExactly("provider/openai", "deployment/gpt",
                "route/chat");
    }

    @Test
    void shouldAllowOnePaidCallMoreThanTiersWhenThereAreMany() {
        assertThat(CatalogueDefaults.maxPaidCalls(1)).isEqualTo(4);
        assertThat(CatalogueDefaults.maxPaidCalls(3)).isEqualTo(4);
        assertThat(CatalogueDefaults.maxPaidCalls(5)).isEqualTo(6);
    }

    @Test
    void shouldGiveApplicationsTheSameCatalogueThroughTheTopic() {
        // Given
        Catalogue catalogue = valid(FULL);
        CatalogueFold fold = new CatalogueFold();

        // When
        for (KeyedEntry keyed : catalogue.entries()) {
            assertThat(fold.next(keyed.key(), keyed.entry())).isEmpty();
        }
        Optional<CatalogueSnapshot> seen = fold.next(CatalogueFold.REVISION_KEY,
                CatalogEntry.newBuilder().setRevision(0)
                        .setEntry(RevisionEntry.newBuilder().setAppliedAt(Instant.EPOCH).build()).build());

        // Then
        assertThat(seen).contains(catalogue.snapshot());
        assertThat(catalogue.entries()).hasSize(6);
        assertThat(catalogue.sourceHash()).matches("[0-9a-f]{64}").isNotEqualTo(valid(SMALL).sourceHash());
    }

    @Test
    void shouldReportAllProblemsAtOnceInTheOrderOfTheFile() {
        // Given
        String yaml = """
                providers:
                  openai: {api: opnai}
                deployments:
                  gpt:
                    provider: openai
                    modle: gpt-4o
                    endpoint: https://api.openai.com/v1
                    price: {input: 2.5, output: 10}
                routes:
                  chat:
                    deadline: 0s
                    tiers:
                      - deployments: [gpt, gtp]
                """;

        // When
        List<Problem> problems = problems(yaml);

        // Then
        assertThat(problems).extracting(Problem::line).containsExactly(2, 4, 6, 11, 13);
        assertThat(problems).isSortedAccordingTo(Comparator.comparingInt(Problem::line));
        assertThat(problems.getLast()).hasToString(
                "line 13: routes.chat.tiers[0].deployments[1]: unknown deployment 'gtp' (defined: gpt)");
    }

    private static Catalogue valid(String yaml) {
        CatalogueReading reading = CatalogueFile.parse(yaml, APIS);
        assertThat(reading).isInstanceOf(CatalogueReading.Valid.class);
        return ((CatalogueReading.Valid) reading).catalogue();
    }

    private static List<Problem> problems(String yaml) {
        CatalogueReading reading = CatalogueFile.parse(yaml, APIS);
        assertThat(reading).isInstanceOf(CatalogueReading.Invalid.class);
        return ((CatalogueReading.Invalid) reading).problems();
    }
}
