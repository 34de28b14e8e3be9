package io.spillway.health.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Everything the published state of a deployment carries about its health at one instant.
 *
 * @param epoch rises with every transition, also across a restart that lost its snapshot
 * @param computedAt when this view was taken; readers judge staleness by it
 * @param breaker where the breaker stands; OPEN and HALF_OPEN also while suspended and rechecked
 * @param openUntil until when no traffic is taken, while OPEN
 * @param grant the outstanding probe grant, while HALF_OPEN
 * @param rampStartedAt when traffic began to come back, while it does; see {@link Ramp#weight}
 * @param shareWhenLast share of the requests that may be sent whatever the breaker says when no other deployment is left
 * @param cooldownUntil end of the rest after a 429, while it lasts
 * @param suspension why the deployment is out of traffic although not sick, when that is the cause
 * @param window the window behind the next figures: the shortest with enough results
 * @param n results of the window that count, successes and sick failures; starts anew when the breaker closes
 * @param errorRate share of sick failures in {@code n}, 0 when {@code n} is 0
 * @param failures failures of the window by kind, only kinds that occurred
 * @param latency duration of successful calls in the window
 * @param firstByte time to first byte of successful calls in the window
 * @param queueWait wait for a permit of all attempts in the window
 * @param load what the workers hold
 * @param reason why the deployment is where it is, in words for people
 */
public record HealthView(long epoch, Instant computedAt, BreakerPosition breaker, Optional<Instant> openUntil,
        Optional<ProbeGrant> grant, Optional<Instant> rampStartedAt, double shareWhenLast, Optional<Instant> cooldownUntil,
        Optional<Suspension> suspension, Duration window, int n, double errorRate, Map<FailureKind, Integer> failures,
        LatencySummary latency, LatencySummary firstByte, LatencySummary queueWait, DeploymentLoad load, String reason) {

    public HealthView {
        failures = Map.copyOf(failures);
    }
}
