package io.spillway.load.rig;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

import io.spillway.load.drive.RunRecord;
import io.spillway.load.history.PaidCall;
import io.spillway.load.workload.Workload;
import io.spillway.simulator.Behaviour;
import io.spillway.simulator.Latency;
import io.spillway.simulator.Limits;
import io.spillway.simulator.SimulatedProvider;
import io.spillway.simulator.SimulatorConfig;

/** The simulated providers of a workload. */
public final class Simulators implements AutoCloseable {

    private final Map<Workload.Provider, SimulatedProvider> running = new LinkedHashMap<>();

    private Simulators() {}

    static Simulators start(List<Workload.Provider> providers, long seed) {
        return start(providers, seed, "127.0.0.1");
    }

    /** The same at another address of this machine, for callers that are elsewhere. */
    static Simulators start(List<Workload.Provider> providers, long seed, String address) {
        Simulators simulators = new Simulators();
        try {
            for (Workload.Provider provider : providers) {
                SimulatorConfig config = SimulatorConfig.of(provider.name()).withLatency(Latency.parse(provider.latency()))
                        .withSeed(seed + simulators.running.size())
                        .withListen(new SimulatorConfig.Listen(address, OptionalInt.empty()));
                if (provider.maxConcurrent() > 0) {
                    config = config.withLimits(Limits.none().withMaxConcurrent(provider.maxConcurrent(), 429));
                }
                simulators.running.put(provider, SimulatedProvider.start(config));
            }
            return simulators;
        } catch (RuntimeException e) {
            simulators.close();
            throw e;
        }
    }

    Map<Workload.Provider, SimulatedProvider> running() {
        return running;
    }

    /** Sets what calls get; of all providers when none is named. */
    public void behave(Optional<String> name, Behaviour behaviour) {
        chosen(name).forEach(provider -> provider.behave(behaviour));
    }

    /** Makes providers answer as the workload says; all when none is named. */
    public void heal(Optional<String> name) {
        chosen(name).forEach(provider -> provider.behave(new Behaviour.Healthy(provider.config().latency())));
    }

    /** The providers' own word on what was paid. Calls whose API carries no id of ours are told apart by their prompts. */
    public List<PaidCall> paidCalls(RunRecord record) {
        List<PaidCall> calls = new ArrayList<>();
        Map<String, String> ids = record.idsByPromptHash();
        running.forEach((provider, simulator) -> simulator.calls().paid().forEach(call -> {
            int colon = call.requestId().lastIndexOf(':');
            String named = colon < 0 ? call.requestId() : call.requestId().substring(0, colon);
            String id = record.knows(named) ? named : ids.getOrDefault(call.promptHash(), named);
            calls.add(new PaidCall(id, attempt(call.requestId(), colon), provider.deployment(), call.promptTokens(),
                    call.completionTokens(), call.sequence(), record.since(call.at())));
        }));
        return calls;
    }

    /** Forgets the calls so far. */
    public void forget() {
        running.values().forEach(simulator -> simulator.calls().clear());
    }

    /** Calls refused for the provider's own limits so far. */
    public long refusedForLimits() {
        return running.values().stream()
                .mapToLong(simulator -> simulator.calls().countsByOutcome()
                        .getOrDefault(io.spillway.simulator.CallOutcome.RATE_LIMITED, 0L))
                .sum();
    }

    /** Calls under way now. */
    public int inFlight() {
        return running.values().stream().mapToInt(SimulatedProvider::inFlight).sum();
    }

    @Override
    public void close() {
        running.values().forEach(SimulatedProvider::close);
    }

    private List<SimulatedProvider> chosen(Optional<String> name) {
        return running.entrySet().stream().filter(entry -> name.isEmpty() || entry.getKey().name().equals(name.get()))
                .map(Map.Entry::getValue).toList();
    }

    private static int attempt(String requestId, int colon) {
        String number = requestId.substring(colon + 1);
        return colon >= 0 && number.matches("\\d{1,9}") ? Integer.parseInt(number) : 0;
    }
}
