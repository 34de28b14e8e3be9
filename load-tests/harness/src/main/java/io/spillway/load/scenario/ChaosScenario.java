package io.spillway.load.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.spillway.load.report.ScenarioResult;
import io.spillway.load.rig.AppProcess;
import io.spillway.load.rig.Layout;
import io.spillway.load.rig.Nemesis;
import io.spillway.load.rig.NemesisPlan;
import io.spillway.load.rig.Rig;
import io.spillway.load.rig.Timetable;
import io.spillway.load.workload.Workload;

/** Router and workers are processes; a seeded schedule kills and stops them and makes providers fail. */
final class ChaosScenario implements Scenario {

    private static final Duration EVERY = Duration.ofSeconds(8);
    private static final int WORKERS = 2;

    @Override
    public String name() {
        return "chaos";
    }

    @Override
    public String summary() {
        return "kill -9 and SIGSTOP of router and workers, provider faults, seeded, checked";
    }

    @Override
    public ScenarioResult run(ScenarioContext context) throws IOException, InterruptedException {
        CheckedRun run = CheckedRun.of(context, Layout.processes(1, WORKERS), LoadRun.Watch.answersOnly(), ChaosScenario::harm);
        Map<String, Double> measures = new LinkedHashMap<>();
        measures.put("kills", events(run, "kill -9"));
        measures.put("pauses", events(run, "kill -STOP"));
        measures.put("providerFaults", events(run, "fails"));
        double calls = Math.max(1, run.findings().counts().requests());
        measures.put("duplicatePaidCallsPer100000", run.findings().counts().duplicatePaidCalls() * 100_000 / calls);
        return run.result(context, measures,
                List.of("Paid calls beyond one per request are calls whose worker died, whose answer "
                        + "came too late, or that a router had dispatched when it died. Each must be explained by an attempt or a crash."));
    }

    private static double events(CheckedRun run, String word) {
        return run.outcome().events().stream().filter(event -> event.what().contains(word)).count();
    }

    private static List<Timetable.Entry> harm(Rig rig, ScenarioContext context) {
        Workload workload = context.workload();
        List<String> processes = Stream.concat(rig.routers().stream(), rig.workers().stream()).map(AppProcess::name).toList();
        List<String> providers = workload.providers().stream().filter(Workload.Provider::isAllowed).map(Workload.Provider::name)
                .toList();
        List<Timetable.Entry> entries = new ArrayList<>(Nemesis.outages(workload, rig.simulators()));
        entries.addAll(
                Nemesis.strikes(NemesisPlan.of(context.seed(), workload.duration(), processes, providers, EVERY), rig));
        return entries;
    }
}
