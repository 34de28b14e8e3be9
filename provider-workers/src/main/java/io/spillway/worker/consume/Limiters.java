package io.spillway.worker.consume;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.spillway.v1.DeploymentEntry;

/** One limiter per deployment, for both lanes; its limits follow the catalogue. */
final class Limiters {

    private final Map<String, DeploymentLimiter> byDeployment = new ConcurrentHashMap<>();
    private final BrokerClock clock;
    private final WorkerMetrics metrics;

    Limiters(BrokerClock clock, WorkerMetrics metrics) {
        this.clock = clock;
        this.metrics = metrics;
    }

    DeploymentLimiter of(DeploymentEntry deployment) {
        long now = clock.millis();
        DeploymentLimiter limiter = byDeployment.computeIfAbsent(deployment.getId(), id -> {
            DeploymentLimiter created = new DeploymentLimiter(deployment.getLimits(), now);
            metrics.limit(deployment, created);
            return created;
        });
        limiter.update(deployment.getLimits(), now);
        return limiter;
    }
}
