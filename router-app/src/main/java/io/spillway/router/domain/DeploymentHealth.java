package io.spillway.router.domain;

import java.time.Instant;
import java.util.Optional;

/**
 * The health-aggregator's latest word on a deployment, as the router sees it.
 *
 * @param openUntil with an open breaker: when it goes half-open
 * @param probe id of the probe a half-open breaker grants, unless this task has taken it already
 * @param ramp share of its weight a recovering deployment takes, in [0,1]
 * @param shareWhenLast share of the requests that may be sent although the breaker is open, in [0,1], when no other deployment is left
 * @param computedAt when it was judged; old news counts as no news
 */
public record DeploymentHealth(Breaker breaker, Optional<Instant> openUntil, Optional<String> probe,
        Optional<Instant> cooldownUntil, Optional<Instant> suspendedUntil, double ramp, double shareWhenLast,
        Instant computedAt, String reason) {

    /** The breaker's states. UNKNOWN is treated like CLOSED: missing news never takes a deployment out. */
    public enum Breaker {
        UNKNOWN, CLOSED, OPEN, HALF_OPEN
    }

    /** Whether the breaker lets nothing through, not even a probe. */
    boolean isClosedToTraffic() {
        return breaker == Breaker.OPEN || (breaker == Breaker.HALF_OPEN && probe.isEmpty());
    }

    /** A deployment nobody has judged, or not lately. */
    public static DeploymentHealth unknown() {
        return new DeploymentHealth(Breaker.UNKNOWN, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), 1.0,
                0.0, Instant.EPOCH, "");
    }
}
