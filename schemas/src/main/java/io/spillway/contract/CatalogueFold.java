package io.spillway.contract;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.spillway.v1.CatalogEntry;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.HealthPolicyEntry;
import io.spillway.v1.ProviderEntry;
import io.spillway.v1.RevisionEntry;
import io.spillway.v1.RouteEntry;

/**
 * Builds catalogue snapshots from the records of the catalogue topic in order. A snapshot appears only with the revision
 * record that {@code spillway apply} writes last, so nobody ever sees half an apply. Not thread-safe.
 */
public final class CatalogueFold {

    public static final String REVISION_KEY = "revision/current";
    public static final String HEALTH_POLICY_KEY = "policy/health";

    private static final String OVERRIDE = "override/";
    private static final String AUDIT = "audit/";

    private final Map<String, CatalogEntry> entries = new HashMap<>();

    /** Key of a provider's record on the topic. */
    public static String providerKey(String id) {
        return "provider/" + id;
    }

    /** Key of a deployment's record on the topic. */
    public static String deploymentKey(String id) {
        return "deployment/" + id;
    }

    /** Key of a route's record on the topic. */
    public static String routeKey(String id) {
        return "route/" + id;
    }

    /** Key of what operators changed at a deployment past the catalogue file. */
    public static String overrideKey(String deployment) {
        return OVERRIDE + deployment;
    }

    /** Key of the audit record of a revision; sorts by age. */
    public static String auditKey(long revision) {
        return String.format(Locale.ROOT, "%s%012d", AUDIT, revision);
    }

    /** Whether a key's record is about the catalogue instead of being a part of it: overrides, audit, the revision. */
    public static boolean isBookkeeping(String key) {
        return key.startsWith(OVERRIDE) || key.startsWith(AUDIT) || key.equals(REVISION_KEY);
    }

    /**
     * Takes the next record.
     *
     * @param entry null for a tombstone: the thing was removed from the catalogue
     * @return the new snapshot, when this record completes one
     */
    public Optional<CatalogueSnapshot> next(String key, @Nullable CatalogEntry entry) {
        if (entry == null) {
            entries.remove(key);
            return Optional.empty();
        }
        if (entry.getEntry() != null) {
            entries.put(key, entry);
        } else {
            entries.remove(key);
        }
        return entry.getEntry() instanceof RevisionEntry ? Optional.of(snapshot(entry.getRevision())) : Optional.empty();
    }

    private CatalogueSnapshot snapshot(long revision) {
        Map<String, ProviderEntry> providers = new HashMap<>();
        Map<String, DeploymentEntry> deployments = new HashMap<>();
        Map<String, RouteEntry> routes = new HashMap<>();
        HealthPolicyEntry policy = HealthPolicyEntry.newBuilder().build();
        for (CatalogEntry entry : entries.values()) {
            Object body = entry.getEntry();
            if (body instanceof ProviderEntry provider) {
                providers.put(provider.getId(), provider);
            } else if (body instanceof DeploymentEntry deployment) {
                deployments.put(deployment.getId(), deployment);
            } else if (body instanceof RouteEntry route) {
                routes.put(route.getId(), route);
            } else if (body instanceof HealthPolicyEntry health) {
                policy = health;
            }
        }
        return new CatalogueSnapshot(revision, providers, deployments, routes, policy);
    }
}
