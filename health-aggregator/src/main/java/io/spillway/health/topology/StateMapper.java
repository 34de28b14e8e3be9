package io.spillway.health.topology;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

import io.spillway.health.domain.BreakerPosition;
import io.spillway.health.domain.HealthPolicy;
import io.spillway.health.domain.HealthView;
import io.spillway.health.domain.Ramp;
import io.spillway.v1.BreakerState;
import io.spillway.v1.DeploymentState;
import io.spillway.v1.ProbeGrant;

/** The domain's view of a deployment as the record routers read. */
final class StateMapper {

    private StateMapper() {}

    static DeploymentState toRecord(String deployment, HealthView view, double ramp) {
        Instant openUntil = view.openUntil().orElse(null);
        Map<String, Long> failures = new HashMap<>();
        view.failures().forEach((kind, count) -> failures.put(kind.name(), count.longValue()));
        return DeploymentState.newBuilder().setDeployment(deployment).setEpoch(view.epoch()).setComputedAt(view.computedAt())
                .setBreaker(breaker(view.breaker())).setOpenUntil(openUntil)
                .setProbe(view.grant().map(grant -> new ProbeGrant(ProbeIds.id(deployment, grant.id()), grant.expires()))
                        .orElse(null))
                .setCooldownUntil(view.cooldownUntil().orElse(null))
                .setSuspendedUntil(view.suspension().isPresent() ? openUntil : null).setRamp(ramp)
                .setShareWhenLast(view.shareWhenLast()).setReason(view.reason())
                .setWindowSeconds(view.window().toSeconds()).setSamples(view.n()).setErrorRate(view.errorRate())
                .setFailures(failures).setP50Millis(nullable(view.latency().p50Ms()))
                .setP99Millis(nullable(view.latency().p99Ms())).setFirstByteP50Millis(nullable(view.firstByte().p50Ms()))
                .setQueueWaitP50Millis(nullable(view.queueWait().p50Ms())).setInFlight(view.load().inFlight())
                .setQueued(view.load().queued()).setConcurrencyLimit(view.load().concurrencyLimit()).build();
    }

    /** The share of its weight the deployment takes at the time of the view. */
    static double ramp(HealthView view, HealthPolicy.Probing policy) {
        return view.rampStartedAt().map(startedAt -> Ramp.weight(startedAt, view.computedAt(), policy)).orElse(1.0);
    }

    private static BreakerState breaker(BreakerPosition position) {
        return switch (position) {
            case CLOSED -> BreakerState.CLOSED;
            case OPEN -> BreakerState.OPEN;
            case HALF_OPEN -> BreakerState.HALF_OPEN;
        };
    }

    private static @Nullable Long nullable(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }
}
