package io.spillway.cli.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.spillway.v1.RouteEntry;
import io.spillway.v1.TierEntry;
import io.spillway.v1.WeightedDeployment;

/** Reads one route. */
final class RouteReader {

    private static final Duration SHORTEST_WAIT = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);
    private static final Duration SHORTEST_DEADLINE = Duration.ofSeconds(1);
    /** As long as requests stay on their topic. */
    private static final Duration LONGEST_DEADLINE = Duration.ofDays(7);
    private static final int MOST_PAID_CALLS = 100;
    private static final int HIGHEST_WEIGHT = 1_000;

    private final Block block;
    private final Collection<String> deployments;
    /** Where each deployment of this route was named first. */
    private final Map<String, String> named = new HashMap<>();

    private RouteReader(Block block, Collection<String> deployments) {
        this.block = block;
        this.deployments = deployments;
    }

    static RouteEntry read(String id, Block block, Collection<String> deployments) {
        return new RouteReader(block, deployments).entry(id);
    }

    private RouteEntry entry(String id) {
        Duration deadline = block.duration("deadline", CatalogueDefaults.DEADLINE, SHORTEST_DEADLINE, LONGEST_DEADLINE);
        List<TierEntry> tiers = new ArrayList<>();
        for (Block.Item item : block.list("tiers")) {
            tiers.add(tier(Block.of(item.node(), item.path(), item.node().line(), Section.TIER, block.problems()), deadline));
        }
        if (!block.has("tiers")) {
            block.required("tiers", "list at least one tier with its deployments");
        } else if (tiers.isEmpty()) {
            block.problem("tiers", "is empty", "", "list at least one tier with its deployments");
        }
        Optional<TierEntry> lastResort = block.block("lastResort", Section.LAST_RESORT).map(in -> tier(in, deadline));
        long maxPaidCalls = block.number("maxPaidCalls", 1, MOST_PAID_CALLS)
                .orElse(CatalogueDefaults.maxPaidCalls(tiers.size()));
        return RouteEntry.newBuilder()
                .setId(id)
                .setTiers(tiers)
                .setLastResort(lastResort.orElse(null))
                .setDeadlineMillis(deadline.toMillis())
                .setMaxPaidCalls(Math.toIntExact(maxPaidCalls))
                .setFallbackOnContentFilter(
                        block.flag("fallbackOnContentFilter", CatalogueDefaults.FALLBACK_ON_CONTENT_FILTER))
                .setDropUnsupportedParameters(
                        block.flag("dropUnsupportedParameters", CatalogueDefaults.DROP_UNSUPPORTED_PARAMETERS))
                .build();
    }

    private TierEntry tier(Block tier, Duration deadline) {
        Duration timeout = tier.duration("timeout", CatalogueDefaults.TIER_TIMEOUT, SHORTEST_WAIT, LONGEST_WAIT);
        if (tier.has("timeout") && timeout.compareTo(deadline) > 0) {
            tier.problem("timeout", "is longer than the route's deadline of " + Durations.text(deadline) + ":",
                    Durations.text(timeout), "shorten it, or give the route a later deadline");
        }
        Duration queueTimeout = tier.duration("queueTimeout", CatalogueDefaults.QUEUE_TIMEOUT, SHORTEST_WAIT, LONGEST_WAIT);
        List<WeightedDeployment> members = new ArrayList<>();
        for (Block.Item item : tier.list("deployments")) {
            members.add(member(item));
        }
        if (!tier.has("deployments")) {
            tier.required("deployments", "list at least one deployment");
        } else if (members.isEmpty()) {
            tier.problem("deployments", "has no deployment", "", "list at least one deployment");
        }
        return TierEntry.newBuilder()
                .setDeployments(members)
                .setTimeoutMillis(timeout.toMillis())
                .setQueueTimeoutMillis(queueTimeout.toMillis())
                .build();
    }

    private WeightedDeployment member(Block.Item item) {
        if (item.node() instanceof YamlNode.Scalar scalar) {
            return member(item, scalar.text(), scalar.line(), CatalogueDefaults.WEIGHT);
        }
        Block in = Block.of(item.node(), item.path(), item.node().line(), Section.TIER_DEPLOYMENT, block.problems());
        String id = in.required("deployment", "write the name of a deployment, or {deployment: name, weight: 3}");
        long weight = in.number("weight", 1, HIGHEST_WEIGHT).orElse(CatalogueDefaults.WEIGHT);
        return member(item, id, in.line("deployment"), weight);
    }

    private WeightedDeployment member(Block.Item item, String id, int line, long weight) {
        if (!id.isEmpty() && !deployments.contains(id)) {
            block.problems().add(item.path(), line, "unknown deployment", id, "defined: " + String.join(", ", deployments));
        } else if (!id.isEmpty()) {
            String first = named.putIfAbsent(id, item.path());
            if (first != null) {
                block.problems().add(item.path(), line, "deployment is in this route twice:", id,
                        "it is at " + first + " already; a route tries a deployment once, so keep one");
            }
        }
        return WeightedDeployment.newBuilder().setDeployment(id).setWeight(Math.toIntExact(weight)).build();
    }
}
