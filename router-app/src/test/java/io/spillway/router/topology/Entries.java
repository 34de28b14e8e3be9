package io.spillway.router.topology;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.spillway.contract.CatalogueSnapshot;
import io.spillway.contract.DeploymentStates;
import io.spillway.v1.BreakerState;
import io.spillway.v1.Capabilities;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.DeploymentState;
import io.spillway.v1.HealthPolicyEntry;
import io.spillway.v1.Limits;
import io.spillway.v1.ProbeGrant;
import io.spillway.v1.RouteEntry;
import io.spillway.v1.TierEntry;
import io.spillway.v1.WeightedDeployment;

/** Catalogue entries and deployment states for tests. A deployment {@code p/x} belongs to the provider {@code p}. */
final class Entries {

    static final long TIMEOUT_MILLIS = 20_000;
    static final long QUEUE_MILLIS = 2_000;
    static final long DEADLINE_MILLIS = 60_000;

    private Entries() {}

    static DeploymentEntry deployment(String id) {
        return deployment(id, Limits.newBuilder().build());
    }

    static DeploymentEntry deployment(String id, Limits limits) {
        return DeploymentEntry.newBuilder().setId(id).setProvider(id.substring(0, id.indexOf('/'))).setModel("model-of-" + id)
                .setEndpoint("https://internal-endpoint.example/" + id).setLimits(limits)
                .setCapabilities(Capabilities.newBuilder().build()).build();
    }

    static DeploymentEntry places(String id, int concurrency) {
        return deployment(id, Limits.newBuilder().setConcurrency(concurrency).build());
    }

    static TierEntry tier(String... deployments) {
        List<WeightedDeployment> weighted = java.util.Arrays.stream(deployments).map(id -> new WeightedDeployment(id, 1))
                .toList();
        return new TierEntry(weighted, TIMEOUT_MILLIS, QUEUE_MILLIS);
    }

    static RouteEntry route(String id, TierEntry... tiers) {
        return RouteEntry.newBuilder().setId(id).setTiers(List.of(tiers)).setDeadlineMillis(DEADLINE_MILLIS).setMaxPaidCalls(10)
                .build();
    }

    /** A route {@code chat} with one tier for each deployment, in order. */
    static CatalogueSnapshot chat(String... deployments) {
        TierEntry[] tiers = java.util.Arrays.stream(deployments).map(Entries::tier).toArray(TierEntry[]::new);
        return catalogue(1, List.of(route("chat", tiers)),
                java.util.Arrays.stream(deployments).map(Entries::deployment).toList());
    }

    static CatalogueSnapshot catalogue(long revision, List<RouteEntry> routes, List<DeploymentEntry> deployments) {
        Map<String, RouteEntry> byRoute = new HashMap<>();
        routes.forEach(route -> byRoute.put(route.getId(), route));
        Map<String, DeploymentEntry> byDeployment = new HashMap<>();
        deployments.forEach(deployment -> byDeployment.put(deployment.getId(), deployment));
        return new CatalogueSnapshot(revision, Map.of(), byDeployment, byRoute, HealthPolicyEntry.newBuilder().build());
    }

    static DeploymentStates states(long version, DeploymentState... states) {
        Map<String, DeploymentState> byId = new HashMap<>();
        for (DeploymentState state : states) {
            byId.put(state.getDeployment(), state);
        }
        return new DeploymentStates(version, byId);
    }

    static DeploymentState closed(String id, Instant at) {
        return DeploymentState.newBuilder().setDeployment(id).setComputedAt(at).setBreaker(BreakerState.CLOSED).build();
    }

    static DeploymentState open(String id, Instant at, Instant until) {
        return DeploymentState.newBuilder().setDeployment(id).setComputedAt(at).setBreaker(BreakerState.OPEN).setOpenUntil(until)
                .setReason("9 of 10 calls failed").build();
    }

    static DeploymentState halfOpen(String id, Instant at, String probe) {
        return DeploymentState.newBuilder().setDeployment(id).setComputedAt(at).setBreaker(BreakerState.HALF_OPEN)
                .setProbe(new ProbeGrant(probe, at.plusSeconds(60))).build();
    }
}
