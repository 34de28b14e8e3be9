package io.spillway.load.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.spillway.load.measure.ProcessSample.Quantity;
import io.spillway.load.measure.ProcessSampler;
import io.spillway.load.report.Plot;
import io.spillway.load.report.ScenarioResult;
import io.spillway.load.rig.AppProcess;
import io.spillway.load.rig.Layout;
import io.spillway.load.rig.Rig;
import io.spillway.load.rig.Timetable;
import io.spillway.load.workload.Trouble;
import io.spillway.load.workload.Workload;

/** The same load for long, with a short failure of the first tier again and again: does anything grow? */
final class SoakScenario implements Scenario {

    /**
     * The whole heap is touched at the start, so that resident memory can only grow outside of it; what grows inside shows in the
     * live heap. Without that, a heap that fills up between collections would look like a leak.
     */
    private static final List<String> JVM = List.of("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch", "-XX:+UseG1GC");
    private static final List<String> SMALL_JVM = List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch", "-XX:+UseG1GC");
    private static final int SAMPLES = 360;
    private static final Duration LEAST_GAP = Duration.ofMillis(200);
    private static final int COLLECT_EVERY = 6;
    /** Failures of the first tier in a run, unless that brings them closer together than {@link #LEAST_BETWEEN}. */
    private static final int FAILURES = 30;
    private static final Duration LEAST_BETWEEN = Duration.ofSeconds(10);
    /** The share of the time that the first tier fails. */
    private static final int FAILURE_SHARE = 10;

    @Override
    public String name() {
        return "soak";
    }

    @Override
    public String summary() {
        return "half an hour of steady load; memory, threads and descriptors of each process over time";
    }

    @Override
    public ScenarioResult run(ScenarioContext context) throws IOException, InterruptedException {
        Layout layout = new Layout(Set.of(), 1, 1, context.router(), new Layout.Processes(true, JVM, JVM, SMALL_JVM));
        Duration length = context.workload().duration();
        Duration gap = length.dividedBy(SAMPLES).compareTo(LEAST_GAP) < 0 ? LEAST_GAP : length.dividedBy(SAMPLES);
        try (Rig rig = Rig.start(context.workload(), layout, context.seed(), context.scratch(), context.progress())) {
            Map<String, Long> pids = new LinkedHashMap<>();
            rig.processes().forEach(process -> pids.put(process.name(), process.pid()));
            try (ProcessSampler sampler = ProcessSampler.start(pids, gap, COLLECT_EVERY)) {
                CheckedRun run = CheckedRun.on(rig, context, LoadRun.Watch.answersOnly(), SoakScenario::failures);
                Growth growth = Growth.of(sampler, context.workload().warmUp(), length);
                Map<String, Double> measures = new LinkedHashMap<>(growth.measures());
                measures.put("processesAlive", (double) rig.processes().stream().filter(AppProcess::isAlive).count());
                List<String> notes = new ArrayList<>(growth.words());
                notes.add(
                        "Slopes are per hour, with their 95 % intervals, over the samples after the warm-up and while requests were "
                                + "sent. Flat: the interval holds zero or lies below it, and less than 5 % of the mean may have been added in the "
                                + "run; not flat: it lies above zero; else undecided. JVMs ran with " + String.join(" ", JVM)
                                + ": the heap is resident from the start, so RSS grows outside of it only. Live heap is what is in use after "
                                + "a collection that was asked for. Broker, providers and driver are not judged.");
                return run.result(context, measures, notes).withPlots(plots(sampler));
            }
        }
    }

    private static List<Timetable.Entry> failures(Rig rig, ScenarioContext context) {
        Workload workload = context.workload();
        Optional<String> first = Optional.of(workload.providers().getFirst().name());
        Duration usual = workload.duration().dividedBy(FAILURES);
        Duration gap = usual.compareTo(LEAST_BETWEEN) < 0 ? LEAST_BETWEEN : usual;
        List<Timetable.Entry> entries = new ArrayList<>();
        for (Duration at = gap.dividedBy(2); at.compareTo(workload.duration()) < 0; at = at.plus(gap)) {
            entries.add(new Timetable.Entry(at, "first tier unavailable", false,
                    () -> rig.simulators().behave(first, Trouble.UNAVAILABLE.behaviour())));
            entries.add(new Timetable.Entry(at.plus(gap.dividedBy(FAILURE_SHARE)), "first tier well again", false,
                    () -> rig.simulators().heal(first)));
        }
        return entries;
    }

    private static List<Plot> plots(ProcessSampler sampler) {
        return List.of(sampler.plot("Resident memory", "MiB", List.of(Quantity.RSS)),
                sampler.plot("Live heap", "MiB", List.of(Quantity.LIVE_HEAP)),
                sampler.plot("Threads and descriptors", "count", List.of(Quantity.THREADS, Quantity.DESCRIPTORS)));
    }
}
