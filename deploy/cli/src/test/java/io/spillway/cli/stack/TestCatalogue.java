package io.spillway.cli.stack;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

import io.spillway.cli.config.Catalogue;
import io.spillway.cli.config.CatalogueFile;
import io.spillway.cli.config.CatalogueReading;
import io.spillway.worker.provider.Adapters;

/** A catalogue for tests: route {@code chat} with a primary and a fallback, and what a test adds. */
final class TestCatalogue {

    private TestCatalogue() {}

    static Catalogue of(URI primary, URI fallback, Path directory) throws Exception {
        Path key = directory.resolve("key");
        Files.writeString(key, "simulated-key");
        return parse("""
                providers:
                  alpha: {api: openai}
                  beta: {api: anthropic}
                deployments:
                  alpha-1:
                    provider: alpha
                    model: gpt-4o-mini
                    endpoint: %1$s/v1
                    credential: "${file:%3$s}"
                    limits: {concurrency: 256}
                    price: {input: 0.15, output: 0.6}
                    allowInsecure: true
                  beta-1:
                    provider: beta
                    model: claude-haiku-4-5
                    endpoint: %2$s
                    credential: "${file:%3$s}"
                    limits: {concurrency: 256}
                    price: {input: 1, output: 5}
                    allowInsecure: true
                routes:
                  chat:
                    deadline: 5m
                    tiers:
                      - {timeout: 2s, deployments: [alpha-1]}
                      - {timeout: 2s, deployments: [beta-1]}
                  slow:
                    deadline: 5m
                    tiers:
                      - {timeout: 120s, deployments: [alpha-1]}
                health: {openTime: 1s, maxOpenTime: 3s, ramp: 1s}
                """.formatted(primary, fallback, key));
    }

    static Catalogue parse(String yaml) {
        return switch (CatalogueFile.parse(yaml, Set.copyOf(Adapters.names()))) {
            case CatalogueReading.Valid valid -> valid.catalogue();
            case CatalogueReading.Invalid invalid -> throw new IllegalArgumentException(invalid.toString());
        };
    }
}
