package io.spillway.load.scenario;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.spillway.load.history.Answer;
import io.spillway.load.history.Evidence;
import io.spillway.load.history.Expectation;
import io.spillway.load.history.Findings;
import io.spillway.load.history.HistoryChecker;
import io.spillway.load.history.Verdict;
import io.spillway.load.report.Distribution;
import io.spillway.load.report.Plot;
import io.spillway.load.report.ScenarioResult;
import io.spillway.load.rig.Layout;
import io.spillway.load.rig.Rig;
import io.spillway.load.rig.Timetable;
import io.spillway.load.workload.ArrivalTrace;
import io.spillway.load.workload.Incident;
import io.spillway.load.workload.IncidentTimeline;
import io.spillway.load.workload.PlannedRequest;
import io.spillway.load.workload.Workload;
import io.spillway.simulator.Behaviour;
import io.spillway.simulator.Latency;

/** Replays what providers published about their incidents, and counts what callers would have seen of them. */
final class IncidentsScenario implements Scenario {

    /** An hour with an incident lasts so long in a run. */
    private static final Duration HOUR = Duration.ofSeconds(4);
    /** Who waited longer was kept waiting by an incident. */
    private static final Duration PROMPT = Duration.ofSeconds(1);
    /** The third provider has the first one's incidents of a year before: as frequent, and independent. */
    private static final Duration YEAR = Duration.ofDays(365);
    private static final String THIRD = "third";
    /** Deadline errors are what an outage looks like to a caller; they are counted, not judged. */
    private static final Set<String> OUTCOMES = Set.of(Answer.OK, "deadline_exceeded", "all_providers_unavailable");

    @Override
    public String name() {
        return "incidents";
    }

    @Override
    public String summary() {
        return "availability through real incidents with 1, 2 and 3 providers (--file incidents=CSV --file arrivals=CSV)";
    }

    @Override
    public Set<String> files() {
        return Set.of("incidents", "arrivals");
    }

    @Override
    public ScenarioResult run(ScenarioContext context) throws IOException, InterruptedException {
        Workload all = context.workload();
        List<Incident> incidents = incidents(context.file("incidents"), all);
        List<IncidentTimeline.Phase> phases = IncidentTimeline.of(incidents, all.duration(), HOUR);
        List<PlannedRequest> plan = ArrivalTrace.plan(context.file("arrivals"), all.rate(), all.duration());
        context.progress().accept(phases.size() + " of " + incidents.size() + " incidents fit, " + plan.size() + " requests");
        List<Workload.Provider> remote = all.providers().stream().filter(provider -> !provider.lastResort()).toList();
        List<Workload.Provider> local = all.providers().stream().filter(Workload.Provider::lastResort).toList();
        Map<String, Double> measures = new LinkedHashMap<>();
        measures.put("incidents", (double) phases.size());
        Map<Verdict, List<Evidence>> verdicts = new EnumMap<>(Verdict.class);
        List<Plot> plots = new ArrayList<>();
        List<Distribution> distributions = new ArrayList<>();
        Findings last = Findings.none();
        for (int count = 1; count <= remote.size(); count++) {
            for (boolean isHelped : new boolean[]{false, true}) {
                List<Workload.Provider> some = new ArrayList<>(remote.subList(0, count));
                some.addAll(isHelped ? local : List.of());
                String label = count + (isHelped ? "WithLocal" : "");
                context.progress().accept("providers: " + some.stream().map(Workload.Provider::name).toList());
                ScenarioContext given = context.with(all.with(some));
                last = replay(given, plan, phases, label, measures, plots, distributions);
                last.verdicts()
                        .forEach((verdict, found) -> verdicts.computeIfAbsent(verdict, key -> new ArrayList<>()).addAll(found));
            }
        }
        return new ScenarioResult(new Findings(verdicts, last.unchecked(), last.counts()), measures, distributions, plots,
                List.of("An hour with an incident lasts " + HOUR.toSeconds()
                        + " s here, quiet time is cut to 1.5 s, and time in which nothing changes to 5 s: availability is "
                        + "that of bad times, and the seconds a breaker takes count for more than they would in real time.",
                        "Impact 1 makes 30 % of calls fail, 2 makes 80 % fail, 3 all. Availability is the share of requests answered within "
                                + all.deadline().toSeconds()
                                + " s, their deadline; the others got an error. Prompt is the share answered within "
                                + PROMPT.toSeconds()
                                + " s: what lies between waited until an incident was over, a retry met with luck, or the "
                                + "local last resort was asked. The third provider has the first one's incidents of a year before."));
    }

