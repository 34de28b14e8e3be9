package io.spillway.cli.demo;

import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

import io.spillway.simulator.Behaviour;
import io.spillway.simulator.Latency;
import io.spillway.simulator.SimulatedProvider;
import io.spillway.simulator.SimulatorConfig;

/** The demo's simulated providers: real HTTP servers with the wire formats of OpenAI and Anthropic, and their own call logs. */
final class DemoProviders implements AutoCloseable {

    private final SimulatedProvider primary;
    private final SimulatedProvider fallback;
    private final SimulatedProvider local;

    private DemoProviders(SimulatedProvider primary, SimulatedProvider fallback, SimulatedProvider local) {
        this.primary = primary;
        this.fallback = fallback;
        this.local = local;
    }

    static DemoProviders start(long seed) {
        return new DemoProviders(provider("openai", 150, seed), provider("anthropic", 220, seed + 1),
                provider("local", 400, seed + 2));
    }

    URI primaryUri() {
        return primary.baseUri();
    }

    URI fallbackUri() {
        return fallback.baseUri();
    }

    URI localUri() {
        return local.baseUri();
    }

    /** The primary refuses connections and cuts those it has. */
    void failPrimary() {
        primary.behave(new Behaviour.Outage(Behaviour.Outage.Mode.REFUSE));
    }

    void restorePrimary() {
        primary.behave(Behaviour.healthy());
    }

    /** Calls the providers charged for, by their own logs. */
    long paidCalls() {
        return all().stream().mapToLong(provider -> provider.calls().paidCount()).sum();
    }

    /** Calls paid beyond one per request, over all providers. */
    long duplicatePaidCalls() {
        return paidCalls() - all().stream().map(provider -> provider.calls().paidByRequest().keySet()).flatMap(Collection::stream)
                .distinct().count();
    }

    @Override
    public void close() {
        all().forEach(SimulatedProvider::close);
    }

    private List<SimulatedProvider> all() {
        return List.of(primary, fallback, local);
    }

    private static SimulatedProvider provider(String name, long medianMillis, long seed) {
        return SimulatedProvider.start(SimulatorConfig.of(name).withSeed(seed)
                .withLatency(new Latency.LogNormal(Duration.ofMillis(medianMillis), 0.35, Duration.ofSeconds(2))));
    }
}
