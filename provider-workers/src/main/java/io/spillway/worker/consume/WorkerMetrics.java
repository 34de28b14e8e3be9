package io.spillway.worker.consume;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.spillway.v1.DeploymentEntry;
import io.spillway.worker.provider.CallOutcome;

/** Every number the worker publishes, in one place. Tags are provider, deployment and outcome; never a request or a tenant. */
public final class WorkerMetrics {

    private static final String PREFIX = "spillway.worker.";
    private static final Duration[] CALL_BUCKETS = {Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofMillis(500),
            Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(20),
            Duration.ofSeconds(40), Duration.ofSeconds(80), Duration.ofSeconds(120), Duration.ofSeconds(300)};

    private final MeterRegistry registry;
    private final Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> byMeter = new ConcurrentHashMap<>();
    private final LongAdder duplicates;
    private final LongAdder renewals;
    private final LongAdder deadLetters;
    private final LongAdder undelivered;
    private final LongAdder failedStarts;
    private final LongAdder intakeRestarts;

    public WorkerMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.duplicates = counter("duplicate.calls", "Attempts delivered again that this worker had started before");
        this.renewals = counter("lease.renewals", "Leases renewed for running calls");
        this.deadLetters = counter("dead.letters", "Records put on the dead-letter topic");
        this.undelivered = counter("undelivered.results", "Results that could not be written to Kafka");
        this.failedStarts = counter("failed.starts", "Start announcements that were not acknowledged and are tried again");
        this.intakeRestarts = counter("intake.restarts", "Times a consumer was replaced after an error");
    }

    void watch(RunningCalls running) {
        Gauge.builder(PREFIX + "in.flight", running, RunningCalls::size).description("Calls announced and not yet reported")
                .register(registry);
    }

    /** An attempt ended. */
    void finished(String provider, String deployment, CallOutcome outcome, long durationMillis) {
        String word = word(outcome);
        outcomes.computeIfAbsent(word, key -> new LongAdder()).increment();
        byMeter.computeIfAbsent(provider + '|' + deployment + '|' + word, key -> {
            LongAdder adder = new LongAdder();
            FunctionCounter.builder(PREFIX + "attempts", adder, LongAdder::sum).description("Attempts ended, by outcome")
                    .tag("provider", provider).tag("deployment", deployment).tag("outcome", word).register(registry);
            return adder;
        }).increment();
        Timer.builder(PREFIX + "call").description("Duration of calls").tag("provider", provider).tag("deployment", deployment)
                .serviceLevelObjectives(CALL_BUCKETS).register(registry).record(Duration.ofMillis(durationMillis));
    }

    void limit(DeploymentEntry deployment, DeploymentLimiter limiter, BrokerClock clock) {
        gauge("concurrency.limit", "Calls this worker allows itself at once", deployment, limiter, DeploymentLimiter::limit);
        gauge("concurrency.in.flight", "Calls of this worker that hold a permit", deployment, limiter,
                DeploymentLimiter::inFlight);
        gauge("pace.requests.left", "Calls that the pace allows now", deployment, limiter,
                each -> each.requestsLeft(clock.millis()));
        gauge("pace.tokens.left", "Tokens that the pace allows now", deployment, limiter,
                each -> each.tokensLeft(clock.millis()));
        FunctionCounter.builder(PREFIX + "pace.waits", limiter, DeploymentLimiter::paceWaits)
                .description("Times that starts waited for the pace or for a provider's pause")
                .tag("provider", deployment.getProvider()).tag("deployment", deployment.getId()).register(registry);
    }

    private void gauge(String name, String description, DeploymentEntry deployment, DeploymentLimiter limiter,
            ToDoubleFunction<DeploymentLimiter> value) {
        Gauge.builder(PREFIX + name, limiter, value).description(description).tag("provider", deployment.getProvider())
                .tag("deployment", deployment.getId()).register(registry);
    }

    void duplicate() {
        duplicates.increment();
    }

    void renewed(int leases) {
        renewals.add(leases);
    }

    void deadLetter() {
        deadLetters.increment();
    }

    void undelivered() {
        undelivered.increment();
    }

    void failedStart() {
        failedStarts.increment();
    }

    void intakeRestarted() {
        intakeRestarts.increment();
    }

    /** All counters now. */
    public WorkerStats stats(int inFlight) {
        Map<String, Long> byOutcome = new TreeMap<>();
        outcomes.forEach((word, count) -> byOutcome.put(word, count.sum()));
        return new WorkerStats(byOutcome, inFlight, duplicates.sum(), renewals.sum(), deadLetters.sum(), undelivered.sum(),
                failedStarts.sum(), intakeRestarts.sum());
    }

    private LongAdder counter(String name, String description) {
        LongAdder adder = new LongAdder();
        FunctionCounter.builder(PREFIX + name, adder, LongAdder::sum).description(description).register(registry);
        return adder;
    }

    private static String word(CallOutcome outcome) {
        return switch (outcome) {
            case CallOutcome.Answered answered -> WorkerStats.SUCCEEDED;
            case CallOutcome.Failed failed -> failed.failure().getKind().name().toLowerCase(Locale.ROOT);
        };
    }
}
