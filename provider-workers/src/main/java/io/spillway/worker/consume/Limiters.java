package io.spillway.worker.consume;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.Lane;
import io.spillway.worker.domain.LimitShare;

/**
 * One limiter per deployment, for both lanes. Its limits are this worker's share of the catalogue's, and follow both the
 * catalogue and the assignment of partitions.
 */
final class Limiters {

    private final Map<String, DeploymentLimiter> byDeployment = new ConcurrentHashMap<>();
    private final Map<String, LimitShare> byProvider = new ConcurrentHashMap<>();
    private final BrokerClock clock;
    private final WorkerMetrics metrics;

    Limiters(BrokerClock clock, WorkerMetrics metrics) {
        this.clock = clock;
        this.metrics = metrics;
    }

    /** The partitions of a provider's lane were assigned anew. */
    void owns(String provider, Lane lane, LimitShare.Owned owned) {
        byProvider.compute(provider, (id, share) -> {
            LimitShare before = share == null ? LimitShare.UNKNOWN : share;
            return lane == Lane.BATCH ? before.withBatch(owned) : before.withInteractive(owned);
        });
    }

    DeploymentLimiter of(DeploymentEntry deployment) {
        long now = clock.millis();
        LimitShare share = byProvider.getOrDefault(deployment.getProvider(), LimitShare.UNKNOWN);
        DeploymentLimiter limiter = byDeployment.computeIfAbsent(deployment.getId(), id -> {
            DeploymentLimiter created = new DeploymentLimiter(deployment.getLimits(), share, now);
            metrics.limit(deployment, created, clock);
            return created;
        });
        limiter.update(deployment.getLimits(), share, now);
        return limiter;
    }
}
