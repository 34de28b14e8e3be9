package io.spillway.health.topology;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.spillway.health.domain.AttemptSample;
import io.spillway.health.domain.DeploymentHealth;
import io.spillway.health.domain.HealthPolicy;
import io.spillway.health.domain.HealthSnapshot;
import io.spillway.health.domain.HealthView;
import io.spillway.health.domain.Transition;
import io.spillway.v1.AttemptTelemetry;
import io.spillway.v1.WorkerHeartbeat;

/**
 * The deployments of one task: feeds them, publishes what they say and keeps snapshots of them. Nothing is decided here. Owned by
 * one stream thread; {@code now} is the broker's time.
 */
final class HealthEngine {

    private static final Logger LOGGER = LoggerFactory.getLogger(HealthEngine.class);

    private static final Duration RAMP_STEP = Duration.ofSeconds(1);
    private static final Duration SAVE_EVERY = Duration.ofSeconds(5);

    /** Longer than the longest window, so nothing is known any more. Nobody serves the deployment, or another task owns it. */
    private static final Duration FORGET_AFTER = Duration.ofMinutes(15);

    private final CatalogueInForce catalogue;
    private final SnapshotStore snapshots;
    private final Outbox outbox;
    private final HealthMetrics metrics;
    private final Map<String, WatchedDeployment> watched = new HashMap<>();

    HealthEngine(CatalogueInForce catalogue, SnapshotStore snapshots, Outbox outbox, HealthMetrics metrics) {
        this.catalogue = catalogue;
        this.snapshots = snapshots;
        this.outbox = outbox;
        this.metrics = metrics;
    }

    /** Goes on from the snapshots; the next tick takes in the catalogue and publishes, which a task that starts cannot do yet. */
    void restore(Instant now) {
        snapshots.forEach((id, bytes) -> {
            HealthSnapshot.Restored restored = HealthSnapshot.restore(bytes, id, catalogue.policy(), now);
            restored.discarded().ifPresent(why -> LOGGER.atWarn().addKeyValue("deployment", id).log(why));
            watched.put(id, new WatchedDeployment(id, restored.health(), now));
        });
        LOGGER.atInfo().addKeyValue("deployments", watched.size()).log("health restored");
    }

    void attempt(AttemptTelemetry attempt, Instant at, Instant now) {
        refresh();
        if (!catalogue.contains(attempt.getDeployment())) {
            metrics.ignored("not_in_catalogue");
            return;
        }
        WatchedDeployment deployment = watch(attempt.getDeployment(), now);
        AttemptSample sample = TelemetryMapper.toSample(attempt, at);
        long tooOldBefore = deployment.health().tooOld();
        List<Transition> transitions = deployment.health().apply(sample, now);
        deployment.heard(at, now);
        deployment.changed();
        metrics.sample(deployment.id(), sample.outcome(), deployment.health().tooOld() > tooOldBefore);
        if (!transitions.isEmpty()) {
            announce(deployment, transitions, now);
        }
    }

    void heartbeat(WorkerHeartbeat heartbeat, Instant at, Instant now) {
        refresh();
        if (!catalogue.contains(heartbeat.getDeployment())) {
            metrics.ignored("not_in_catalogue");
            return;
        }
        WatchedDeployment deployment = watch(heartbeat.getDeployment(), now);
        // The append time, not now: what a backlog brings is no news about who works now.
        deployment.health().heartbeat(heartbeat.getWorker(), TelemetryMapper.toLoad(heartbeat), at.isBefore(now) ? at : now);
        deployment.heard(at, now);
    }

    /** Lets time pass: transitions by time, heartbeats, ramps, snapshots. */
    void tick(Instant now) {
        refresh();
        for (WatchedDeployment deployment : List.copyOf(watched.values())) {
            if (deployment.isSilentFor(FORGET_AFTER, now)) {
                LOGGER.atInfo().addKeyValue("deployment", deployment.id()).log("no worker reports it any more; forgotten");
                remove(deployment.id());
                continue;
            }
            List<Transition> transitions = deployment.health().tick(now);
            if (!transitions.isEmpty()) {
                announce(deployment, transitions, now);
            } else if (isDueForPublishing(deployment, now)) {
                publish(deployment, now);
            }
            if (deployment.isDueForSaving(SAVE_EVERY, now)) {
                save(deployment, now);
            }
        }
    }

    private WatchedDeployment watch(String id, Instant now) {
        return watched.computeIfAbsent(id,
                absent -> new WatchedDeployment(id, DeploymentHealth.unknown(id, catalogue.policy(), now), now));
    }

    private void refresh() {
        HealthPolicy before = catalogue.policy();
        if (!catalogue.refresh()) {
            return;
        }
        if (!catalogue.policy().equals(before)) {
            watched.values().forEach(deployment -> deployment.health().adopt(catalogue.policy()));
            LOGGER.atInfo().addKeyValue("revision", catalogue.revision()).log("health policy changed");
        }
        removeUncatalogued();
    }

    private void removeUncatalogued() {
        for (String id : List.copyOf(watched.keySet())) {
            if (!catalogue.contains(id)) {
                LOGGER.atInfo().addKeyValue("deployment", id).addKeyValue("revision", catalogue.revision())
                        .log("deployment left the catalogue; its health is removed");
                remove(id);
            }
        }
    }

    private void remove(String id) {
        watched.remove(id);
        snapshots.delete(id);
        outbox.tombstone(id);
        metrics.forget(id);
    }

    /**
     * Heartbeats need somebody who reports: a judgement that nothing supports any more is left to grow old, which routers treat
     * as unknown.
     */
    private boolean isDueForPublishing(WatchedDeployment deployment, Instant now) {
        HealthPolicy.Reporting reporting = catalogue.policy().reporting();
        if (deployment.isSilentFor(reporting.staleAfter(), now)) {
            return false;
        }
        return deployment.isDueForPublishing(deployment.isRamping() ? RAMP_STEP : reporting.heartbeat(), now);
    }

    private void announce(WatchedDeployment deployment, List<Transition> transitions, Instant now) {
        for (Transition transition : transitions) {
            metrics.transition(deployment.id(), transition.cause());
            LOGGER.atInfo().addKeyValue("deployment", deployment.id()).addKeyValue("epoch", transition.epoch())
                    .addKeyValue("cause", transition.cause()).log(transition.reason());
        }
        save(deployment, now);
        publish(deployment, now);
    }

    private void save(WatchedDeployment deployment, Instant now) {
        snapshots.put(deployment.id(), HealthSnapshot.encode(deployment.health()));
        deployment.saved(now);
    }

    private void publish(WatchedDeployment deployment, Instant now) {
        HealthView view = deployment.health().view(now);
        double ramp = StateMapper.ramp(view, catalogue.policy().probing());
        outbox.state(StateMapper.toRecord(deployment.id(), view, ramp), now);
        deployment.published(view, now);
        metrics.published(deployment.id(), catalogue.provider(deployment.id()), view, ramp);
    }
}
