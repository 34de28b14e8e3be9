package io.spillway.router.domain;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The routes as of one revision of the operator's catalogue.
 *
 * @param deployments every deployment that a route names, by id
 */
public record Catalogue(long revision, Map<String, Route> routes, Map<String, Deployment> deployments) {

    public Catalogue {
        routes = Map.copyOf(routes);
        deployments = Map.copyOf(deployments);
    }

    /** A catalogue of these routes and the deployments they name. */
    public static Catalogue of(long revision, Map<String, Route> routes) {
        Map<String, Deployment> deployments = new HashMap<>();
        for (Route route : routes.values()) {
            route.tiers().forEach(tier -> tier.candidates().forEach(c -> deployments.put(c.deployment().id(), c.deployment())));
            route.lastResort().ifPresent(
                    tier -> tier.candidates().forEach(c -> deployments.put(c.deployment().id(), c.deployment())));
        }
        return new Catalogue(revision, routes, deployments);
    }

    public Optional<Deployment> deployment(String id) {
        return Optional.ofNullable(deployments.get(id));
    }

    public Optional<Route> route(String id) {
        return Optional.ofNullable(routes.get(id));
    }
}
