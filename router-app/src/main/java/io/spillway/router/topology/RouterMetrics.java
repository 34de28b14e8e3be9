package io.spillway.router.topology;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import io.spillway.router.domain.ErrorCode;
import io.spillway.router.domain.FailureKind;

/** The router's metrics. Tags are bounded: lanes, deployments, kinds; never request ids. */
public final class RouterMetrics {

    private final MeterRegistry registry;
    private final String lane;
    private final Counter accepted;
    private final Counter duplicates;
    private final Counter deferred;
    private final List<Gauge> gauges;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger parked = new AtomicInteger();

    /**
     * @param lane name of the lane
     * @param partition the task's partition
     */
    public RouterMetrics(MeterRegistry registry, String lane, int partition) {
        this.registry = registry;
        this.lane = lane;
        this.accepted = counter("spillway.requests.accepted", "Requests taken over by the router");
        this.duplicates = counter("spillway.requests.duplicate",
                "Requests with an id already open or finished; not served again");
        this.deferred = counter("spillway.requests.deferred", "Times a request was parked because nothing could take it");
        this.gauges = List.of(gauge("spillway.requests.open", "Requests accepted and not yet answered", open, partition),
                gauge("spillway.requests.parked", "Open requests that wait for a deployment", parked, partition));
    }

    /** Takes the gauges away: the task may go to another instance, or come back and register its own. */
    void close() {
        gauges.forEach(registry::remove);
    }

    void openRequests(int openNow, int parkedNow) {
        open.set(openNow);
        parked.set(parkedNow);
    }

    void accepted() {
        accepted.increment();
    }

    void duplicateRequest() {
        duplicates.increment();
    }

    void deferred() {
        deferred.increment();
    }

    void refused(ErrorCode code) {
        Counter.builder("spillway.requests.refused").description("Requests answered with an error before acceptance")
                .tag("lane", lane).tag("code", code.name()).register(registry).increment();
    }

    void failed(ErrorCode code) {
        Counter.builder("spillway.requests.failed").description("Accepted requests that ended in an error").tag("lane", lane)
                .tag("code", code.name()).register(registry).increment();
    }

    void deadLetter(String reason) {
        Counter.builder("spillway.dlq").description("Records nobody could process").tag("lane", lane).tag("reason", reason)
                .register(registry).increment();
    }

    void dispatched(String deployment, int tier, int attempt) {
        Counter.builder("spillway.attempts.dispatched").description("Attempts sent to workers").tag("lane", lane)
                .tag("deployment", deployment).tag("tier", Integer.toString(tier)).tag("repeat", Boolean.toString(attempt > 1))
                .register(registry).increment();
    }

    void attemptFailed(String deployment, FailureKind kind) {
        Counter.builder("spillway.attempts.failed").description("Failed attempts by kind").tag("lane", lane)
                .tag("deployment", deployment).tag("kind", kind.name()).register(registry).increment();
    }

    void lateResult(boolean succeeded) {
        Counter.builder("spillway.results.late").description("Results of attempts whose request was settled or decided anew")
                .tag("lane", lane).tag("succeeded", Boolean.toString(succeeded)).register(registry).increment();
    }

    void answered(String deployment, int attempts, Instant acceptedAt, Instant now) {
        Timer.builder("spillway.requests.answered").description("Time from acceptance to answer").tag("lane", lane)
                .tag("deployment", deployment).tag("failover", Boolean.toString(attempts > 1)).register(registry)
                .record(Duration.between(acceptedAt, now));
    }

    private Gauge gauge(String name, String description, AtomicInteger value, int partition) {
        return Gauge.builder(name, value, AtomicInteger::get).description(description).tag("lane", lane)
                .tag("partition", Integer.toString(partition)).register(registry);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).tag("lane", lane).register(registry);
    }
}
