package io.spillway.worker.consume;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiFunction;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.spillway.v1.Attempt;
import io.spillway.v1.Failure;
import io.spillway.v1.Lane;
import io.spillway.v1.SendState;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.Failures;

/**
 * Runs announced calls, each on a virtual thread, and reports their ends: the result to the owner, one telemetry record, the
 * limiter's feedback. A call counts as running, and its lease is renewed, until its result is written.
 */
final class Calls {

    private static final Logger LOGGER = LoggerFactory.getLogger(Calls.class);

    private final BiFunction<Attempt, Target, CallEnd> maker;
    private final Outbox outbox;
    private final Events events;
    private final RunningCalls running;
    private final BrokerClock clock;
    private final WorkerMetrics metrics;
    private final ExecutorService threads = Executors
            .newThreadPerTaskExecutor(Thread.ofVirtual().name("spillway-call-", 0).factory());
    private volatile boolean isKilled;

    /** @param maker makes one call and never throws but for bugs */
    Calls(BiFunction<Attempt, Target, CallEnd> maker, Outbox outbox, Events events, RunningCalls running, BrokerClock clock,
            WorkerMetrics metrics) {
        this.maker = maker;
        this.outbox = outbox;
        this.events = events;
        this.running = running;
        this.clock = clock;
        this.metrics = metrics;
    }

    /** Begins a call whose start was acknowledged. Does not block. */
    void begin(Attempt attempt, Lane lane, Target target, Permit permit, long queueWaitMillis) {
        try {
            threads.execute(() -> run(attempt, lane, target, permit, queueWaitMillis));
        } catch (RejectedExecutionException e) {
            LOGGER.atDebug().addKeyValue("requestId", attempt.getRequestId()).log("killed before the call began");
        }
    }

    /** Reports an attempt that ended without a call; the result itself is already written. */
    void reportUncalled(Attempt attempt, Lane lane, @Nullable Target target, long queueWaitMillis, CallOutcome outcome) {
        finish(attempt, lane, target, queueWaitMillis, CallEnd.withoutCall(outcome));
    }

    /** Stops at once: no result is written any more. */
    void kill() {
        isKilled = true;
        threads.shutdownNow();
    }

    void close() {
        threads.shutdown();
    }

    private void run(Attempt attempt, Lane lane, Target target, Permit permit, long queueWaitMillis) {
        RunningCalls.Id id = RunningCalls.Id.of(attempt);
        try {
            CallEnd end = maker.apply(attempt, target);
            permit.finish(Feedback.of(end), clock.millis());
            if (isKilled) {
                return;
            }
            deliver(attempt, lane, end);
            finish(attempt, lane, target, queueWaitMillis, end);
        } catch (RuntimeException e) {
            if (!isKilled) {
                LOGGER.atError().addKeyValue("requestId", attempt.getRequestId()).addKeyValue("attempt", attempt.getAttempt())
                        .addKeyValue("error", e.getClass().getName()).log("reporting a call failed");
            }
        } finally {
            permit.cancel(clock.millis());
            running.remove(id);
        }
    }

    private void deliver(Attempt attempt, Lane lane, CallEnd end) {
        Exception failure = outbox.deliver(lane, attempt.getOwnerPartition(),
                events.ended(attempt, end.outcome(), end.durationMillis()), attempt.getTraceparent());
        if (Outbox.isTooLarge(failure) && end.outcome() instanceof CallOutcome.Answered) {
            failure = outbox.deliver(lane, attempt.getOwnerPartition(),
                    events.ended(attempt, new CallOutcome.Failed(tooLarge()), end.durationMillis()), attempt.getTraceparent());
        }
        if (failure != null && !isKilled) {
            metrics.undelivered();
            LOGGER.atError().addKeyValue("requestId", attempt.getRequestId()).addKeyValue("attempt", attempt.getAttempt())
                    .addKeyValue("deployment", attempt.getDeployment()).addKeyValue("error", failure.getClass().getName())
                    .log("a result could not be written; the router will make another attempt when the lease expires");
        }
    }

    private void finish(Attempt attempt, Lane lane, @Nullable Target target, long queueWaitMillis, CallEnd end) {
        outbox.telemetry(attempt.getDeployment(), events.telemetry(attempt, lane, target, queueWaitMillis, end),
                (metadata, error) -> {
                    if (error != null && !isKilled) {
                        LOGGER.atWarn().addKeyValue("deployment", attempt.getDeployment())
                                .addKeyValue("error", error.getClass().getName()).log("a telemetry record was lost");
                    }
                });
        metrics.finished(target == null ? "" : target.provider().getId(), attempt.getDeployment(), end.outcome(),
                end.durationMillis());
    }

    /** The answer was paid for, but cannot travel. */
    private static Failure tooLarge() {
        return Failures.malformed("the answer is larger than a Kafka record may be", SendState.ANSWERED);
    }
}
