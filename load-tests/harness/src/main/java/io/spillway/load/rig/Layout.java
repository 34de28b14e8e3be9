package io.spillway.load.rig;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.spillway.cli.stack.StackSettings.Part;

/**
 * Where the parts of Spillway run.
 *
 * @param inside applications inside this process
 * @param routers routers as processes of their own
 * @param workers workers as processes of their own
 * @param router further settings of every router, by its own keys
 * @param processes how the processes among them are started
 */
public record Layout(Set<Part> inside, int routers, int workers, Map<String, String> router, Processes processes) {

    /**
     * How processes of their own are started.
     *
     * @param aggregator whether the health-aggregator is one
     * @param routerJvm options of the routers' JVMs
     * @param workerJvm options of the workers' JVMs
     * @param aggregatorJvm options of the health-aggregator's JVM
     */
    public record Processes(boolean aggregator, List<String> routerJvm, List<String> workerJvm, List<String> aggregatorJvm) {

        public Processes {
            routerJvm = List.copyOf(routerJvm);
            workerJvm = List.copyOf(workerJvm);
            aggregatorJvm = List.copyOf(aggregatorJvm);
        }

        static Processes small() {
            return new Processes(false, AppProcess.SMALL_JVM, AppProcess.SMALL_JVM, AppProcess.SMALL_JVM);
        }
    }

    public Layout {
        inside = Set.copyOf(inside);
        router = Map.copyOf(router);
    }

    public Layout(Set<Part> inside, int routers, int workers, Map<String, String> router) {
        this(inside, routers, workers, router, Processes.small());
    }

    /** Everything in this process: the fastest start, nothing can be killed. */
    public static Layout oneProcess() {
        return new Layout(EnumSet.allOf(Part.class), 0, 0, Map.of());
    }

    /** A broker and nothing else. */
    public static Layout brokerOnly() {
        return new Layout(Set.of(), 0, 0, Map.of());
    }

    /** Routers and workers as processes that can be killed. */
    public static Layout processes(int routers, int workers) {
        // A killed router is missed after this time; the default is set for calmer places.
        return new Layout(EnumSet.of(Part.HEALTH_AGGREGATOR), routers, workers,
                Map.of("kafka.consumer.session.timeout.ms", "6000", "kafka.consumer.heartbeat.interval.ms", "1000"));
    }

    /** Whether it can answer requests. */
    boolean serves() {
        return (routers > 0 || inside.contains(Part.ROUTER)) && (workers > 0 || inside.contains(Part.WORKER));
    }

    /** The same with further settings of the router. */
    public Layout withRouter(Map<String, String> more) {
        Map<String, String> all = new java.util.HashMap<>(router);
        all.putAll(more);
        return new Layout(inside, routers, workers, all, processes);
    }
}
