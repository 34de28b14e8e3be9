package io.spillway.health.topology;

import java.time.Duration;

import io.spillway.health.domain.HealthPolicy;
import io.spillway.health.domain.HealthPolicy.CooldownLimits;
import io.spillway.health.domain.HealthPolicy.OpenTime;
import io.spillway.health.domain.HealthPolicy.Opening;
import io.spillway.health.domain.HealthPolicy.Probing;
import io.spillway.health.domain.HealthPolicy.Reporting;
import io.spillway.health.domain.HealthPolicy.SuspensionTimes;
import io.spillway.v1.HealthPolicyEntry;

/** The catalogue's health policy in the domain's terms; numbers an operator cannot set keep their defaults. */
public final class HealthPolicies {

    private HealthPolicies() {}

    /** @throws IllegalArgumentException naming the first number that is out of range, the range and the value */
    public static HealthPolicy toDomain(HealthPolicyEntry entry) {
        Opening opening = Opening.defaults();
        OpenTime openTime = OpenTime.defaults();
        Probing probing = Probing.defaults();
        return new HealthPolicy(
                new Opening(entry.getFailureRateThreshold(), entry.getConfidenceZ(), entry.getMinimumCalls(),
                        Math.min(opening.minSamplesLongest(), entry.getMinimumCalls()), opening.windows(),
                        entry.getConsecutiveFailures(), entry.getConsecutiveLocalFailures()),
                new OpenTime(Duration.ofMillis(entry.getOpenMillis()), Duration.ofMillis(entry.getMaxOpenMillis()),
                        openTime.jitter(), openTime.healthyPerStep()),
                new Probing(Duration.ofMillis(entry.getProbeTimeoutMillis()), entry.getSuccessesToClose(),
                        Duration.ofMillis(entry.getRampMillis()), probing.rampFrom(), probing.rampFailuresToReopen()),
                new CooldownLimits(Duration.ofMillis(entry.getMinCooldownMillis()),
                        Duration.ofMillis(entry.getMaxCooldownMillis())),
                SuspensionTimes.defaults(), Reporting.defaults());
    }
}
