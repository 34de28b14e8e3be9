package io.spillway.worker.consume;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread of one intake. An error of the consumer replaces the consumer; only {@link #stop} and {@link #kill} end it. */
final class IntakeThread {

    private static final Logger LOGGER = LoggerFactory.getLogger(IntakeThread.class);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);
    private static final long RESTART_PAUSE_MILLIS = 1_000;

    private final String name;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Function<Consumer<byte[], byte[]>, Intake> intakes;
    private final WorkerMetrics metrics;
    private final Thread thread;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile boolean isKilled;
    private volatile @Nullable Consumer<byte[], byte[]> consumer;
    private volatile @Nullable Intake intake;

    IntakeThread(String name, Supplier<Consumer<byte[], byte[]>> consumers,
            Function<Consumer<byte[], byte[]>, Intake> intakes, WorkerMetrics metrics) {
        this.name = name;
        this.consumers = consumers;
        this.intakes = intakes;
        this.metrics = metrics;
        this.thread = Thread.ofPlatform().daemon().name("spillway-intake-" + name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Asks the intake to commit and end. Returns at once. */
    void stop() {
        stopping.countDown();
        wakeup();
    }

    /** Ends the intake as a crash would: no commit, and the group is not told. */
    void kill() {
        isKilled = true;
        stop();
    }

    /** @return whether it ended in time */
    boolean awaitEnd(Duration patience) {
        try {
            return thread.join(patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Waiting attempts by deployment. */
    Map<String, Integer> queued() {
        Intake current = intake;
        return current == null ? Map.of() : current.queued();
    }

    private void run() {
        LOGGER.atInfo().addKeyValue("intake", name).log("intake started");
        while (isRunning()) {
            try {
                serve();
            } catch (RuntimeException e) {
                metrics.intakeRestarted();
                LOGGER.atError().setCause(e).addKeyValue("intake", name).log("intake failed, replacing its consumer");
                pause();
            }
        }
        LOGGER.atInfo().addKeyValue("intake", name).log("intake ended");
    }

    private void serve() {
        Consumer<byte[], byte[]> created = consumers.get();
        Intake current = intakes.apply(created);
        consumer = created;
        intake = current;
        try {
            current.subscribe();
            while (isRunning()) {
                current.turn();
            }
        } catch (WakeupException | InterruptException e) {
            LOGGER.atDebug().addKeyValue("intake", name).log("woken up to end");
        } finally {
            intake = null;
            end(created, current);
        }
    }

    private void end(Consumer<byte[], byte[]> created, Intake current) {
        try {
            if (isKilled) {
                current.abandon();
            } else {
                // After an error too: what was started must not be delivered again.
                current.finish();
            }
        } finally {
            created.close(isKilled
                    ? CloseOptions.timeout(Duration.ZERO)
                            .withGroupMembershipOperation(GroupMembershipOperation.REMAIN_IN_GROUP)
                    : CloseOptions.timeout(CLOSE_PATIENCE));
        }
    }

    private boolean isRunning() {
        return stopping.getCount() > 0;
    }

    private void wakeup() {
        Consumer<byte[], byte[]> current = consumer;
        if (current != null) {
            current.wakeup();
        }
    }

    private void pause() {
        try {
            var _ = stopping.await(RESTART_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
