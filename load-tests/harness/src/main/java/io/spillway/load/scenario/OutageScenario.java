package io.spillway.load.scenario;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.spillway.load.history.Verdict;
import io.spillway.load.report.ScenarioResult;
import io.spillway.load.rig.Layout;
import io.spillway.load.rig.Nemesis;
import io.spillway.load.rig.Rig;
import io.spillway.load.rig.Timetable;
import io.spillway.load.workload.Workload;

/** Everything is down for long; then everything comes back, and what piled up must drain without knocking it over again. */
final class OutageScenario implements Scenario {

    @Override
    public String name() {
        return "outage";
    }

    @Override
    public String summary() {
        return "a total outage under load, then the drain";
    }

    @Override
    public boolean runsOnAnyCluster() {
        return true;
    }

    @Override
    public ScenarioResult run(ScenarioContext context) throws IOException, InterruptedException {
        Workload workload = context.workload();
        long refused;
        CheckedRun run;
        try (Rig rig = Rig.start(workload, context.on(Layout.oneProcess()), context.seed(), context.scratch(),
                context.progress())) {
            run = CheckedRun.on(rig, context, LoadRun.Watch.answersOnly(),
                    (system, given) -> Nemesis.outages(given.workload(), system.simulators()));
            refused = rig.simulators().refusedForLimits();
        }
        long healed = run.outcome().events().stream().filter(event -> event.what().endsWith("well again"))
                .mapToLong(Timetable.Event::atNanos).max().orElse(0);
        long sendEnd = workload.duration().toNanos();
        long drained = run.record().answers().stream().mapToLong(answer -> answer.readNanos()).max().orElse(0);
        Map<String, Double> measures = new LinkedHashMap<>();
        measures.put("lost", (double) run.findings().of(Verdict.LOST).size());
        measures.put("openMost", (double) run.outcome().openMost());
        measures.put("firstAnswerAfterRecoverySeconds", run.record().answers().stream().mapToLong(answer -> answer.readNanos())
                .filter(at -> at > healed).min().orElse(healed) / 1e9 - healed / 1e9);
        measures.put("drainSeconds", (drained - healed) / 1e9);
        measures.put("drainPerSecond", run.record().answers().stream().filter(answer -> answer.readNanos() > healed).count()
                / Math.max(0.001, (drained - healed) / 1e9));
        measures.put("sendEndsSecondsAfterRecovery", (sendEnd - healed) / 1e9);
        measures.put("refusedForLimits", (double) refused);
        return run.result(context, measures,
                List.of("Providers refuse calls above their concurrency; refusedForLimits counts those. A second outage would show "
                        + "as refused calls and as a gap in the answers after the recovery."));
    }
}
