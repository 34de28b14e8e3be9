package io.spillway.contract;

import java.util.Map;

import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.HealthPolicyEntry;
import io.spillway.v1.ProviderEntry;
import io.spillway.v1.RouteEntry;

/**
 * The whole catalogue as of one {@code spillway apply}. The Avro records in it are shared: nobody changes them.
 *
 * @param revision number of the apply, growing; 0 before the first
 * @param healthPolicy numbers of the failure detector
 */
public record CatalogueSnapshot(long revision, Map<String, ProviderEntry> providers, Map<String, DeploymentEntry> deployments,
        Map<String, RouteEntry> routes, HealthPolicyEntry healthPolicy) {

    public CatalogueSnapshot {
        providers = Map.copyOf(providers);
        deployments = Map.copyOf(deployments);
        routes = Map.copyOf(routes);
    }

    /** The catalogue before anything was applied. */
    public static CatalogueSnapshot empty() {
        return new CatalogueSnapshot(0, Map.of(), Map.of(), Map.of(), HealthPolicyEntry.newBuilder().build());
    }
}
