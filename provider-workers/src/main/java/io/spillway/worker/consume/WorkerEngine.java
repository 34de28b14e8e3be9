package io.spillway.worker.consume;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.micrometer.core.instrument.MeterRegistry;
import io.spillway.contract.CatalogueSnapshot;
import io.spillway.contract.Topics;
import io.spillway.v1.Attempt;
import io.spillway.v1.AttemptEvent;
import io.spillway.v1.Telemetry;
import io.spillway.worker.credential.CredentialBook;
import io.spillway.worker.http.CallTimeouts;
import io.spillway.worker.http.HttpExecutor;
import io.spillway.worker.provider.ProviderAdapter;

/** The parts of this package, wired, with their timers and their order of starting and stopping. */
public final class WorkerEngine {

    private static final Logger LOGGER = LoggerFactory.getLogger(WorkerEngine.class);
    /** A third of the 15 s lease: two renewals may get lost. */
    private static final long RENEW_SECONDS = 5;
    private static final long HEARTBEAT_SECONDS = 5;
    private static final long REFRESH_MILLIS = 500;
    private static final Duration RESULT_PATIENCE = Duration.ofMinutes(10);
    /** After the drain, cut-off calls report within this time. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);
    private static final Duration INTAKE_PATIENCE = Duration.ofSeconds(20);
    private static final long CLOCK_PATIENCE_SECONDS = 5;
    private static final int CLOCK_QUESTIONS = 3;

    /**
     * Who this worker is and how much it takes.
     *
     * @param tenure how long after a commit that a broker accepted calls may begin; must be shorter than the session of its
     *        consumers by more than a heartbeat, or others may begin the same calls
     */
    public record Setup(String workerId, Set<String> providers, Topics topics, int maxInFlight, CallTimeouts timeouts,
            Duration tenure) {}

    /** What it reads from and writes to. */
    public record Connections(Producer<byte[], byte[]> producer, IntakeConsumers consumers, Deserializer<Attempt> attempts,
            Serializer<AttemptEvent> events, Serializer<Telemetry> telemetry, Supplier<CatalogueSnapshot> catalogue) {}

    private final Producer<byte[], byte[]> producer;
    private final BrokerClock clock;
    private final RunningCalls running = new RunningCalls();
    private final WorkerMetrics metrics;
    private final Calls calls;
    private final Intakes intakes;
    private final Leases leases;
    private final Heartbeats heartbeats;
    private final CredentialWatch credentialWatch;
    private int clockQuestions;
    private final ScheduledExecutorService timers = Executors.newScheduledThreadPool(3,
            Thread.ofPlatform().daemon().name("spillway-worker-timer-", 0).factory());

    public WorkerEngine(Setup setup, Connections connections, HttpExecutor http, CredentialBook credentials,
            Function<String, Optional<ProviderAdapter>> adapters, BrokerClock clock, MeterRegistry registry) {
        this.producer = connections.producer();
        this.clock = clock;
        this.metrics = new WorkerMetrics(registry);
        metrics.watch(running);
        Events events = new Events(setup.workerId(), clock);
        Outbox outbox = new Outbox(producer, setup.topics(), connections.events(), connections.telemetry(), clock,
                RESULT_PATIENCE);
        CredentialMetrics credentialMetrics = new CredentialMetrics(registry);
        this.credentialWatch = new CredentialWatch(credentials, connections.catalogue(), setup.providers(), clock::now,
                credentialMetrics);
        CallMaker maker = new CallMaker(http, new CredentialedCall(credentials, credentialMetrics), adapters, setup.timeouts(),
                clock);
        this.calls = new Calls(maker::make, outbox, events, running, clock, metrics);
        Limiters limiters = new Limiters(clock, metrics);
        Dispatcher dispatcher = new Dispatcher(connections.catalogue(), limiters, running, calls, outbox, events, clock, metrics,
                setup.maxInFlight());
        this.intakes = new Intakes(connections.catalogue(), setup.providers(), setup.topics(), connections.consumers(),
                new AttemptDecoder(connections.attempts(), outbox, clock), dispatcher, limiters, setup.tenure(), clock, metrics);
        this.leases = new Leases(running, outbox, events, metrics);
        this.heartbeats = new Heartbeats(setup.workerId(), connections.catalogue(), intakes, limiters, running, outbox, clock);
    }

    /** Starts the timers; intakes follow as soon as the catalogue names providers. */
    public void start() {
        credentialWatch.start();
        every(RENEW_SECONDS * 1_000, leases::renew);
        every(HEARTBEAT_SECONDS * 1_000, heartbeats::beat);
        var _ = timers.scheduleWithFixedDelay(guarded(this::refresh), 0, REFRESH_MILLIS, TimeUnit.MILLISECONDS);
    }

    public WorkerStats stats() {
        return metrics.stats(running.size());
    }

    /** Takes no more attempts and waits for the running calls, at most so long. Their leases are renewed meanwhile. */
    public void drain(Duration patience) {
        long until = clock.millis() + patience.toMillis();
        intakes.close(INTAKE_PATIENCE);
        awaitCalls(until);
    }

    /** Writes what cut-off calls report last, and closes. */
    public void close() {
        awaitCalls(clock.millis() + LAST_WORDS.toMillis());
        timers.shutdownNow();
        credentialWatch.close();
        calls.close();
        // Waits for what is still to be sent; a flush would wait as long as brokers stay away.
        producer.close(LAST_WORDS);
    }

    /** Stops without commit, flush or report. */
    public void kill() {
        calls.kill();
        timers.shutdownNow();
        credentialWatch.close();
        intakes.kill();
        producer.close(Duration.ZERO);
    }

    /**
     * The first intake waits for the brokers' time, because start times are judged by it; but not for ever, because a worker
     * that may not write telemetry can still serve. Runs on one timer thread.
     */
    private void refresh() {
        if (!clock.isSynchronised() && clockQuestions < CLOCK_QUESTIONS) {
            try {
                Heartbeats.Beat beat = heartbeats.beat();
                if (beat.heartbeats() == 0 && clockQuestions == 0) {
                    return;
                }
                clockQuestions++;
                var _ = beat.outstanding().await(CLOCK_PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        intakes.refresh();
    }

    private void awaitCalls(long until) {
        try {
            while (running.size() > 0 && clock.millis() < until) {
                Thread.sleep(Duration.ofMillis(20));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void every(long millis, Runnable task) {
        var _ = timers.scheduleAtFixedRate(guarded(task), millis, millis, TimeUnit.MILLISECONDS);
    }

    /** A timer must survive its task's bugs. */
    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOGGER.atError().setCause(e).log("a timer task failed");
            }
        };
    }
}