    private static Findings replay(ScenarioContext context, List<PlannedRequest> plan, List<IncidentTimeline.Phase> phases,
            String label, Map<String, Double> measures, List<Plot> plots, List<Distribution> distributions)
            throws IOException, InterruptedException {
        Workload workload = context.workload();
        try (Rig rig = Rig.start(workload, Layout.oneProcess().withRouter(context.router()), context.seed(), context.scratch(),
                context.progress())) {
            LoadRun.Outcome outcome = LoadRun.go(context, plan, rig.endpoint(), LoadRun.Watch.answersOnly(),
                    entries(phases, rig, workload));
            Expectation strict = rig.expectation();
            Findings findings = HistoryChecker.check(rig.history(outcome.record(), outcome.interruptions()),
                    new Expectation(strict.deployments(), strict.paidCallCap(), OUTCOMES, strict.latest()));
            List<Answer> answered = outcome.record().answers().stream().filter(answer -> answer.outcome().equals(Answer.OK))
                    .toList();
            double prompt = answered.stream().filter(answer -> answer.readNanos()
                    - outcome.record().intendedAt(answer.id()) <= PROMPT.toNanos()).count();
            double requests = Math.max(1, findings.counts().requests());
            measures.put("availability" + label, answered.size() / requests);
            measures.put("prompt" + label, prompt / requests);
            measures.put("errors" + label, (double) findings.counts().errors());
            measures.put("paidCallsPerRequest" + label, findings.counts().paidCalls() / requests);
            plots.add(Timelines.answers(outcome));
            distributions.add(new Distribution("providers " + label,
                    io.spillway.load.drive.Latencies.fromIntent(outcome.record(), outcome.record().committed(), Duration.ZERO)));
            return findings;
        }
    }

    private static List<Incident> incidents(Path file, Workload workload) throws IOException {
        List<Incident> published = Incident.read(file);
        List<Incident> all = new ArrayList<>(published);
        String first = workload.providers().getFirst().name();
        published.stream().filter(incident -> incident.provider().equals(first)).forEach(incident -> all
                .add(new Incident(THIRD, incident.start().plus(YEAR), incident.end().plus(YEAR), incident.level())));
        Set<String> names = Set.copyOf(workload.providers().stream().map(Workload.Provider::name).toList());
        java.time.Instant end = published.getLast().end();
        all.removeIf(incident -> !names.contains(incident.provider()) || incident.start().isAfter(end));
        all.sort(Comparator.comparing(Incident::start));
        return all;
    }

    private static List<Timetable.Entry> entries(List<IncidentTimeline.Phase> phases, Rig rig, Workload workload) {
        List<Timetable.Entry> entries = new ArrayList<>();
        for (IncidentTimeline.Phase phase : phases) {
            Optional<Workload.Provider> provider = workload.providers().stream()
                    .filter(one -> one.name().equals(phase.provider())).findFirst();
            if (provider.isPresent()) {
                Optional<String> name = Optional.of(phase.provider());
                Behaviour impaired = impaired(phase.level(), Latency.parse(provider.get().latency()));
                entries.add(new Timetable.Entry(phase.from(), phase.provider() + " impact " + phase.level(), false,
                        () -> rig.simulators().behave(name, impaired)));
                entries.add(new Timetable.Entry(phase.to(), phase.provider() + " well again", false,
                        () -> rig.simulators().heal(name)));
            }
        }
        return entries;
    }

    private static Behaviour impaired(int level, Latency latency) {
        return switch (level) {
            case 1 -> Behaviour.failing(0.3, new Behaviour.ErrorStatus(500, "", ""), latency);
            case 2 -> Behaviour.failing(0.8, new Behaviour.ErrorStatus(503, "", ""), latency);
            default -> new Behaviour.Outage(Behaviour.Outage.Mode.UNAVAILABLE);
        };
    }
}
