package io.spillway.cli.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import io.spillway.cli.config.Catalogue.KeyedEntry;
import io.spillway.contract.CatalogueFold;
import io.spillway.contract.CatalogueSnapshot;
import io.spillway.v1.CatalogEntry;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.HealthPolicyEntry;
import io.spillway.v1.ProviderEntry;
import io.spillway.v1.RouteEntry;
import io.spillway.v1.TierEntry;
import io.spillway.v1.WeightedDeployment;

/** Reads the YAML file in which operators describe providers, deployments and routes, and checks all of it at once. */
public final class CatalogueFile {

    private final Problems problems = new Problems();
    private final Map<String, ProviderEntry> providers = new LinkedHashMap<>();
    private final Map<String, DeploymentEntry> deployments = new LinkedHashMap<>();
    private final Map<String, RouteEntry> routes = new LinkedHashMap<>();

    private CatalogueFile() {}

    /**
     * Reads a file.
     *
     * @param knownApis the wire dialects providers may speak
     */
    public static CatalogueReading read(Path file, Set<String> knownApis) {
        try {
            return parse(Files.readString(file), knownApis);
        } catch (NoSuchFileException e) {
            return unreadable("there is no such file", file, "check the path");
        } catch (IOException e) {
            return unreadable("cannot be read as UTF-8 text (" + e.getClass().getSimpleName() + "):", file,
                    "check that it is a text file you may read");
        }
    }

    private static CatalogueReading unreadable(String problem, Path file, String remedy) {
        return new CatalogueReading.Invalid(List.of(new Problem("", problem, file.toString(), remedy, 0)));
    }

    /**
     * Reads text.
     *
     * @param knownApis the wire dialects providers may speak
     */
    public static CatalogueReading parse(String yaml, Set<String> knownApis) {
        CatalogueFile file = new CatalogueFile();
        Optional<YamlNode> root = YamlReader.read(yaml, file.problems);
        if (root.isEmpty()) {
            if (file.problems.isEmpty()) {
                file.problems.add("", 0, "the file is empty", "start from deploy/config/example.yaml");
            }
            return new CatalogueReading.Invalid(file.problems.all());
        }
        List<KeyedEntry> entries = file.entries(Block.of(root.get(), "", 1, Section.FILE, file.problems), knownApis);
        if (!file.problems.isEmpty()) {
            return new CatalogueReading.Invalid(file.problems.all());
        }
        return new CatalogueReading.Valid(new Catalogue(entries, file.snapshot(entries), sha256(yaml)));
    }

    private List<KeyedEntry> entries(Block file, Set<String> knownApis) {
        Map<String, Block> providerBlocks = file.named("providers", Section.PROVIDER, IdRule.PROVIDER);
        Map<String, Block> deploymentBlocks = file.named("deployments", Section.DEPLOYMENT, IdRule.DEPLOYMENT);
        Map<String, Block> routeBlocks = file.named("routes", Section.ROUTE, IdRule.ROUTE);
        providerBlocks.forEach((id, block) -> providers.put(id, provider(id, block, knownApis)));
        deploymentBlocks.forEach(
                (id, block) -> deployments.put(id, DeploymentReader.read(id, block, providerBlocks.keySet())));
        routeBlocks.forEach((id, block) -> routes.put(id, RouteReader.read(id, block, deploymentBlocks.keySet())));
        Optional<HealthPolicyEntry> health = file.block("health", Section.HEALTH).map(HealthReader::read);
        requireUsed(providerBlocks, deploymentBlocks);

        List<KeyedEntry> entries = new ArrayList<>();
        providers.forEach((id, entry) -> entries.add(keyed(CatalogueFold.providerKey(id), entry)));
        deployments.forEach((id, entry) -> entries.add(keyed(CatalogueFold.deploymentKey(id), entry)));
        routes.forEach((id, entry) -> entries.add(keyed(CatalogueFold.routeKey(id), entry)));
        health.ifPresent(entry -> entries.add(keyed(CatalogueFold.HEALTH_POLICY_KEY, entry)));
        return entries;
    }

    private static ProviderEntry provider(String id, Block block, Set<String> knownApis) {
        Set<String> sorted = new TreeSet<>(knownApis);
        String api = block.required("api", "write one of " + String.join(", ", sorted));
        if (!api.isEmpty() && !knownApis.contains(api)) {
            block.problem("api", "unknown API", api,
                    Suggestion.hint(api, sorted) + "known: " + String.join(", ", sorted));
        }
        return ProviderEntry.newBuilder().setId(id).setApi(api).setSettings(block.settings("settings")).build();
    }

    /** What nobody uses is a slip: a misspelt name somewhere else, or something that was meant to be removed. */
    private void requireUsed(Map<String, Block> providerBlocks, Map<String, Block> deploymentBlocks) {
        Set<String> usedProviders = new TreeSet<>();
        deployments.values().forEach(entry -> usedProviders.add(entry.getProvider()));
        providerBlocks.forEach((id, block) -> {
            if (!usedProviders.contains(id)) {
                unused(block, "no deployment uses this provider", "name it in a deployment or remove it");
            }
        });
        Set<String> usedDeployments = new TreeSet<>();
        for (RouteEntry route : routes.values()) {
            List<TierEntry> tiers = new ArrayList<>(route.getTiers());
            if (route.getLastResort() != null) {
                tiers.add(route.getLastResort());
            }
            tiers.forEach(tier -> tier.getDeployments().stream().map(WeightedDeployment::getDeployment)
                    .forEach(usedDeployments::add));
        }
        deploymentBlocks.forEach((id, block) -> {
            if (!usedDeployments.contains(id)) {
                unused(block, "no route uses this deployment", "name it in a tier or remove it");
            }
        });
    }

    private void unused(Block block, String problem, String remedy) {
        problems.add(block.path(), block.line(""), problem, remedy);
    }

    private static KeyedEntry keyed(String key, Object entry) {
        return new KeyedEntry(key, CatalogEntry.newBuilder().setRevision(0).setEntry(entry).build());
    }

    private CatalogueSnapshot snapshot(List<KeyedEntry> entries) {
        HealthPolicyEntry policy = entries.stream().map(keyed -> keyed.entry().getEntry())
                .filter(HealthPolicyEntry.class::isInstance).map(HealthPolicyEntry.class::cast).findFirst()
                .orElseGet(() -> HealthPolicyEntry.newBuilder().build());
        return new CatalogueSnapshot(0, providers, deployments, routes, policy);
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
