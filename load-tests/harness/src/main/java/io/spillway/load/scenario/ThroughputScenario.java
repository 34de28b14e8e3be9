package io.spillway.load.scenario;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.spillway.load.history.Findings;
import io.spillway.load.report.ScenarioResult;
import io.spillway.load.rig.BareLoop;
import io.spillway.load.rig.Layout;
import io.spillway.load.rig.Rig;
import io.spillway.load.workload.Workload;

/** How many answers a second, and what share that is of a loop that does no routing at all. */
final class ThroughputScenario implements Scenario {

    @Override
    public String name() {
        return "throughput";
    }

    @Override
    public String summary() {
        return "answers a second with instant providers, against a bare consume-call-produce loop";
    }

    @Override
    public ScenarioResult run(ScenarioContext context) throws IOException, InterruptedException {
        context.progress().accept("first the baseline: consume, call, produce, no routing");
        double bare;
        try (Rig rig = Rig.start(context.workload(), Layout.brokerOnly(), context.seed(), context.scratch(), context.progress());
                BareLoop loop = BareLoop.start(rig)) {
            bare = perSecond(LoadRun.go(context, loop.endpoint(), LoadRun.Watch.answersOnly(), List.of()), context.workload());
        }
        context.progress().accept(String.format(java.util.Locale.ROOT, "baseline: %.0f answers a second; now Spillway", bare));
        CheckedRun run = CheckedRun.of(context, Layout.oneProcess(), LoadRun.Watch.answersOnly(), (rig, given) -> List.of());
        double answers = perSecond(run.outcome(), context.workload());
        Map<String, Double> measures = new LinkedHashMap<>();
        measures.put("answersPerSecond", answers);
        measures.put("barePerSecond", bare);
        measures.put("share", answers / bare);
        Findings findings = run.findings();
        measures.put("duplicatePaidCalls", (double) findings.counts().duplicatePaidCalls());
        return new ScenarioResult(findings, measures, List.of(), List.of(Timelines.answers(run.outcome())),
                List.of("Broker, simulated provider, driver and Spillway share this machine and this JVM. At most "
                        + context.workload().window() + " requests are under way at once, so latencies of this run mean nothing.",
                        "Counted are committed answers read between the warm-up and the last send."));
    }

    /** First answers read after the warm-up and while there was load. */
    static double perSecond(LoadRun.Outcome outcome, Workload workload) {
        long begin = workload.warmUp().toNanos();
        long end = workload.duration().toNanos();
        long count = 0;
        for (int index = 0; index < outcome.record().sent(); index++) {
            long at = outcome.record().committed().at(index);
            if (at > begin && at <= end) {
                count++;
            }
        }
        return count / ((end - begin) / 1e9);
    }
}
