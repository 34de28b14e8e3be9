package io.spillway.cli.demo;

import java.nio.file.Path;
import java.util.Set;

import io.spillway.cli.config.Catalogue;
import io.spillway.cli.config.CatalogueFile;
import io.spillway.cli.config.CatalogueReading;
import io.spillway.worker.provider.Adapters;

/** The demo's catalogue: one route with a primary, a fallback and a last resort. */
final class DemoCatalogue {

    static final String PRIMARY = "primary-openai";
    static final String FALLBACK = "fallback-anthropic";
    static final String LAST_RESORT = "last-resort-local";

    /** Short rests, so that the comeback can be watched; production defaults are ten times longer. */
    private static final String HEALTH = """
            health: {openTime: 2s, maxOpenTime: 10s, ramp: 3s}
            """;

    private DemoCatalogue() {}

    static Catalogue of(String route, DemoProviders providers, Path keyFile) {
        StringBuilder yaml = new StringBuilder("""
                providers:
                  sim-openai: {api: openai}
                  sim-anthropic: {api: anthropic}
                  sim-local: {api: openai}
                deployments:
                """);
        yaml.append(deployment(PRIMARY, "sim-openai", "gpt-4o-mini", providers.primaryUri() + "/v1", keyFile));
        yaml.append(deployment(FALLBACK, "sim-anthropic", "claude-haiku-4-5", providers.fallbackUri().toString(), keyFile));
        yaml.append(deployment(LAST_RESORT, "sim-local", "llama-3.1-8b", providers.localUri() + "/v1", keyFile));
        yaml.append("""
                routes:
                  %s:
                    deadline: 10m
                    tiers:
                      - {timeout: 20s, deployments: [%s]}
                      - {timeout: 20s, deployments: [%s]}
                    lastResort: {timeout: 60s, deployments: [%s]}
                """.formatted(route, PRIMARY, FALLBACK, LAST_RESORT));
        yaml.append(HEALTH);
        return switch (CatalogueFile.parse(yaml.toString(), Set.copyOf(Adapters.names()))) {
            case CatalogueReading.Valid valid -> valid.catalogue();
            case CatalogueReading.Invalid invalid ->
                throw new IllegalStateException("the demo's own catalogue is wrong: " + invalid);
        };
    }

    private static String deployment(String id, String provider, String model, String endpoint, Path keyFile) {
        return """
                  %s:
                    provider: %s
                    model: %s
                    endpoint: %s
                    credential: "${file:%s}"
                    limits: {concurrency: 128, contextWindow: 200000}
                    price: {input: 0, output: 0}
                    allowInsecure: true
                """.formatted(id, provider, model, endpoint, keyFile).indent(0);
    }
}
