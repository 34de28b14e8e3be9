package io.spillway.load.scenario;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.HdrHistogram.Histogram;

import io.spillway.load.drive.RunRecord;
import io.spillway.load.report.Distribution;
import io.spillway.load.report.ScenarioResult;
import io.spillway.load.rig.Layout;
import io.spillway.load.rig.Rig;
import io.spillway.load.workload.LoadPlan;
import io.spillway.load.workload.PlannedRequest;
import io.spillway.load.workload.Workload;
import io.spillway.load.workload.WorkloadException;

/** What callers who wait for an answer notice of a large batch: their latency alone, and while the batch drains. */
final class IsolationScenario implements Scenario {

    private static final long SECOND = 1_000_000_000L;
    /** As fast as one sender can go beside everything else on a small machine. */
    private static final int POURED_PER_SECOND = 10_000;
    /** Of the batch, written first to warm everything up; the load alone is measured when it is answered. */
    private static final int WARM_UP_PART = 10;
    private static final long HIGHEST_MICROS = 3_600_000_000L;

    @Override
    public String name() {
        return "isolation";
    }

    @Override
    public String summary() {
        return "interactive latency alone, and while a batch of 200,000 drains";
    }

    /** The parts of a run, in nanoseconds since its first send: alone until {@code poured}, then the pour, then the drain. */
    private record Phases(long warm, long poured, long draining, long end) {

        static Phases of(Workload workload) {
            long end = workload.duration().toNanos();
            long poured = workload.warmUp().toNanos() + (end - workload.warmUp().toNanos()) / 4;
            return new Phases(workload.warmUp().toNanos(), poured,
                    poured + workload.requests() * SECOND / POURED_PER_SECOND, end);
        }
    }

    @Override
    public ScenarioResult run(ScenarioContext context) throws IOException, InterruptedException {
        Workload workload = context.workload();
        Phases phases = Phases.of(workload);
        if (workload.requests() == 0 || phases.draining() >= phases.end()) {
            throw new WorkloadException(name(), List.of("requests: a batch of " + workload.requests() + " cannot be written at "
                    + POURED_PER_SECOND + " a second before the load ends; set --requests above 0 and --duration long enough"));
        }
        List<PlannedRequest> plan = plan(workload, phases, context.seed());
        CheckedRun run;
        try (Rig rig = Rig.start(workload, Layout.oneProcess().withRouter(context.router()), context.seed(), context.scratch(),
                context.progress())) {
            run = CheckedRun.on(rig, context, plan, LoadRun.Watch.answersOnly(), (system, given) -> List.of());
        }
        return result(run, plan, phases);
    }

    private static ScenarioResult result(CheckedRun run, List<PlannedRequest> plan, Phases phases) {
        RunRecord record = run.record();
        long drained = answered(record, plan, phases, false);
        // Later requests have no batch beside them.
        long until = Math.min(phases.end(), drained);
        long warm = Math.max(phases.warm(), answered(record, plan, phases, true));
        Distribution alone = interactive("alone", record, plan, warm, phases.poured());
        Distribution pouring = interactive("while the batch is written", record, plan, phases.poured(), phases.draining());
        Distribution draining = interactive("while the batch drains", record, plan, phases.draining(), until);
        double batch = plan.stream().filter(request -> isOf(request, phases, false)).count();
        double drainSeconds = Math.max(0.001, (drained - phases.poured()) / 1e9);
        Map<String, Double> measures = new LinkedHashMap<>();
        measures.put("aloneP50Millis", alone.millisAt(50));
        measures.put("aloneP99Millis", alone.millisAt(99));
        measures.put("writingP99Millis", pouring.millisAt(99));
        measures.put("drainingP50Millis", draining.millisAt(50));
        measures.put("drainingP99Millis", draining.millisAt(99));
        measures.put("p99Ratio", draining.millisAt(99) / alone.millisAt(99));
        measures.put("drainingSamples", (double) draining.micros().getTotalCount());
        measures.put("batchRequests", batch);
        measures.put("batchOpenAtEnd", (double) plan.stream().filter(request -> isOf(request, phases, false))
                .filter(request -> record.committed().at(request.index()) > phases.end()).count());
        measures.put("batchDrainSeconds", drainSeconds);
        measures.put("batchPerSecond", batch / drainSeconds);
        return new ScenarioResult(run.findings(), measures, List.of(alone, pouring, draining),
                List.of(Timelines.answers(run.outcome())),
                List.of("Latencies are those of interactive requests, from the planned send. The batch is written at "
                        + POURED_PER_SECOND + " a second by the same sender; what it delays then counts as writing, not as "
                        + "draining. A tenth of the batch is written first and answered before anything is measured. Broker, provider, driver and Spillway share this machine and this JVM."));
    }

    /** The interactive load with the batch poured in between. */
    private static List<PlannedRequest> plan(Workload workload, Phases phases, long seed) {
        List<PlannedRequest> all = new ArrayList<>(LoadPlan.of(workload, seed));
        int tokens = all.getFirst().maxTokens();
        pour(all, workload.requests() / WARM_UP_PART, 0, workload, tokens);
        pour(all, workload.requests(), phases.poured(), workload, tokens);
        all.sort(Comparator.comparingLong(PlannedRequest::atNanos));
        List<PlannedRequest> plan = new ArrayList<>();
        for (PlannedRequest request : all) {
            int index = plan.size();
            plan.add(new PlannedRequest(index, index, request.atNanos(), request.batch(), request.promptBytes(),
                    request.maxTokens()));
        }
        return plan;
    }

    private static void pour(List<PlannedRequest> all, int requests, long from, Workload workload, int tokens) {
        for (int i = 0; i < requests; i++) {
            all.add(new PlannedRequest(0, 0, from + i * SECOND / POURED_PER_SECOND, true, workload.prompt().leastBytes(),
                    tokens));
        }
    }

    private static boolean isOf(PlannedRequest request, Phases phases, boolean warmUp) {
        return request.batch() && request.atNanos() < phases.poured() == warmUp;
    }

    /** When the last answer to one of the two batches was read. */
    private static long answered(RunRecord record, List<PlannedRequest> plan, Phases phases, boolean warmUp) {
        return plan.stream().filter(request -> isOf(request, phases, warmUp))
                .mapToLong(request -> record.committed().at(request.index())).max().orElse(0);
    }

    private static Distribution interactive(String name, RunRecord record, List<PlannedRequest> plan, long from, long to) {
        Histogram micros = new Histogram(HIGHEST_MICROS, 3);
        for (PlannedRequest request : plan) {
            if (!request.batch() && request.atNanos() >= from && request.atNanos() < to
                    && record.committed().isSeen(request.index())) {
                long took = (record.committed().at(request.index()) - request.atNanos()) / 1000;
                micros.recordValue(Math.clamp(took, 0, HIGHEST_MICROS));
            }
        }
        return new Distribution(name, micros);
    }
}
