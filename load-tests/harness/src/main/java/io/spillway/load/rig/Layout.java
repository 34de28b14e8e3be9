package io.spillway.load.rig;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

import io.spillway.cli.stack.StackSettings.Part;

/**
 * Where the parts of Spillway run.
 *
 * @param ground the cluster beneath
 * @param inside applications inside this process
 * @param routers routers as processes of their own
 * @param workers workers as processes of their own
 * @param aggregators health-aggregators as processes of their own
 * @param smallDisk whether the last router's state is on a file system of its own, small enough to be filled; only root can have that
 * @param farRouter whether the first router reaches the brokers of a {@link Cluster} by a network that can part
 * @param otherVersion what processes can be exchanged for and back again
 * @param router further settings of every router, by its own keys
 * @param changes how processes of a part differ from the usual ones; parts without an entry do not
 */
public record Layout(Ground ground, Set<Part> inside, int routers, int workers, int aggregators, boolean smallDisk,
        boolean farRouter, Optional<OtherVersion> otherVersion, Map<String, String> router,
        Map<Part, UnaryOperator<Program>> changes) {

    public Layout {
        inside = Set.copyOf(inside);
        router = Map.copyOf(router);
        changes = Map.copyOf(changes);
    }

    /** On a broker inside this process. */
    public static Layout of(Set<Part> inside, int routers, int workers) {
        return new Layout(new Ground.Inside(), inside, routers, workers, 0, false, false, Optional.empty(), Map.of(), Map.of());
    }

    /** Everything in this process: the fastest start, nothing can be killed. */
    public static Layout oneProcess() {
        return of(EnumSet.allOf(Part.class), 0, 0);
    }

    /** A broker and nothing else. */
    public static Layout brokerOnly() {
        return of(Set.of(), 0, 0);
    }

    /** Routers and workers as processes that can be killed. */
    public static Layout processes(int routers, int workers) {
        return of(EnumSet.of(Part.HEALTH_AGGREGATOR), routers, workers).withRouter(Rig.QUICK_GROUP);
    }

    /** Whether it can answer requests. */
    boolean serves() {
        return (routers > 0 || inside.contains(Part.ROUTER)) && (workers > 0 || inside.contains(Part.WORKER));
    }

    /** The same with further settings of the router. */
    public Layout withRouter(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(router);
        all.putAll(more);
        return new Layout(ground, inside, routers, workers, aggregators, smallDisk, farRouter, otherVersion, all, changes);
    }

    /** The same on another cluster. */
    public Layout on(Ground other) {
        return new Layout(other, inside, routers, workers, aggregators, smallDisk, farRouter, otherVersion, router, changes);
    }

    /** The same with the health-aggregator as a process that can be killed. */
    public Layout withAggregatorProcess() {
        Set<Part> others = EnumSet.noneOf(Part.class);
        others.addAll(inside);
        others.remove(Part.HEALTH_AGGREGATOR);
        return new Layout(ground, others, routers, workers, 1, smallDisk, farRouter, otherVersion, router, changes);
    }

    /** The same with a small file system for the state of the last router. */
    public Layout withSmallDisk() {
        return new Layout(ground, inside, routers, workers, aggregators, true, farRouter, otherVersion, router, changes);
    }

    /** The same with a network between the first router and the brokers that can part. */
    public Layout withFarRouter() {
        return new Layout(ground, inside, routers, workers, aggregators, smallDisk, true, otherVersion, router, changes);
    }

    /** The same with another version that processes can be exchanged for. */
    public Layout withOtherVersion(OtherVersion version) {
        return new Layout(ground, inside, routers, workers, aggregators, smallDisk, farRouter, Optional.of(version), router,
                changes);
    }

    /** The same with other processes of a part, on top of earlier changes: another JVM, other settings, other classes. */
    public Layout changing(Part part, UnaryOperator<Program> change) {
        Map<Part, UnaryOperator<Program>> all = new EnumMap<>(Part.class);
        all.putAll(changes);
        all.merge(part, change, (earlier, later) -> program -> later.apply(earlier.apply(program)));
        return new Layout(ground, inside, routers, workers, aggregators, smallDisk, farRouter, otherVersion, router, all);
    }

    /** What a process of a part runs here. */
    Program changed(Part part, Program usual) {
        return changes.getOrDefault(part, UnaryOperator.identity()).apply(usual);
    }
}
