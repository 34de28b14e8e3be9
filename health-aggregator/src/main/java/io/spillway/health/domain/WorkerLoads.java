package io.spillway.health.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** The latest heartbeat of every worker of one deployment; silent workers drop out. Owned by one thread. */
final class WorkerLoads {

    private record Heard(WorkerLoad load, Instant at) {}

    private final Map<String, Heard> workers = new HashMap<>();

    void heard(String worker, WorkerLoad load, Instant now) {
        workers.put(worker, new Heard(load, now));
    }

    DeploymentLoad sum(Instant now, Duration expiry) {
        workers.values().removeIf(heard -> Deadlines.isDue(heard.at().plus(expiry), now, expiry));
        DeploymentLoad sum = DeploymentLoad.NONE;
        for (Heard heard : workers.values()) {
            sum = sum.plus(heard.load());
        }
        return sum;
    }
}
