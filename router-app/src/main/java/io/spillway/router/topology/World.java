package io.spillway.router.topology;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import io.spillway.contract.CatalogueSnapshot;
import io.spillway.contract.DeploymentStates;
import io.spillway.router.domain.Catalogue;
import io.spillway.router.domain.Deployment;
import io.spillway.router.domain.DeploymentHealth;
import io.spillway.router.domain.Surroundings;
import io.spillway.v1.DeploymentState;

/**
 * What a task knows beyond its own requests: catalogue and deployment states, in the domain's terms, mapped once per change; and
 * which health probes it has already sent. Owned by one stream thread.
 */
final class World {

    private final RouterSettings settings;
    private final Supplier<CatalogueSnapshot> catalogueSource;
    private final Supplier<DeploymentStates> statesSource;
    private final OpenRequests open;

    private Catalogue catalogue = CatalogueMapper.toDomain(CatalogueSnapshot.empty());
    private DeploymentStates statesSeen = DeploymentStates.empty();
    private final Map<String, DeploymentHealth> health = new HashMap<>();
    private final Set<String> probesSent = new HashSet<>();

    World(RouterSettings settings, Supplier<CatalogueSnapshot> catalogueSource, Supplier<DeploymentStates> statesSource,
            OpenRequests open) {
        this.settings = settings;
        this.catalogueSource = catalogueSource;
        this.statesSource = statesSource;
        this.open = open;
    }

    /** Takes in what is new; a decision sees one picture from beginning to end. */
    Surroundings at(Instant now) {
        refresh();
        return new Surroundings(now, catalogue, statesSeen.version(), this::health, open::attemptsAt, this::openLimit);
    }

    Catalogue catalogue() {
        refresh();
        return catalogue;
    }

    /** Changes whenever the catalogue or a deployment's state does. */
    long version() {
        refresh();
        return statesSeen.version() * 31 + catalogue.revision();
    }

    void probeSent(String probe) {
        probesSent.add(probe);
        health.clear();
    }

    private void refresh() {
        CatalogueSnapshot snapshot = catalogueSource.get();
        if (snapshot.revision() != catalogue.revision()) {
            catalogue = CatalogueMapper.toDomain(snapshot);
        }
        DeploymentStates states = statesSource.get();
        if (states.version() != statesSeen.version()) {
            statesSeen = states;
            health.clear();
            Set<String> granted = new HashSet<>();
            states.byDeployment().values().stream().filter(state -> state.getProbe() != null)
                    .forEach(state -> granted.add(state.getProbe().getId()));
            probesSent.retainAll(granted);
        }
    }

    private DeploymentHealth health(String deployment) {
        return health.computeIfAbsent(deployment, id -> {
            DeploymentState state = statesSeen.byDeployment().get(id);
            return state == null
                    ? DeploymentHealth.unknown()
                    : HealthMapper.toDomain(state, probe -> !probesSent.contains(probe));
        });
    }

    /** This task's share of a deployment's places, queue included; at least one. */
    private int openLimit(Deployment deployment) {
        return (int) Math.max(1, Math.ceil(deployment.concurrency() * settings.queueFactor() / settings.partitions()));
    }
}
