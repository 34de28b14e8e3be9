package io.spillway.load.scenario;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

import io.spillway.cli.stack.StackSettings.Part;
import io.spillway.contract.Topics;
import io.spillway.load.drive.CallReports;
import io.spillway.load.history.Evidence;
import io.spillway.load.history.Findings;
import io.spillway.load.history.Verdict;
import io.spillway.load.report.ScenarioResult;
import io.spillway.load.rig.AppProcess;
import io.spillway.load.rig.Layout;
import io.spillway.load.rig.Rig;
import io.spillway.load.rig.Timetable;
import io.spillway.load.workload.LoadPlan;
import io.spillway.load.workload.PlannedRequest;
import io.spillway.load.workload.Workload;

/** Workers are killed by turns while a steady load runs: how many calls are paid twice for it? */
final class CrashesScenario implements Scenario {

    private static final int WORKERS = 2;
    private static final Duration EVERY = Duration.ofSeconds(20);
    /** Until a killed worker is started again. */
    private static final Duration AWAY = Duration.ofSeconds(3);
    private static final double PER = 100_000;
    private static final int MOST_EVIDENCE = 200;

    @Override
    public String name() {
        return "crashes";
    }

    @Override
    public String summary() {
        return "calls paid twice while a worker is killed every 20 s";
    }

    @Override
    public ScenarioResult run(ScenarioContext context) throws IOException, InterruptedException {
        List<PlannedRequest> plan = LoadPlan.of(context.workload(), context.seed());
        if (context.workload().requests() > 0) {
            plan = plan.subList(0, Math.min(plan.size(), context.workload().requests()));
        }
        List<Crashes.Kill> kills = new CopyOnWriteArrayList<>();
        Layout layout = context.on(Layout.of(EnumSet.of(Part.ROUTER, Part.HEALTH_AGGREGATOR), 0, WORKERS));
        try (Rig rig = Rig.start(context.workload(), layout, context.seed(), context.scratch(), context.progress());
                CallReports reports = CallReports.start(rig.stack().bootstrapServers(),
                        Topics.LANES.stream().map(lane -> rig.stack().topics().attemptResults(lane).name()).toList(),
                        rig.stack().serdeSettings())) {
            Duration sending = Duration.ofNanos(plan.getLast().atNanos());
            CheckedRun run = CheckedRun.on(rig, context, plan, LoadRun.Watch.answersOnly(),
                    (system, given) -> killings(system, given.workload(), sending, kills));
            Collection<CallReports.Report> told = reports.all();
            Crashes crashes = Crashes.of(told, kills);
            return result(context, run, kills, crashes,
                    crashes.unexplained(rig.simulators().paidCalls(run.record()), told));
        }
    }

    /** In a short run at least one is killed. */
    private static List<Timetable.Entry> killings(Rig rig, Workload workload, Duration sending, List<Crashes.Kill> kills) {
        Duration half = sending.minus(workload.warmUp()).dividedBy(2);
        Duration gap = half.compareTo(EVERY) < 0 ? half : EVERY;
        List<Timetable.Entry> entries = new ArrayList<>();
        int turn = 0;
        for (Duration at = workload.warmUp().plus(gap); at.compareTo(sending) < 0; at = at.plus(gap)) {
            AppProcess worker = rig.workers().get(turn++ % WORKERS);
            entries.add(new Timetable.Entry(at, "kill -9 " + worker.name(), true, () -> {
                int atProviders = rig.simulators().inFlight();
                worker.kill();
                kills.add(new Crashes.Kill(worker.name(), System.currentTimeMillis(), atProviders));
            }));
            entries.add(new Timetable.Entry(at.plus(AWAY), "start " + worker.name(), false, worker::restart));
        }
        return entries;
    }

    private static ScenarioResult result(ScenarioContext context, CheckedRun run, List<Crashes.Kill> kills, Crashes crashes,
            List<Evidence> unexplained) {
        Findings.Counts counts = run.findings().counts();
        long duplicates = counts.duplicatePaidCalls();
        boolean isWithin = duplicates <= crashes.callsInFlight();
        Map<String, Double> measures = new LinkedHashMap<>();
        measures.put("crashes", (double) kills.size());
        measures.put("callsInFlightAtCrashes", (double) crashes.callsInFlight());
        measures.put("callsInFlightAtProvidersAtCrashes", (double) kills.stream().mapToInt(Crashes.Kill::atProviders).sum());
        measures.put("duplicatesPer100000", duplicates * PER / Math.max(1, counts.requests()));
        measures.put("duplicatesNotInFlightAtCrash", (double) unexplained.size());
        measures.put("attemptsBegunAgain", (double) crashes.begunAgain());
        measures.put("withinBound", isWithin ? 1.0 : 0.0);
        ScenarioResult result = run.result(context, measures, List.of(
                "In flight at a crash is what the killed worker had put on record as begun and not as over. At providers is what all "
                        + "workers together had in flight just before.",
                "In flight at each crash: " + crashes.inFlight().stream().map(calls -> String.valueOf(calls.size()))
                        .collect(Collectors.joining(", ")) + "; killed at "
                        + kills.stream().map(kill -> kill.worker() + " " + Instant.ofEpochMilli(kill.atMillis()))
                                .collect(Collectors.joining(", "))
                        + ".",
                "A call whose worker dies is made again when its lease has run out, so it is answered late: that is the tail of the "
                        + "latencies."));
        if (isWithin) {
            return result;
        }
        List<Evidence> evidence = new ArrayList<>();
        evidence.add(new Evidence("all requests",
                duplicates + " calls were paid twice, and " + crashes.callsInFlight() + " were in flight at crashes", List.of()));
        unexplained.stream().limit(MOST_EVIDENCE).forEach(evidence::add);
        return new ScenarioResult(result.findings().with(Verdict.OVERCALL, evidence), result.measures(),
                result.distributions(), result.plots(), result.notes());
    }
}
