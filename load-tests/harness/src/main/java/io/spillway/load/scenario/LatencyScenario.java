package io.spillway.load.scenario;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.spillway.load.drive.Latencies;
import io.spillway.load.report.Distribution;
import io.spillway.load.report.ScenarioResult;
import io.spillway.load.rig.BareLoop;
import io.spillway.load.rig.Layout;
import io.spillway.load.rig.Rig;

/** What routing adds to the latency of a loop that does none, at a rate far below the limit. */
final class LatencyScenario implements Scenario {

    @Override
    public String name() {
        return "latency";
    }

    @Override
    public String summary() {
        return "latency added over the bare loop at 500/s, for committed and uncommitted readers";
    }

    @Override
    public ScenarioResult run(ScenarioContext context) throws IOException, InterruptedException {
        var warmUp = context.workload().warmUp();
        context.progress().accept("first the baseline: consume, call, produce, no routing");
        Distribution bare;
        try (Rig rig = Rig.start(context.workload(), Layout.brokerOnly(), context.seed(), context.scratch(), context.progress());
                BareLoop loop = BareLoop.start(rig)) {
            LoadRun.Outcome outcome = LoadRun.go(context, loop.endpoint(), LoadRun.Watch.answersOnly(), List.of());
            bare = new Distribution("bare", Latencies.fromIntent(outcome.record(), outcome.record().committed(), warmUp));
        }
        context.progress().accept("now Spillway");
        CheckedRun run = CheckedRun.of(context, Layout.oneProcess(), new LoadRun.Watch(true, true), (rig, given) -> List.of());
        Distribution committed = run.committed(context, "read_committed");
        Distribution uncommitted = new Distribution("read_uncommitted",
                Latencies.fromIntent(run.record(), run.outcome().uncommitted(), warmUp));
        Distribution decision = new Distribution("attempt readable",
                Latencies.fromSend(run.record(), run.outcome().attempts(), warmUp));
        Map<String, Double> measures = new LinkedHashMap<>();
        add(measures, "bare", bare, 0, 0);
        add(measures, "committed", committed, 0, 0);
        add(measures, "uncommitted", uncommitted, 0, 0);
        add(measures, "attemptReadable", decision, 0, 0);
        add(measures, "addedCommitted", committed, bare.millisAt(50), bare.millisAt(99));
        add(measures, "addedUncommitted", uncommitted, bare.millisAt(50), bare.millisAt(99));
        return new ScenarioResult(run.findings(), measures, List.of(bare, committed, uncommitted, decision),
                List.of(Timelines.answers(run.outcome())),
                List.of("Latency counts from the planned send. Added is the difference of the same percentile of both runs.",
                        "Attempt readable: from handing the request to the producer until a worker could read its attempt."));
    }

    private static void add(Map<String, Double> measures, String name, Distribution distribution, double p50, double p99) {
        measures.put(name + "P50Millis", distribution.millisAt(50) - p50);
        measures.put(name + "P99Millis", distribution.millisAt(99) - p99);
    }
}
