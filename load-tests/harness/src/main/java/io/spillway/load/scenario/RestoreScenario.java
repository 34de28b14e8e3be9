package io.spillway.load.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.spillway.cli.stack.StackSettings.Part;
import io.spillway.load.drive.Questions;
import io.spillway.load.drive.Questions.Answered;
import io.spillway.load.history.Expectation;
import io.spillway.load.history.Findings;
import io.spillway.load.history.History;
import io.spillway.load.history.HistoryChecker;
import io.spillway.load.history.Send;
import io.spillway.load.report.ScenarioResult;
import io.spillway.load.rig.AppProcess;
import io.spillway.load.rig.Layout;
import io.spillway.load.rig.Rig;
import io.spillway.load.rig.RouterLag;
import io.spillway.load.rig.Timetable;
import io.spillway.load.workload.Trouble;
import io.spillway.load.workload.Workload;
import io.spillway.load.workload.WorkloadException;

/**
 * A router that holds many open requests is killed and started again, once with its state directory and once without. The requests
 * stay open because their provider refuses; questions, which another provider may take, show when the router serves again.
 */
final class RestoreScenario implements Scenario {

    private static final String KEPT = "kept";
    private static final String WIPED = "wiped";
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration ACCEPTED_WITHIN = Duration.ofMinutes(10);
    private static final List<String> ROUTER_JVM = List.of("-Xmx1g", "-XX:+UseG1GC");

    @Override
    public String name() {
        return "restore";
    }

    @Override
    public String summary() {
        return "kill -9 of a router that holds 100,000 open requests, until it serves again";
    }

    @Override
    public ScenarioResult run(ScenarioContext given) throws IOException, InterruptedException {
        if (given.workload().requests() == 0) {
            throw new WorkloadException(name(), List.of("requests: there is nothing to hold open; set --requests above 0"));
        }
        Workload filling = given.workload()
                .lasting(Duration.ofMillis(Math.max(1, (long) (given.workload().requests() * 1000 / given.workload().rate()))));
        ScenarioContext context = given.with(filling);
        Layout layout = context.on(Layout.of(EnumSet.of(Part.HEALTH_AGGREGATOR, Part.WORKER), 1, 0)
                .changing(Part.ROUTER, program -> program.withJvm(ROUTER_JVM)));
        Map<String, Answered> restarts = new ConcurrentHashMap<>();
        try (Rig rig = Rig.start(filling, layout, context.seed(), context.scratch(), context.progress());
                Questions questions = new Questions(rig.endpoint(), Rig.ROUTE)) {
            refuse(rig, filling);
            context.progress().accept("filling the router with " + filling.requests() + " requests that nobody takes");
            LoadRun.Outcome outcome = LoadRun.go(context, rig.endpoint(), LoadRun.Watch.answersOnly(),
                    steps(rig, context, questions, restarts));
            context.progress().accept("checking the history");
            return result(context, CheckedRun.checked(outcome, check(rig, outcome, questions.sends(outcome.record()))), restarts);
        }
    }

    private static List<Timetable.Entry> steps(Rig rig, ScenarioContext context, Questions questions,
            Map<String, Answered> restarts) {
        AppProcess router = rig.routers().getFirst();
        RouterLag lag = new RouterLag(rig.endpoint(), context.router().getOrDefault("application.id", "spillway-router"));
        Duration sent = context.workload().duration().plusMillis(500);
        List<Timetable.Entry> steps = new ArrayList<>();
        steps.add(new Timetable.Entry(sent, "all sent, waiting until all are accepted", false,
                () -> lag.awaitNone(ACCEPTED_WITHIN)));
        steps.add(new Timetable.Entry(sent.plusMillis(1), "kill -9 and start, state kept", true, () -> {
            router.kill();
            restarts.put(KEPT, restart(router, questions));
        }));
        steps.add(new Timetable.Entry(sent.plusMillis(2), "kill -9 and start, state wiped", true, () -> {
            router.kill();
            rig.wipeState(router);
            restarts.put(WIPED, restart(router, questions));
        }));
        steps.add(new Timetable.Entry(sent.plusMillis(3), "providers well again", false,
                () -> rig.simulators().heal(Optional.empty())));
        return steps;
    }

    private static Answered restart(AppProcess router, Questions questions) {
        long start = System.nanoTime();
        router.restart();
        try {
            return questions.ask(start, PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the router", e);
        }
    }

    /** Everything that may take the requests of the run refuses; what may take questions only goes on. */
    private static void refuse(Rig rig, Workload workload) {
        workload.providers().stream().filter(Workload.Provider::isAllowed).forEach(
                provider -> rig.simulators().behave(Optional.of(provider.name()), Trouble.REFUSE.behaviour()));
    }

    private static Findings check(Rig rig, LoadRun.Outcome outcome, List<Send> questions) {
        History history = rig.history(outcome.record(), outcome.interruptions());
        List<Send> sends = new ArrayList<>(history.sends());
        sends.addAll(questions);
        Expectation requests = rig.expectation();
        Map<String, Set<String>> allowed = new HashMap<>(requests.deployments());
        allowed.put(Questions.ROUTE, rig.deploymentsFor("public"));
        return HistoryChecker.check(
                new History(sends, history.answers(), history.paidCalls(), history.charges(), history.interruptions()),
                new Expectation(allowed, requests.paidCallCap(), requests.outcomes(), requests.latest()));
    }

    private static ScenarioResult result(ScenarioContext context, CheckedRun run, Map<String, Answered> restarts) {
        Map<String, Double> measures = new LinkedHashMap<>();
        measures.put("openMost", (double) run.outcome().openMost());
        for (String state : List.of(KEPT, WIPED)) {
            Answered answered = restarts.getOrDefault(state, new Answered(1, List.of()));
            measures.put(state + "FirstAnswerSeconds", answered.first(PATIENCE).toMillis() / 1e3);
            measures.put(state + "AllRestoredSeconds", answered.last(PATIENCE).toMillis() / 1e3);
            measures.put(state + "Complete", answered.isComplete() ? 1.0 : 0.0);
        }
        long healed = run.outcome().events().stream().filter(event -> event.what().equals("providers well again"))
                .mapToLong(Timetable.Event::atNanos).findFirst().orElse(0);
        long last = run.record().answers().stream().mapToLong(answer -> answer.readNanos()).max().orElse(healed);
        measures.put("drainSeconds", (last - healed) / 1e9);
        return run.result(context, measures,
                List.of("Seconds from the start of the process, its JVM's start included, until a new request was answered, and until "
                        + "every partition of both lanes had answered one, which a task does only with its state restored. The "
                        + "router is a process with " + String.join(" ", ROUTER_JVM) + " and the settings it has by default. "
                        + PATIENCE.toSeconds() + " s stand for an answer that did not come.",
                        "Latencies are those of requests held open on purpose and mean nothing."));
    }
}
