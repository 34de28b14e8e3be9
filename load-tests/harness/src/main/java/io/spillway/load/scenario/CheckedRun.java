package io.spillway.load.scenario;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

import io.spillway.load.drive.Latencies;
import io.spillway.load.drive.RunRecord;
import io.spillway.load.history.Findings;
import io.spillway.load.history.HistoryChecker;
import io.spillway.load.report.Distribution;
import io.spillway.load.report.ScenarioResult;
import io.spillway.load.rig.Layout;
import io.spillway.load.rig.Rig;
import io.spillway.load.rig.Timetable;
import io.spillway.load.workload.LoadPlan;
import io.spillway.load.workload.PlannedRequest;

/** A run against the whole system, checked: what most scenarios have in common. */
final class CheckedRun {

    private final LoadRun.Outcome outcome;
    private final Findings findings;

    private CheckedRun(LoadRun.Outcome outcome, Findings findings) {
        this.outcome = outcome;
        this.findings = findings;
    }

    /** @param entries makes the timetable for the rig of this run */
    static CheckedRun of(ScenarioContext context, Layout layout, LoadRun.Watch watch,
            BiFunction<Rig, ScenarioContext, List<Timetable.Entry>> entries) throws IOException, InterruptedException {
        try (Rig rig = Rig.start(context.workload(), context.on(layout), context.seed(), context.scratch(),
                context.progress())) {
            return on(rig, context, watch, entries);
        }
    }

    /** The same on a rig that runs already. */
    static CheckedRun on(Rig rig, ScenarioContext context, LoadRun.Watch watch,
            BiFunction<Rig, ScenarioContext, List<Timetable.Entry>> entries) throws InterruptedException {
        return on(rig, context, LoadPlan.of(context.workload(), context.seed()), watch, entries);
    }

    /** The same with a plan of its own. */
    static CheckedRun on(Rig rig, ScenarioContext context, List<PlannedRequest> plan, LoadRun.Watch watch,
            BiFunction<Rig, ScenarioContext, List<Timetable.Entry>> entries) throws InterruptedException {
        context.progress().accept("sending");
        LoadRun.Outcome outcome = LoadRun.go(context, plan, rig.endpoint(), watch, entries.apply(rig, context));
        context.progress().accept("checking the history");
        return new CheckedRun(outcome,
                HistoryChecker.check(rig.history(outcome.record(), outcome.interruptions()), rig.expectation()));
    }

    /** A run whose history was put together by the scenario itself. */
    static CheckedRun checked(LoadRun.Outcome outcome, Findings findings) {
        return new CheckedRun(outcome, findings);
    }

    LoadRun.Outcome outcome() {
        return outcome;
    }

    RunRecord record() {
        return outcome.record();
    }

    Findings findings() {
        return findings;
    }

    /** From the planned send to the committed answer. */
    Distribution committed(ScenarioContext context, String name) {
        return new Distribution(name,
                Latencies.fromIntent(record(), record().committed(), context.workload().warmUp()));
    }

    /** Figures that say something about every run. */
    Map<String, Double> measures(Distribution latency) {
        Map<String, Double> measures = new LinkedHashMap<>();
        measures.put("requests", (double) findings.counts().requests());
        measures.put("answered", (double) findings.counts().answered());
        measures.put("errors", (double) findings.counts().errors());
        measures.put("paidCalls", (double) findings.counts().paidCalls());
        measures.put("duplicatePaidCalls", (double) findings.counts().duplicatePaidCalls());
        measures.put("failovers", (double) record().answers().stream().filter(answer -> answer.tier() > 0).count());
        measures.put("p50Millis", latency.millisAt(50));
        measures.put("p99Millis", latency.millisAt(99));
        return measures;
    }

    ScenarioResult result(ScenarioContext context, Map<String, Double> more, List<String> notes) {
        Distribution latency = committed(context, "request to answer");
        Map<String, Double> measures = measures(latency);
        measures.putAll(more);
        return new ScenarioResult(findings, measures, List.of(latency), List.of(Timelines.answers(outcome)), notes);
    }
}
