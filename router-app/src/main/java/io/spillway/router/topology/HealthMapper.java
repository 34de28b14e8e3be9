package io.spillway.router.topology;

import java.util.Optional;
import java.util.function.Predicate;

import io.spillway.router.domain.DeploymentHealth;
import io.spillway.router.domain.DeploymentHealth.Breaker;
import io.spillway.v1.BreakerState;
import io.spillway.v1.DeploymentState;

/** The health-aggregator's records in the domain's terms. */
final class HealthMapper {

    private HealthMapper() {}

    /**
     * @param probeUnused whether this task has not yet sent the probe of that id
     */
    static DeploymentHealth toDomain(DeploymentState state, Predicate<String> probeUnused) {
        Optional<String> probe = Optional.ofNullable(state.getProbe()).map(grant -> grant.getId()).filter(probeUnused);
        return new DeploymentHealth(breaker(state.getBreaker()), Optional.ofNullable(state.getOpenUntil()), probe,
                Optional.ofNullable(state.getCooldownUntil()), Optional.ofNullable(state.getSuspendedUntil()), state.getRamp(),
                state.getShareWhenLast(), state.getComputedAt(), state.getReason());
    }

    private static Breaker breaker(BreakerState state) {
        return switch (state) {
            case UNKNOWN -> Breaker.UNKNOWN;
            case CLOSED -> Breaker.CLOSED;
            case OPEN -> Breaker.OPEN;
            case HALF_OPEN -> Breaker.HALF_OPEN;
        };
    }
}
