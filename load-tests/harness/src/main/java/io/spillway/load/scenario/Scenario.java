package io.spillway.load.scenario;

import java.io.IOException;
import java.util.Set;

import io.spillway.load.report.ScenarioResult;

/** Something that is set up, put under load and measured. */
public interface Scenario {

    /** The word on the command line; also the name of its built-in workload. */
    String name();

    /** What it shows, in a line. */
    String summary();

    /** Whether it runs a workload, so that there is a built-in one of its name. */
    default boolean hasWorkload() {
        return true;
    }

    /** Names of input files it cannot do without. */
    default Set<String> files() {
        return Set.of();
    }

    /** Whether {@code --brokers} and {@code --bootstrap} mean something to it. */
    default boolean runsOnAnyCluster() {
        return false;
    }

    /** Whether {@code --rows} means something to it. */
    default boolean runsFaultMatrix() {
        return false;
    }

    ScenarioResult run(ScenarioContext context) throws IOException, InterruptedException;
}
