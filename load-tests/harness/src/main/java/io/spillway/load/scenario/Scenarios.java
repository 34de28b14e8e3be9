package io.spillway.load.scenario;

import java.util.List;
import java.util.Optional;

/** All scenarios. A new one is one more line here. */
public final class Scenarios {

    private static final List<Scenario> ALL = List.of(new SmokeScenario(), new ThroughputScenario(), new LatencyScenario(),
            new DecisionScenario(), new FailoverScenario(), new OutageScenario(), new ChaosScenario(), new CrashesScenario(),
            new IncidentsScenario(),
            new InFlightScenario(), new RestoreScenario(), new SoakScenario(), new IsolationScenario(), new BenchmarksScenario());

    private Scenarios() {}

    public static List<Scenario> all() {
        return ALL;
    }

    public static Optional<Scenario> named(String name) {
        return ALL.stream().filter(scenario -> scenario.name().equals(name)).findFirst();
    }
}
