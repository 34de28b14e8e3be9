package io.spillway.load.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

import io.spillway.load.history.Evidence;
import io.spillway.load.history.Findings;
import io.spillway.load.history.Verdict;
import io.spillway.load.report.Distribution;
import io.spillway.load.report.Plot;
import io.spillway.load.report.ScenarioResult;
import io.spillway.load.rig.Layout;
import io.spillway.load.rig.Rig;
import io.spillway.load.rig.Timetable;
import io.spillway.load.workload.Trouble;
import io.spillway.load.workload.Workload;

/** The first tier goes silent again and again, at three rates: how soon does the next one answer? */
final class FailoverScenario implements Scenario {

    /**
     * One of the three parts of a run.
     *
     * @param share of the duration: few requests a second need longer until enough of them have met a fault
     * @param warmUp share of the warm-up that passes before the first fault that counts
     */
    private record Pace(int rate, double share, double warmUp) {}

    /** The fastest first: it warms the code that the others run. At each, a hundred requests meet a fault. */
    private static final List<Pace> PACES = List.of(new Pace(100, 0.3, 1), new Pace(10, 0.165, 0.075), new Pace(1, 0.535, 0.075));
    /** From fault to fault: the breaker must have closed and the first tier be back in use. */
    private static final Duration EVERY = Duration.ofSeconds(14);
    private static final Duration LENGTH = Duration.ofSeconds(5);
    private static final String FAULT = "alpha hangs";
    private static final String HEALED = "alpha well again";

    @Override
    public String name() {
        return "failover";
    }

    @Override
    public String summary() {
        return "from a silent first tier to the answer of the next, at 1, 10 and 100 requests a second";
    }

    @Override
    public ScenarioResult run(ScenarioContext context) throws IOException, InterruptedException {
        Workload all = context.workload();
        Map<String, Double> measures = new LinkedHashMap<>();
        List<Distribution> distributions = new ArrayList<>();
        List<Plot> plots = new ArrayList<>();
        Map<Verdict, List<Evidence>> verdicts = new EnumMap<>(Verdict.class);
        Findings last = Findings.none();
        Duration timeout = all.providers().getFirst().timeout();
        for (Pace pace : PACES) {
            context.progress().accept("at " + pace.rate() + " requests a second");
            Duration length = share(all.duration(), pace.share());
            Duration warmUp = share(all.warmUp(), pace.warmUp());
            ScenarioContext given = context.with(all.lasting(length).at(pace.rate()));
            CheckedRun run = CheckedRun.of(given, Layout.oneProcess(), LoadRun.Watch.answersOnly(),
                    (rig, scene) -> faults(rig, scene, warmUp));
            Failovers failovers = failovers(run, event -> event.atNanos() >= warmUp.toNanos());
            measures.putAll(failovers.measures("at" + pace.rate(), timeout));
            Failovers cold = failovers(run, event -> event.atNanos() < warmUp.toNanos());
            if (cold.faults().getTotalCount() > 0) {
                measures.putAll(cold.measures("cold", timeout));
            }
            distributions.add(new Distribution("send to answer at " + pace.rate() + "/s", failovers.requests()));
            distributions.add(new Distribution("fault to first answer at " + pace.rate() + "/s", failovers.faults()));
            plots.add(Timelines.answers(run.outcome()));
            last = run.findings();
            last.verdicts()
                    .forEach((verdict, found) -> verdicts.computeIfAbsent(verdict, key -> new ArrayList<>()).addAll(found));
        }
        return new ScenarioResult(new Findings(verdicts, last.unchecked(), last.counts()), measures, distributions, plots,
                List.of("The first tier takes requests and never answers; its timeout is " + timeout.toMillis()
                        + " ms. OverTimeout is what comes on top of it, the next tier's own "
                        + all.providers().getLast().latency()
                        + " included.",
                        "Requests are those sent while the first tier was silent that tried it before the next tier answered them, "
                                + "each from its planned send to its answer; once the breaker is open, requests go to the next tier at "
                                + "once and are not among them.",
                        "Faults during the warm-up are under cold: code that has not run often is slow, that of the failover too.",
                        "FirstAnswer is one value a fault: from the fault, or from the planned send of the first request that met it "
                                + "when that is later, to the first answer of the next tier. Counts are those of the last rate."));
    }

    private static Failovers failovers(CheckedRun run, Predicate<Timetable.Event> counts) {
        List<Timetable.Event> events = run.outcome().events().stream().filter(counts).toList();
        return Failovers.of(events, FAULT, HEALED, run.record().answers(), run.record()::intendedAt);
    }

    private static Duration share(Duration whole, double share) {
        return Duration.ofMillis(Math.round(whole.toMillis() * share));
    }

    /** From the end of the warm-up on, and before it as far as there is time for a quiet beginning. */
    private static List<Timetable.Entry> faults(Rig rig, ScenarioContext context, Duration warmUp) {
        Workload workload = context.workload();
        Optional<String> first = Optional.of(workload.providers().getFirst().name());
        List<Timetable.Entry> entries = new ArrayList<>();
        Duration begin = warmUp;
        while (begin.compareTo(EVERY.multipliedBy(2)) >= 0) {
            begin = begin.minus(EVERY);
        }
        for (Duration at = begin; at.plus(LENGTH).compareTo(workload.duration()) < 0; at = at.plus(EVERY)) {
            entries.add(new Timetable.Entry(at, FAULT, false, () -> rig.simulators().behave(first, Trouble.HANG.behaviour())));
            entries.add(new Timetable.Entry(at.plus(LENGTH), HEALED, false, () -> rig.simulators().heal(first)));
        }
        return entries;
    }
}
