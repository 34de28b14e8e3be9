package io.spillway.load.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.spillway.cli.stack.StackSettings.Part;
import io.spillway.load.drive.WorkerReports;
import io.spillway.load.measure.ProcessSample.Quantity;
import io.spillway.load.measure.ProcessSampler;
import io.spillway.load.report.Plot;
import io.spillway.load.report.ScenarioResult;
import io.spillway.load.rig.Layout;
import io.spillway.load.rig.Rig;

/** How many slow calls one worker process with 1 GB of heap has under way at once. */
final class InFlightScenario implements Scenario {

    private static final List<String> WORKER_JVM = List.of("-Xmx1g", "-XX:+UseG1GC");
    private static final Duration SAMPLE_EVERY = Duration.ofSeconds(2);
    /** A forced collection every ten seconds: rare enough not to be the load. */
    private static final int COLLECT_EVERY = 5;
    private static final String WORKER = "worker-1";

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
        Layout layout = context.on(Layout.of(EnumSet.of(Part.ROUTER, Part.HEALTH_AGGREGATOR), 0, 1)
                .changing(Part.WORKER, program -> program.withJvm(WORKER_JVM)));
        try (Rig rig = Rig.start(context.workload(), layout, context.seed(), context.scratch(), context.progress());
                ProcessSampler sampler = ProcessSampler.start(Map.of(WORKER, rig.workers().getFirst().pid()), SAMPLE_EVERY,
                        COLLECT_EVERY);
                WorkerReports reports = WorkerReports.start(rig.stack().bootstrapServers(),
                        rig.stack().topics().telemetry().name(), rig.stack().serdeSettings());
                InFlightWatch atProvider = InFlightWatch.start(() -> rig.simulators().inFlight())) {
            CheckedRun run = CheckedRun.on(rig, context, LoadRun.Watch.answersOnly(), (system, given) -> List.of());
            Map<String, Double> measures = new LinkedHashMap<>();
            measures.put("peakInFlightAtProvider", (double) atProvider.most());
            measures.put("peakInFlightByWorker", (double) reports.mostInFlight());
            measures.put("openMost", (double) run.outcome().openMost());
            measures.put("answersPerSecond", ThroughputScenario.perSecond(run.outcome(), context.workload()));
            measures.put("workerAlive", rig.workers().getFirst().isAlive() ? 1.0 : 0.0);
            measures.put("workerRssPeakMiB", sampler.most(WORKER, Quantity.RSS));
            measures.put("workerHeapUsedPeakMiB", sampler.most(WORKER, Quantity.HEAP_USED));
            measures.put("workerLiveHeapPeakMiB", sampler.most(WORKER, Quantity.LIVE_HEAP));
            measures.put("workerThreadsPeak", sampler.most(WORKER, Quantity.THREADS));
            measures.put("workerDescriptorsPeak", sampler.most(WORKER, Quantity.DESCRIPTORS));
            ScenarioResult result = run.result(context, measures,
                    List.of("The worker is a process with " + String.join(" ", WORKER_JVM) + "; router, broker, provider and driver "
                            + "share another. Its own figure comes from heartbeats, which it sends every 5 s, so it may miss the "
                            + "peak. Live heap is what is in use after a collection, asked for every "
                            + SAMPLE_EVERY.multipliedBy(COLLECT_EVERY).toSeconds() + " s."));
            return result.withPlots(List.of(atProvider.plot(), memory(sampler)));
        }
    }

    private static Plot memory(ProcessSampler sampler) {
        return sampler.plot("Memory of the worker", "MiB", List.of(Quantity.RSS, Quantity.HEAP_USED, Quantity.LIVE_HEAP));
    }
}
