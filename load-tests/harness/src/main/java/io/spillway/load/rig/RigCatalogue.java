package io.spillway.load.rig;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.spillway.cli.config.Catalogue;
import io.spillway.cli.config.CatalogueFile;
import io.spillway.cli.config.CatalogueReading;
import io.spillway.load.workload.Workload;
import io.spillway.worker.provider.Adapters;

/** The catalogue of a workload: one route with the tiers that its providers name. */
final class RigCatalogue {

    /** Breakers rest and ramp for seconds, not minutes, so that a comeback fits into a run. */
    private static final String HEALTH = "health: {openTime: 1s, maxOpenTime: 4s, ramp: 2s}\n";

    private RigCatalogue() {}

    static Catalogue of(String route, Workload workload, Map<Workload.Provider, URI> endpoints, Path keyFile) {
        StringBuilder yaml = new StringBuilder("providers:\n");
        endpoints.keySet().forEach(
                provider -> yaml.append("  ").append(provider.name()).append(": {api: ").append(provider.api()).append("}\n"));
        yaml.append("deployments:\n");
        endpoints.forEach((provider, endpoint) -> yaml.append(deployment(provider, endpoint, keyFile)));
        yaml.append("routes:\n  ").append(route).append(":\n    deadline: ").append(workload.deadline().toSeconds())
                .append("s\n    tiers:\n");
        tiers(endpoints.keySet()).values().forEach(tier -> yaml.append("      - {timeout: ")
                .append(tier.getFirst().timeout().toMillis()).append("ms, deployments: [")
                .append(String.join(", ", tier.stream().map(Workload.Provider::deployment).toList())).append("]}\n"));
        endpoints.keySet().stream().filter(Workload.Provider::lastResort).findFirst()
                .ifPresent(provider -> yaml.append("    lastResort: {timeout: ").append(provider.timeout().toMillis())
                        .append("ms, deployments: [").append(provider.deployment()).append("]}\n"));
        yaml.append(HEALTH);
        return switch (CatalogueFile.parse(yaml.toString(), Set.copyOf(Adapters.names()))) {
            case CatalogueReading.Valid valid -> valid.catalogue();
            case CatalogueReading.Invalid invalid ->
                throw new IllegalArgumentException("the workload's providers make no valid catalogue: " + invalid.problems());
        };
    }

    private static Map<Integer, List<Workload.Provider>> tiers(Set<Workload.Provider> providers) {
        Map<Integer, List<Workload.Provider>> tiers = new TreeMap<>();
        for (Workload.Provider provider : providers.stream().filter(one -> !one.lastResort()).toList()) {
            tiers.merge(provider.tier(), List.of(provider),
                    (some, more) -> java.util.stream.Stream.concat(some.stream(), more.stream()).toList());
        }
        return tiers;
    }

    private static String deployment(Workload.Provider provider, URI endpoint, Path keyFile) {
        return """
                  %s:
                    provider: %s
                    model: sim-%s
                    endpoint: %s
                    credential: "${file:%s}"
                    limits: {concurrency: %d}
                    price: {input: 1, output: 5}
                    dataClasses: [%s]
                    allowInsecure: true
                """.formatted(provider.deployment(), provider.name(), provider.name(),
                provider.api().equals("openai") ? endpoint + "/v1" : endpoint.toString(), keyFile, provider.concurrency(),
                String.join(", ", provider.dataClasses().stream().sorted().toList()));
    }
}
