package io.spillway.worker.consume;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.spillway.contract.CatalogueSnapshot;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.Telemetry;
import io.spillway.v1.WorkerHeartbeat;

/**
 * Says for every deployment this worker serves how busy it is. The telemetry topic is stamped by the brokers, so the
 * acknowledgements also tell the brokers' time.
 */
final class Heartbeats {

    private static final Logger LOGGER = LoggerFactory.getLogger(Heartbeats.class);

    /**
     * What was sent.
     *
     * @param heartbeats how many
     * @param outstanding counts down to zero as they are acknowledged or fail
     */
    record Beat(int heartbeats, CountDownLatch outstanding) {}

    private record Load(int inFlight, long oldestSince) {
        Load plus(Load other) {
            return new Load(inFlight + other.inFlight, Math.min(oldestSince, other.oldestSince));
        }
    }

    private final String worker;
    private final Supplier<CatalogueSnapshot> catalogue;
    private final Intakes intakes;
    private final Limiters limiters;
    private final RunningCalls running;
    private final Outbox outbox;
    private final BrokerClock clock;

    Heartbeats(String worker, Supplier<CatalogueSnapshot> catalogue, Intakes intakes, Limiters limiters, RunningCalls running,
            Outbox outbox, BrokerClock clock) {
        this.worker = worker;
        this.catalogue = catalogue;
        this.intakes = intakes;
        this.limiters = limiters;
        this.running = running;
        this.outbox = outbox;
        this.clock = clock;
    }

    /** Sends one heartbeat per deployment. */
    Beat beat() {
        Map<String, Load> loads = new HashMap<>();
        for (RunningCalls.Call call : running.all()) {
            loads.merge(call.deployment(), new Load(1, call.since()), Load::plus);
        }
        Map<String, Integer> queued = intakes.queued();
        var deployments = catalogue.get().deployments().values().stream()
                .filter(deployment -> intakes.serves(deployment.getProvider())).toList();
        CountDownLatch outstanding = new CountDownLatch(deployments.size());
        for (DeploymentEntry deployment : deployments) {
            beat(deployment, loads.getOrDefault(deployment.getId(), new Load(0, clock.millis())),
                    queued.getOrDefault(deployment.getId(), 0), outstanding);
        }
        return new Beat(deployments.size(), outstanding);
    }

    private void beat(DeploymentEntry deployment, Load load, int queued, CountDownLatch outstanding) {
        long sentAt = clock.millis();
        WorkerHeartbeat heartbeat = WorkerHeartbeat.newBuilder().setWorker(worker).setDeployment(deployment.getId())
                .setInFlight(load.inFlight()).setConcurrencyLimit(limiters.of(deployment).limit()).setQueued(queued)
                .setOldestMillis(load.inFlight() == 0 ? 0 : Math.max(0, sentAt - load.oldestSince())).build();
        outbox.telemetry(deployment.getId(), Telemetry.newBuilder().setEvent(heartbeat).build(), (metadata, error) -> {
            if (error == null && metadata.hasTimestamp()) {
                clock.acknowledged(metadata.timestamp(), sentAt);
            } else if (error != null) {
                LOGGER.atDebug().addKeyValue("deployment", deployment.getId()).addKeyValue("error", error.getClass().getName())
                        .log("a heartbeat was not written");
            }
            outstanding.countDown();
        });
    }
}
