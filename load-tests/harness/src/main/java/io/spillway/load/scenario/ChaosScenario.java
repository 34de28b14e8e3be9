package io.spillway.load.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.spillway.load.history.Evidence;
import io.spillway.load.history.Verdict;
import io.spillway.load.report.MatrixRow;
import io.spillway.load.report.ScenarioResult;
import io.spillway.load.rig.Ground;
import io.spillway.load.rig.Layout;
import io.spillway.load.rig.MatrixLog;
import io.spillway.load.rig.Nemesis;
import io.spillway.load.rig.NemesisPlan;
import io.spillway.load.rig.Rig;
import io.spillway.load.rig.Row;
import io.spillway.load.rig.Timetable;

/** Brokers, routers, workers and the health-aggregator are processes; a seeded plan puts them through the fault matrix. */
final class ChaosScenario implements Scenario {

    private static final int ROUTERS = 2;
    private static final int WORKERS = 2;
    /** More than the load of a run writes to any file, and little enough to be filled in a second. */
    private static final int FILE_LIMIT = 24 * 1024;
    /** Every commit writes to three brokers; ten JVMs share what may be two cores. */
    static final Map<String, String> MODEST = Map.of("threads", "1", "commit.interval", "100ms");
    private static final Duration SETTLE = Duration.ofSeconds(60);

    @Override
    public String name() {
        return "chaos";
    }

    @Override
    public String summary() {
        return "the fault matrix against brokers, routers, workers and aggregator as processes, seeded, checked";
    }

    @Override
    public boolean runsOnAnyCluster() {
        return true;
    }

    @Override
    public boolean runsFaultMatrix() {
        return true;
    }

    @Override
    public ScenarioResult run(ScenarioContext context) throws IOException, InterruptedException {
        List<Row> rows = Arrays.stream(Row.values())
                .filter(row -> context.rows().isEmpty() || context.rows().contains(row.number())).toList();
        NemesisPlan plan = NemesisPlan.of(context.seed(), context.workload().duration(), rows);
        MatrixLog log = new MatrixLog();
        plan.leftOut().forEach(
                row -> log.skipped(row, "the run is too short for it: use a longer --duration, or name it with --rows"));
        Layout layout = context.on(Layout.processes(ROUTERS, WORKERS).withAggregatorProcess().withRouter(MODEST)
                .on(new Ground.Own(0)));
        if (layout.ground() instanceof Ground.Own && rows.contains(Row.BROKER_DISK_FULL)) {
            layout = layout.on(new Ground.Own(FILE_LIMIT));
        }
        if (rows.contains(Row.NETWORK_PARTED)) {
            layout = layout.withFarRouter();
        }
        if (rows.contains(Row.ROUTER_DISK_FULL)) {
            layout = layout.withSmallDisk();
        }
        try (Rig rig = Rig.start(context.workload(), layout, context.seed(), context.scratch(), context.progress())) {
            CheckedRun run = CheckedRun.on(rig, context, LoadRun.Watch.answersOnly(),
                    (system, given) -> harm(system, given, plan, log));
            log.settle(SETTLE);
            rig.meddler().review(run.record().answers(), log);
            return result(context, run, rows, log);
        }
    }

    private static List<Timetable.Entry> harm(Rig rig, ScenarioContext context, NemesisPlan plan, MatrixLog log) {
        List<Timetable.Entry> entries = new ArrayList<>(Nemesis.outages(context.workload(), rig.simulators()));
        entries.addAll(Nemesis.strikes(plan.strikes(), rig, log, false));
        return entries;
    }

    private static ScenarioResult result(ScenarioContext context, CheckedRun run, List<Row> asked, MatrixLog log) {
        List<MatrixRow> rows = rows(context.rows(), asked, log);
        Map<String, Double> measures = new LinkedHashMap<>();
        measures.put("kills", events(run, "kill -9"));
        measures.put("pauses", events(run, "kill -STOP"));
        measures.put("providerFaults", events(run, "fails"));
        for (MatrixRow.Outcome outcome : MatrixRow.Outcome.values()) {
            measures.put("rows" + outcome.name().charAt(0) + outcome.name().substring(1).toLowerCase(java.util.Locale.ROOT),
                    (double) rows.stream().filter(row -> row.outcome() == outcome).count());
        }
        double requests = Math.max(1, run.findings().counts().requests());
        measures.put("duplicatePaidCallsPer100000", run.findings().counts().duplicatePaidCalls() * 100_000 / requests);
        ScenarioResult result = run.result(context, measures,
                List.of("Paid calls beyond one per request are calls whose worker died, whose answer "
                        + "came too late, or that a router had dispatched when it died. Each must be explained by an attempt or a crash.",
                        "Rows of different lanes overlap: a broker may die while a worker is stopped. What a row did is under faultMatrix."));
        List<Evidence> problems = new ArrayList<>();
        log.problems().forEach((row, found) -> found
                .forEach(problem -> problems.add(new Evidence("row " + row.number(), problem, List.of()))));
        return new ScenarioResult(result.findings().with(Verdict.UNEXPECTED, problems), result.measures(), result.distributions(),
                result.plots(), result.notes(), rows);
    }

    private static List<MatrixRow> rows(Set<Integer> wanted, List<Row> asked, MatrixLog log) {
        List<MatrixRow> rows = new ArrayList<>();
        for (Row row : asked) {
            List<String> problems = log.problems().getOrDefault(row, List.of());
            List<String> skipped = log.skipped().getOrDefault(row, List.of());
            MatrixRow.Outcome outcome = !problems.isEmpty()
                    ? MatrixRow.Outcome.FAILED
                    : skipped.isEmpty() ? MatrixRow.Outcome.EXERCISED : MatrixRow.Outcome.SKIPPED;
            rows.add(new MatrixRow(row.number(), row.fault(), outcome, log.evidence().getOrDefault(row, List.of()),
                    problems.isEmpty() ? skipped : problems));
        }
        Row.elsewhere().stream().filter(row -> wanted.isEmpty() || wanted.contains(row.number())).forEach(row -> rows.add(
                new MatrixRow(row.number(), row.fault(), MatrixRow.Outcome.SKIPPED, List.of(), List.of(row.why()))));
        rows.sort(Comparator.comparingInt(MatrixRow::row));
        return rows;
    }

    private static double events(CheckedRun run, String word) {
        return run.outcome().events().stream().filter(event -> event.what().contains(word)).count();
    }
}
