package io.spillway.load.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

import org.HdrHistogram.Histogram;

import io.spillway.load.history.Answer;
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

/** From a silent fault of the first tier to the first answer of the next, at three rates. */
final class FailoverScenario implements Scenario {

    private static final List<Integer> RATES = List.of(1, 10, 100);
    /** Between faults: the breaker must have closed and the first tier be back in use. */
    private static final Duration EVERY = Duration.ofSeconds(14);
    private static final Duration LENGTH = Duration.ofSeconds(4);
    private static final Duration FIRST = Duration.ofSeconds(6);
    private static final String FAULT = "alpha hangs";

    @Override
    public String name() {
        return "failover";
    }

    @Override
    public String summary() {
        return "fault to the first answer of the next tier at 1, 10 and 100 requests a second";
    }

    @Override
    public ScenarioResult run(ScenarioContext context) throws IOException, InterruptedException {
        Map<String, Double> measures = new LinkedHashMap<>();
        List<Distribution> distributions = new ArrayList<>();
        List<Plot> plots = new ArrayList<>();
        Map<Verdict, List<Evidence>> verdicts = new java.util.EnumMap<>(Verdict.class);
        Findings last = Findings.none();
        double timeout = context.workload().providers().getFirst().timeout().toMillis();
        for (int rate : RATES) {
            context.progress().accept("at " + rate + " requests a second");
            ScenarioContext given = context.with(context.workload().at(rate));
            CheckedRun run = CheckedRun.of(given, Layout.oneProcess(), LoadRun.Watch.answersOnly(), FailoverScenario::faults);
            Histogram histogram = firstAnswers(run.outcome());
            distributions.add(new Distribution("fault to answer at " + rate + "/s", histogram));
            measures.put("faultsAt" + rate, (double) histogram.getTotalCount());
            measures.put("p50MillisAt" + rate, histogram.getValueAtPercentile(50) / 1000.0);
            measures.put("p99MillisAt" + rate, histogram.getValueAtPercentile(99) / 1000.0);
            measures.put("p99OverTimeoutMillisAt" + rate, histogram.getValueAtPercentile(99) / 1000.0 - timeout);
            plots.add(Timelines.answers(run.outcome()));
            last = run.findings();
            last.verdicts()
                    .forEach((verdict, found) -> verdicts.computeIfAbsent(verdict, key -> new ArrayList<>()).addAll(found));
        }
        return new ScenarioResult(new Findings(verdicts, last.unchecked(), last.counts()), measures, distributions, plots,
                List.of("The first tier takes requests and never answers; its timeout is " + (long) timeout
                        + " ms. Time runs from the "
                        + "fault, or from the planned send of the first request that met it when that is later, to the first answer "
                        + "of the next tier. Counts are those of the last rate."));
    }

    private static List<Timetable.Entry> faults(Rig rig, ScenarioContext context) {
        Workload workload = context.workload();
        Optional<String> first = Optional.of(workload.providers().getFirst().name());
        List<Timetable.Entry> entries = new ArrayList<>();
        for (Duration at = FIRST; at.plus(LENGTH).compareTo(workload.duration()) < 0; at = at.plus(EVERY)) {
            entries.add(new Timetable.Entry(at, FAULT, false, () -> rig.simulators().behave(first, Trouble.HANG.behaviour())));
            entries.add(new Timetable.Entry(at.plus(LENGTH), "alpha well again", false, () -> rig.simulators().heal(first)));
        }
        return entries;
    }

    /** One value a fault, in microseconds. */
    private static Histogram firstAnswers(LoadRun.Outcome outcome) {
        Histogram histogram = new Histogram(Duration.ofMinutes(10).toNanos() / 1000, 3);
        TreeSet<Long> faults = new TreeSet<>();
        outcome.events().stream().filter(event -> event.what().equals(FAULT)).forEach(event -> faults.add(event.atNanos()));
        for (long fault : faults) {
            long next = Optional.ofNullable(faults.higher(fault)).orElse(Long.MAX_VALUE);
            outcome.record().answers().stream().filter(answer -> answer.readNanos() > fault && answer.readNanos() < next)
                    .filter(answer -> answer.outcome().equals(Answer.OK) && answer.tier() > 0).findFirst()
                    .ifPresent(answer -> {
                        long begin = Math.max(fault, outcome.record().intendedAt(answer.id()));
                        histogram.recordValue(Math.max(0, (answer.readNanos() - begin) / 1000));
                    });
        }
        return histogram;
    }
}
