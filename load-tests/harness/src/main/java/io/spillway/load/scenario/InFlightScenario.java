package io.spillway.load.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.spillway.cli.stack.StackSettings.Part;
import io.spillway.load.drive.WorkerReports;
import io.spillway.load.measure.ProcessSample.Quantity;
import io.spillway.load.measure.ProcessSampler;
import io.spillway.load.report.Plot;
import io.spillway.load.report.ScenarioResult;
import io.spillway.load.rig.Layout;
import io.spillway.load.rig.Rig;
import io.spillway.load.rig.Timetable;
import io.spillway.load.workload.PlannedRequest;
import io.spillway.load.workload.Workload;
import io.spillway.load.workload.WorkloadException;
import io.spillway.simulator.Behaviour;
import io.spillway.simulator.Latency;

/** How many slow calls one worker process with 1 GB of heap has under way at once. */
final class InFlightScenario implements Scenario {

    private static final List<String> WORKER_JVM = List.of("-Xmx1g", "-XX:+UseG1GC");
    private static final Duration SAMPLE_EVERY = Duration.ofSeconds(2);
    /** A forced collection every ten seconds: rare enough not to be the load. */
    private static final int COLLECT_EVERY = 5;
    private static final String WORKER = "worker-1";
    private static final int WAVES = 3;
    /** Of the rate of a wave: what is not too much for processes that have just started. */
    private static final double WARM_UP_SHARE = 0.1;
    private static final int MAX_TOKENS = 64;
    private static final long SECOND = 1_000_000_000L;

    @Override
    public String name() {
        return "inflight";
    }

    @Override
    public String summary() {
        return "calls of 5 s in flight on one worker process with 1 GB of heap";
    }

    @Override
    public ScenarioResult run(ScenarioContext context) throws IOException, InterruptedException {
        List<PlannedRequest> plan = waves(context.workload());
        Layout layout = context.on(Layout.of(EnumSet.of(Part.ROUTER, Part.HEALTH_AGGREGATOR), 0, 1)
                .changing(Part.WORKER, program -> program.withJvm(WORKER_JVM)));
        try (Rig rig = Rig.start(context.workload(), layout, context.seed(), context.scratch(), context.progress());
                ProcessSampler sampler = ProcessSampler.start(Map.of(WORKER, rig.workers().getFirst().pid()), SAMPLE_EVERY,
                        COLLECT_EVERY);
                WorkerReports reports = WorkerReports.start(rig.stack().bootstrapServers(),
                        rig.stack().topics().telemetry().name(), rig.stack().serdeSettings());
                InFlightWatch atProvider = InFlightWatch.start(() -> rig.simulators().inFlight())) {
            CheckedRun run = CheckedRun.on(rig, context, plan, LoadRun.Watch.answersOnly(), InFlightScenario::warmUp);
            Map<String, Double> measures = new LinkedHashMap<>();
            measures.put("peakInFlightAtProvider", (double) atProvider.most());
            measures.put("peakInFlightByWorker", (double) reports.mostInFlight());
            measures.put("openMost", (double) run.outcome().openMost());
            measures.put("workerAlive", rig.workers().getFirst().isAlive() ? 1.0 : 0.0);
            measures.put("workerRssPeakMiB", sampler.most(WORKER, Quantity.RSS));
            measures.put("workerHeapUsedPeakMiB", sampler.most(WORKER, Quantity.HEAP_USED));
            measures.put("workerLiveHeapPeakMiB", sampler.most(WORKER, Quantity.LIVE_HEAP));
            measures.put("workerThreadsPeak", sampler.most(WORKER, Quantity.THREADS));
            measures.put("workerDescriptorsPeak", sampler.most(WORKER, Quantity.DESCRIPTORS));
            ScenarioResult result = run.result(context, measures,
                    List.of(WAVES + " waves of " + context.workload().requests() + " requests, after a warm-up of "
                            + context.workload().warmUp().toSeconds() + " s at " + context.workload().rate() * WARM_UP_SHARE
                            + " a second in which the provider answers at once. The worker is a process with "
                            + String.join(" ", WORKER_JVM)
                            + "; router, broker, provider and driver "
                            + "share another. Its own figure comes from heartbeats, which it sends every 5 s, so it may miss the "
                            + "peak. Live heap is what is in use after a collection, asked for every "
                            + SAMPLE_EVERY.multipliedBy(COLLECT_EVERY).toSeconds() + " s."));
            return result.withPlots(List.of(atProvider.plot(), memory(sampler)));
        }
    }

    /**
     * Waves and not a steady load: a machine that cannot answer the calls of one worker as fast as they end would only pile up a
     * backlog, and the leases of calls would run out for want of a router that reads their renewals.
     */
    private static List<PlannedRequest> waves(Workload workload) {
        long warm = workload.warmUp().toNanos();
        long gap = (workload.duration().toNanos() - warm) / WAVES;
        double between = SECOND / workload.rate();
        if (workload.requests() == 0 || workload.requests() * between > gap) {
            throw new WorkloadException("inflight", List.of("requests: a wave of " + workload.requests() + " at "
                    + workload.rate()
                    + " a second must be above 0 and fit into a third of the time after the warm-up; set --requests, --rate or "
                    + "--duration"));
        }
        List<PlannedRequest> plan = new ArrayList<>();
        double warmUpGap = between / WARM_UP_SHARE;
        for (int i = 0; i * warmUpGap < warm; i++) {
            plan.add(request(plan.size(), (long) (i * warmUpGap), workload));
        }
        for (int wave = 0; wave < WAVES; wave++) {
            for (int i = 0; i < workload.requests(); i++) {
                plan.add(request(plan.size(), warm + wave * gap + (long) (i * between), workload));
            }
        }
        return plan;
    }

    private static PlannedRequest request(int index, long atNanos, Workload workload) {
        return new PlannedRequest(index, index, atNanos, false, workload.prompt().leastBytes(), MAX_TOKENS);
    }

    /** A process that has just started is slow, and what is asked here is what a worker carries, not how soon. */
    private static List<Timetable.Entry> warmUp(Rig rig, ScenarioContext context) {
        return List.of(
                new Timetable.Entry(Duration.ZERO, "answers at once", false,
                        () -> rig.simulators().behave(Optional.empty(), new Behaviour.Healthy(Latency.parse("none")))),
                new Timetable.Entry(context.workload().warmUp(), "answers as slow as told", false,
                        () -> rig.simulators().heal(Optional.empty())));
    }

    private static Plot memory(ProcessSampler sampler) {
        return sampler.plot("Memory of the worker", "MiB", List.of(Quantity.RSS, Quantity.HEAP_USED, Quantity.LIVE_HEAP));
    }
}
