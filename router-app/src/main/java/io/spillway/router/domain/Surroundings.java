package io.spillway.router.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * What a decision sees of the world at one instant.
 *
 * @param stateVersion version of the deployment states
 * @param health the latest word on a deployment
 * @param openHere attempts this task has open at a deployment
 * @param openLimit most attempts this task may have open at a deployment: its share of the deployment's concurrency and a
 *     queue before it
 */
public record Surroundings(Instant now, Catalogue catalogue, long stateVersion, Function<String, DeploymentHealth> health,
        ToIntFunction<String> openHere, ToIntFunction<Deployment> openLimit) {

    /** How old a judgement may be: six missed heartbeats of the health-aggregator. */
    static final Duration STALE_AFTER = Duration.ofSeconds(30);

    /** The latest word on a deployment; old news counts as no news. */
    DeploymentHealth believed(String deployment) {
        DeploymentHealth latest = health.apply(deployment);
        return latest.computedAt().plus(STALE_AFTER).isBefore(now) ? DeploymentHealth.unknown() : latest;
    }
}
