package io.spillway.health.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

import org.jspecify.annotations.Nullable;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

import io.spillway.health.domain.BreakerPosition;
import io.spillway.health.domain.HealthView;

/** The last published state of one deployment as gauges. Written by a stream thread, read by whoever scrapes. */
final class DeploymentGauges {

    private record Shown(HealthView view, double ramp, long shownAtMillis) {}

    private final MeterRegistry registry;
    private final String provider;
    private final Tags tags;
    private final List<Meter> meters = new ArrayList<>();
    private volatile @Nullable Shown shown;

    DeploymentGauges(MeterRegistry registry, String deployment, String provider) {
        this.registry = registry;
        this.provider = provider;
        this.tags = Tags.of("deployment", deployment, "provider", provider);
        for (BreakerPosition position : BreakerPosition.values()) {
            add("spillway.deployment.breaker", "1 for the position the circuit breaker is in", "",
                    Tags.of("position", position.name().toLowerCase(Locale.ROOT)),
                    latest -> latest.view().breaker() == position ? 1 : 0);
        }
        add("spillway.deployment.suspended", "1 while quota, credential or model keep it out of traffic", "", Tags.empty(),
                latest -> latest.view().suspension().isPresent() ? 1 : 0);
        add("spillway.deployment.cooling", "1 while it rests after a rate limit", "", Tags.empty(),
                latest -> latest.view().cooldownUntil().isPresent() ? 1 : 0);
        add("spillway.deployment.ramp", "Share of its weight it takes", "", Tags.empty(), Shown::ramp);
        add("spillway.deployment.error.rate", "Share of sick results in the judged window", "", Tags.empty(),
                latest -> latest.view().errorRate());
        add("spillway.deployment.results", "Results in the judged window", "", Tags.empty(), latest -> latest.view().n());
        add("spillway.deployment.in.flight", "Calls under way over all workers", "", Tags.empty(),
                latest -> latest.view().load().inFlight());
        add("spillway.deployment.queued", "Attempts waiting for a permit over all workers", "", Tags.empty(),
                latest -> latest.view().load().queued());
        add("spillway.deployment.concurrency.limit", "Calls the workers allow themselves at once", "", Tags.empty(),
                latest -> latest.view().load().concurrencyLimit());
        add("spillway.deployment.workers", "Workers that report", "", Tags.empty(), latest -> latest.view().load().workers());
        add("spillway.deployment.oldest.call", "Age of the oldest call under way", "seconds", Tags.empty(),
                latest -> latest.view().load().oldestInFlight().toMillis() / 1_000.0);
        add("spillway.deployment.state.age", "Time since the state was last published; routers believe it for 30 s", "seconds",
                Tags.empty(), latest -> (registry.config().clock().wallTime() - latest.shownAtMillis()) / 1_000.0);
    }

    String provider() {
        return provider;
    }

    void show(HealthView view, double ramp) {
        shown = new Shown(view, ramp, registry.config().clock().wallTime());
    }

    void remove() {
        meters.forEach(registry::remove);
    }

    private void add(String name, String description, String unit, Tags more, ToDoubleFunction<Shown> value) {
        Gauge.Builder<DeploymentGauges> gauge = Gauge.builder(name, this, gauges -> {
            Shown latest = gauges.shown;
            return latest == null ? Double.NaN : value.applyAsDouble(latest);
        }).description(description).tags(tags.and(more));
        meters.add((unit.isEmpty() ? gauge : gauge.baseUnit(unit)).register(registry));
    }
}
