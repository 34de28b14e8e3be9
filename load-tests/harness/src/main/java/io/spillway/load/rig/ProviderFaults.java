package io.spillway.load.rig;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import io.spillway.load.workload.Workload;
import io.spillway.simulator.Behaviour;
import io.spillway.simulator.Latency;

/** What simulated providers are told to do. One at least is always well, but for the row where none is. */
final class ProviderFaults {

    private ProviderFaults() {}

    static void strike(Acts acts, Rig rig, Random random) {
        double seconds = (double) acts.row().length().toSeconds();
        if (acts.row() == Row.ALL_DOWN) {
            acts.at(0, "all providers answer 503", false,
                    () -> rig.simulators().behave(Optional.empty(), new Behaviour.Outage(Behaviour.Outage.Mode.UNAVAILABLE)))
                    .at(seconds, "all providers well again", false,
                            () -> rig.simulators().heal(Optional.empty()));
            return;
        }
        List<String> names = rig.workload().providers().stream().filter(Workload.Provider::isAllowed).map(Workload.Provider::name)
                .toList();
        if (names.size() < 2) {
            acts.log().skipped(acts.row(), "the workload has one provider that policy allows; nobody could take over");
            return;
        }
        String name = names.get(random.nextInt(names.size()));
        Optional<String> who = Optional.of(name);
        List<Behaviour> faults = faults(acts.row());
        double each = seconds / faults.size();
        for (int i = 0; i < faults.size(); i++) {
            Behaviour fault = faults.get(i);
            acts.at(i * each, name + " fails: " + fault, false, () -> rig.simulators().behave(who, fault));
        }
        acts.at(seconds, name + " well again", false, () -> rig.simulators().heal(who));
    }

    private static List<Behaviour> faults(Row row) {
        return switch (row) {
            case SILENT -> List.of(new Behaviour.Hang(Duration.ofMinutes(2)),
                    new Behaviour.Delayed(Latency.ofMillis(8_000), Behaviour.healthy()));
            case DRIP -> List.of(new Behaviour.Drip(Duration.ofSeconds(1)));
            case BROKEN_CONNECTION -> List.of(new Behaviour.HalfClosed(), new Behaviour.ResetMidBody(),
                    new Behaviour.Outage(Behaviour.Outage.Mode.REFUSE), new Behaviour.Outage(Behaviour.Outage.Mode.RESET));
            case GARBAGE -> List.of(new Behaviour.Garbage(), new Behaviour.NotHttp(), new Behaviour.NoUsage());
            case TRUNCATED -> List.of(new Behaviour.Truncated(Behaviour.Truncated.Cut.BODY),
                    new Behaviour.Truncated(Behaviour.Truncated.Cut.LENGTH),
                    new Behaviour.Truncated(Behaviour.Truncated.Cut.CHUNKED));
            case ERROR_AS_SUCCESS -> List.of(new Behaviour.ErrorBody(), new Behaviour.EmptyChoices());
            case HUGE -> List.of(new Behaviour.FailEvery(5, new Behaviour.Huge(20L * 1024 * 1024)));
            case RATE_LIMITED ->
                List.of(Behaviour.RateLimited.of(Duration.ZERO), Behaviour.RateLimited.of(Duration.ofSeconds(1)));
            case UNAUTHORIZED -> List.of(new Behaviour.ErrorStatus(401, "", ""));
            case FLAPPING -> List.of(new Behaviour.Flapping(Duration.ofSeconds(1), Duration.ofSeconds(1), Behaviour.healthy(),
                    new Behaviour.ErrorStatus(500, "", "")));
            case BROKER_KILLED, BROKERS_LOST, BROKER_DISK_FULL, ROUTER_KILLED, ROUTERS_ROLLED, ROUTER_DISK_FULL, NETWORK_PARTED,
                    WORKER_KILLED, WORKER_PAUSED, CLOCK_SKEWED, AGGREGATOR_GONE, VERSIONS_MIXED, ALL_DOWN, OTHER_BODY,
                    EVENTS_REPLAYED, POISON, OVERSIZE, BAD_CONFIGURATION, TOPICS_MISSING, OUT_OF_MEMORY ->
                throw new IllegalArgumentException(row + " is no fault of one provider");
        };
    }
}
