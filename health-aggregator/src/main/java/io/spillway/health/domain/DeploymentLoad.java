package io.spillway.health.domain;

import java.time.Duration;

/**
 * The load of a deployment over all workers that still report.
 *
 * @param workers how many they are; with 0 the other numbers are unknown rather than zero
 * @param inFlight calls under way
 * @param concurrencyLimit calls allowed at once
 * @param queued attempts waiting for a permit
 * @param oldestInFlight how long the oldest call has been under way
 */
public record DeploymentLoad(int workers, int inFlight, int concurrencyLimit, int queued, Duration oldestInFlight) {

    static final DeploymentLoad NONE = new DeploymentLoad(0, 0, 0, 0, Duration.ZERO);

    DeploymentLoad plus(WorkerLoad load) {
        Duration oldest = oldestInFlight.compareTo(load.oldestInFlight()) >= 0 ? oldestInFlight : load.oldestInFlight();
        return new DeploymentLoad(workers + 1, inFlight + load.inFlight(), concurrencyLimit + load.concurrencyLimit(),
                queued + load.queued(), oldest);
    }
}
