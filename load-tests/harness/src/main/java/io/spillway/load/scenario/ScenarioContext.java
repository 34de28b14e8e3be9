package io.spillway.load.scenario;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import io.spillway.load.rig.Ground;
import io.spillway.load.rig.Layout;
import io.spillway.load.rig.OtherVersion;
import io.spillway.load.workload.Workload;

/**
 * What a scenario is given.
 *
 * @param workload what to send; for scenarios without one, any
 * @param seed everything random follows from it
 * @param scratch a directory for keys, settings and logs of processes
 * @param files further input files, by the name of their option
 * @param router settings of every router, by its own keys
 * @param progress told in words what happens
 * @param ground the cluster to stand on; empty for the scenario's own choice
 * @param rows rows of the fault matrix to run; empty for all
 * @param otherVersion what processes are exchanged for in one of those rows
 */
public record ScenarioContext(Workload workload, long seed, Path scratch, Map<String, Path> files, Map<String, String> router,
        Consumer<String> progress, Optional<Ground> ground, Set<Integer> rows,
        Optional<OtherVersion> otherVersion) {

    public ScenarioContext {
        rows = Set.copyOf(rows);
        files = Map.copyOf(files);
        router = Map.copyOf(router);
    }

    /** On the scenario's own cluster, with all rows. */
    public ScenarioContext(Workload workload, long seed, Path scratch, Map<String, Path> files, Map<String, String> router,
            Consumer<String> progress) {
        this(workload, seed, scratch, files, router, progress, Optional.empty(), Set.of(), Optional.empty());
    }

    ScenarioContext with(Workload other) {
        return new ScenarioContext(other, seed, scratch, files, router, progress, ground, rows, otherVersion);
    }

    /** A layout on the cluster that was asked for, if one was, with the router settings and the other version that were asked for. */
    Layout on(Layout layout) {
        Layout set = layout.withRouter(router);
        Layout placed = ground.map(set::on).orElse(set);
        return otherVersion.map(placed::withOtherVersion).orElse(placed);
    }

    /** @throws IllegalArgumentException when that file was not given */
    Path file(String name) {
        Path file = files.get(name);
        if (file == null) {
            throw new IllegalArgumentException("a file is missing: --file " + name + "=FILE");
        }
        return file;
    }

    /** Prefix of request ids: the same seed makes the same ids, and so the same draws. */
    String run() {
        return "s" + Long.toHexString(seed);
    }
}
