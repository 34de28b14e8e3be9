package io.spillway.health.topology;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;

import io.spillway.health.domain.HealthView;
import io.spillway.health.domain.Outcome;
import io.spillway.health.domain.Transition;

/** A task's metrics. Tags are bounded: deployments, providers, kinds; never request ids. */
final class HealthMetrics {

    private final MeterRegistry registry;
    private final Meter clockOffset;
    private final Map<String, DeploymentGauges> gauges = new HashMap<>();

    /** @param partition the task's partition */
    HealthMetrics(MeterRegistry registry, int partition, BrokerClock clock) {
        this.registry = registry;
        this.clockOffset = Gauge.builder("spillway.health.clock.offset", clock, it -> it.offsetMillis() / 1_000.0)
                .description("What is added to the local clock to get the broker's; not 0 means one of them is wrong")
                .baseUnit("seconds").tag("partition", Integer.toString(partition)).register(registry);
    }

    void sample(String deployment, Outcome outcome, boolean tooOld) {
        if (tooOld) {
            Counter.builder("spillway.telemetry.too.old").description("Results left out because they were over ten minutes old")
                    .tag("deployment", deployment).register(registry).increment();
            return;
        }
        Counter.builder("spillway.telemetry.samples").description("Results judged, by what became of the attempt")
                .tag("deployment", deployment).tag("kind", switch (outcome) {
                    case Outcome.Succeeded() -> "SUCCEEDED";
                    case Outcome.Failed failed -> failed.kind().name();
                }).register(registry).increment();
    }

    void transition(String deployment, Transition.Cause cause) {
        Counter.builder("spillway.deployment.transitions")
                .description("Changes of a deployment's health worth publishing at once")
                .tag("deployment", deployment).tag("cause", cause.name()).register(registry).increment();
    }

    void ignored(String reason) {
        Counter.builder("spillway.telemetry.ignored").description("Telemetry that could be read and says nothing")
                .tag("reason", reason).register(registry).increment();
    }

    void deadLetter(String reason) {
        Counter.builder("spillway.dlq").description("Records nobody could process").tag("lane", "telemetry")
                .tag("reason", reason).register(registry).increment();
    }

    void published(String deployment, String provider, HealthView view, double ramp) {
        DeploymentGauges current = gauges.get(deployment);
        if (current == null || !current.provider().equals(provider)) {
            forget(deployment);
            current = new DeploymentGauges(registry, deployment, provider);
            gauges.put(deployment, current);
        }
        current.show(view, ramp);
    }

    /** Takes the gauges of a deployment away: this task no longer judges it. */
    void forget(String deployment) {
        DeploymentGauges shown = gauges.remove(deployment);
        if (shown != null) {
            shown.remove();
        }
    }

    void close() {
        List.copyOf(gauges.keySet()).forEach(this::forget);
        registry.remove(clockOffset);
    }
}
