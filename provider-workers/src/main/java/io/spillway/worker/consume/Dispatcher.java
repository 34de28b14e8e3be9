package io.spillway.worker.consume;

import java.time.Instant;
import java.util.Set;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.spillway.contract.CatalogueSnapshot;
import io.spillway.v1.Attempt;
import io.spillway.v1.AttemptEvent;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.Lane;
import io.spillway.v1.ProviderEntry;
import io.spillway.v1.SendState;
import io.spillway.worker.domain.LaneShare;
import io.spillway.worker.provider.CallOutcome;

/**
 * Decides what becomes of a waiting record: it keeps waiting, or it leaves the queue as an announced start, a reported failure
 * or a dead letter. Whatever it leaves as, its offset counts as started only when Kafka has acknowledged that.
 */
final class Dispatcher {

    private static final Logger LOGGER = LoggerFactory.getLogger(Dispatcher.class);
    /** The catalogue reaches workers and routers at slightly different times. */
    private static final long CATALOGUE_PATIENCE_MILLIS = 5_000;

    private final Supplier<CatalogueSnapshot> catalogue;
    private final Limiters limiters;
    private final RunningCalls running;
    private final Calls calls;
    private final Outbox outbox;
    private final Events events;
    private final BrokerClock clock;
    private final WorkerMetrics metrics;
    private final int maxInFlight;

    Dispatcher(Supplier<CatalogueSnapshot> catalogue, Limiters limiters, RunningCalls running, Calls calls, Outbox outbox,
            Events events, BrokerClock clock, WorkerMetrics metrics, int maxInFlight) {
        this.catalogue = catalogue;
        this.limiters = limiters;
        this.running = running;
        this.calls = calls;
        this.outbox = outbox;
        this.events = events;
        this.clock = clock;
        this.metrics = metrics;
        this.maxInFlight = maxInFlight;
    }

    /**
     * @param full deployments refused a permit in this pass: later records of theirs must not overtake
     * @return whether the record left the queue
     */
    boolean leaves(Waiting item, PartitionQueue queue, Lane lane, Set<String> full) {
        if (!queue.mayStart(item)) {
            return false;
        }
        return switch (item) {
            case Waiting.ToPutAside aside -> {
                putAside(aside, queue);
                yield true;
            }
            case Waiting.ToStart start -> leaves(start, queue, lane, full);
        };
    }

    private boolean leaves(Waiting.ToStart item, PartitionQueue queue, Lane lane, Set<String> full) {
        Attempt attempt = item.attempt();
        Instant now = clock.now();
        if (Events.clockOf(attempt).isExpired(now)) {
            fail(item, queue, lane, Events.expired());
            return true;
        }
        if (full.contains(attempt.getDeployment())) {
            return false;
        }
        Target target = target(attempt);
        if (target == null) {
            if (clock.millis() - item.readAt() < CATALOGUE_PATIENCE_MILLIS) {
                return false;
            }
            fail(item, queue, lane, Events.workerFault(SendState.NOT_SENT,
                    "this worker's catalogue has no deployment '" + attempt.getDeployment() + "'"));
            return true;
        }
        if (running.contains(RunningCalls.Id.of(attempt))) {
            announceAgain(item, queue, lane);
            return true;
        }
        Permit permit = isFull(lane)
                ? null
                : limiters.of(target.deployment()).tryAcquire(lane,
                        TokenEstimate.of(attempt.getRequest(), target.deployment().getLimits()), clock.millis());
        if (permit == null) {
            full.add(attempt.getDeployment());
            return false;
        }
        announce(item, queue, lane, target, permit);
        return true;
    }

    /** The process as a whole has a limit too; batch leaves an eighth of it to interactive, unless it has less than that itself. */
    private boolean isFull(Lane lane) {
        int reserve = maxInFlight / LaneShare.ROUND;
        boolean isBesideItsShare = lane == Lane.BATCH && running.ofBatch() >= reserve && reserve > 0;
        return running.size() >= (isBesideItsShare ? maxInFlight - reserve : maxInFlight);
    }

    private @Nullable Target target(Attempt attempt) {
        CatalogueSnapshot snapshot = catalogue.get();
        DeploymentEntry deployment = snapshot.deployments().get(attempt.getDeployment());
        ProviderEntry provider = deployment == null ? null : snapshot.providers().get(deployment.getProvider());
        return deployment == null || provider == null ? null : new Target(provider, deployment);
    }

    /** Commit on start: the call begins when, and only when, the start is on record. */
    private void announce(Waiting.ToStart item, PartitionQueue queue, Lane lane, Target target, Permit permit) {
        Attempt attempt = item.attempt();
        RunningCalls.Id id = RunningCalls.Id.of(attempt);
        if (!running.add(new RunningCalls.Call(id, attempt.getDeployment(), lane, attempt.getOwnerPartition(),
                clock.millis()))) {
            metrics.duplicate();
        }
        long queueWait = queueWait(item);
        queue.announced();
        outbox.event(lane, attempt.getOwnerPartition(), events.started(attempt, queueWait), attempt.getTraceparent(),
                (metadata, error) -> {
                    if (error == null && queue.acknowledged(item)) {
                        calls.begin(attempt, lane, target, permit, queueWait);
                        return;
                    }
                    running.forget(id);
                    permit.cancel(clock.millis());
                    if (error != null) {
                        retryLater(item, queue, error);
                    }
                });
    }

    /** The same attempt, delivered again while it runs here: its owner gets the start once more, the provider nothing. */
    private void announceAgain(Waiting.ToStart item, PartitionQueue queue, Lane lane) {
        metrics.duplicate();
        settle(item, queue, lane, events.started(item.attempt(), queueWait(item)), () -> {});
    }

    private void fail(Waiting.ToStart item, PartitionQueue queue, Lane lane, CallOutcome outcome) {
        Attempt attempt = item.attempt();
        settle(item, queue, lane, events.ended(attempt, outcome, 0),
                () -> calls.reportUncalled(attempt, lane, target(attempt), queueWait(item), outcome));
    }

    private void settle(Waiting.ToStart item, PartitionQueue queue, Lane lane, AttemptEvent event, Runnable then) {
        queue.announced();
        outbox.event(lane, item.attempt().getOwnerPartition(), event, item.attempt().getTraceparent(), (metadata, error) -> {
            if (error != null) {
                retryLater(item, queue, error);
            } else if (queue.acknowledged(item)) {
                then.run();
            }
        });
    }

    private void putAside(Waiting.ToPutAside item, PartitionQueue queue) {
        queue.announced();
        outbox.deadLetter(item.poison(), item.reason(), item.detail(), (metadata, error) -> {
            if (error != null) {
                retryLater(item, queue, error);
            } else if (queue.acknowledged(item)) {
                metrics.deadLetter();
                LOGGER.atWarn().addKeyValue("topic", item.poison().topic()).addKeyValue("partition", item.poison().partition())
                        .addKeyValue("offset", item.offset()).addKeyValue("reason", item.reason())
                        .log("record put on the dead-letter topic");
            }
        });
    }

    private void retryLater(Waiting item, PartitionQueue queue, Exception error) {
        metrics.failedStart();
        LOGGER.atWarn().addKeyValue("topic", queue.partition().topic()).addKeyValue("partition", queue.partition().partition())
                .addKeyValue("offset", item.offset()).addKeyValue("error", error.getClass().getName())
                .log("writing to Kafka failed before a call; the record waits and is tried again");
        queue.failed(item);
    }

    private long queueWait(Waiting.ToStart item) {
        return Math.max(0, clock.now().toEpochMilli() - item.writtenAt());
    }
}
