package io.spillway.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import io.spillway.cli.stack.StackSettings.Part;
import io.spillway.load.history.Evidence;
import io.spillway.load.history.Findings;
import io.spillway.load.history.Verdict;
import io.spillway.load.rig.AppProcess;
import io.spillway.load.rig.Layout;
import io.spillway.load.rig.Rig;
import io.spillway.load.rig.Timetable;
import io.spillway.load.workload.Workload;
import io.spillway.load.workload.WorkloadFile;

/**
 * Proof of the checker on the real system: classes of router and worker are given a defect each, and the same run that is clean without
 * it must be found out. While attempts are queued, one worker is killed and another one is stopped for longer than its leases, so that
 * every safeguard is needed.
 */
@DisplayName("Mutants of router and worker are caught")
class MutantIT {

    /** As many runs at once as two cores carry; most of a run is waiting. */
    private static final int AT_ONCE = 3;
    /** Of the deployment, and so the most calls that a strike can find in flight. */
    private static final int CONCURRENCY = 12;
    private static final Duration STRIKE = Duration.ofSeconds(3);
    /** The lease of a running call is 15 s; another worker needs a moment to make the call again. */
    private static final Duration BEYOND_LEASE = Duration.ofSeconds(19);

    /**
     * More than the deployment's concurrency, so that attempts queue at workers. Batch requests may queue until their deadline: no timeout
     * of the queue saves those that a worker has lost. The deadline is later than anything that saves them here.
     */
    private static final String WORKLOAD = """
            rate: 20
            duration: 5s
            arrival: constant
            batchShare: 0.6
            repeatShare: 0.2
            promptBytesLeast: 100
            promptBytesMost: 1000
            deadline: 30s
            patience: 45s
            settle: 4s
            partitions: 6
            providers:
              - {name: alpha, latency: 1s, tier: 0, timeout: 30s, concurrency: %d}
            """.formatted(CONCURRENCY);

    /** Defects, each at one place of the source. */
    private enum Defect {
        DEDUP_OFF(Part.ROUTER, "topology/LaneEngine.java", "if (isDuplicate(replyTo, hash, now)) {",
                "if (false) {"), COMMIT_BEFORE_STARTED(Part.WORKER, "consume/PartitionQueue.java",
                        "new OffsetAndMetadata(offsets.lowestUnstarted().orElse(position), offsets.metadata())",
                        "new OffsetAndMetadata(position)"), LEASE_IGNORED(Part.ROUTER, "topology/LaneEngine.java", """
                                fail(request, request.started ? AttemptFailure.workerLost() : AttemptFailure.queueTimeout(),
                                DecisionTrigger.LEASE_EXPIRED, now);""",
                                "open.lease(request, request.started, request.deadline.toEpochMilli());"), LATE_ANSWER_FORWARDED(
                                        Part.ROUTER, "topology/LaneEngine.java", "metrics.lateResult(what instanceof Succeeded);",
                                        """
                                                if (what instanceof Succeeded late) {
                                                    outbox.answer(new ReplyTo(event.getRequestId(), null, io.spillway.v1.state.ReplyFormat.JSON, Optional.empty(),
                                                            java.util.OptionalInt.empty(), Optional.empty(), Optional.empty()), late.getResponse(),
                                                            new Making(event.getDeployment(), 0, event.getAttempt(), late.getDurationMillis()), now);
                                                }""");

        private final Part part;
        private final String source;
        private final String snippet;
        private final String replacement;

        Defect(Part part, String source, String snippet, String replacement) {
            this.part = part;
            this.source = source;
            this.snippet = snippet;
            this.replacement = replacement;
        }

        Path file() {
            Path root = Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("../..").normalize();
            return root.resolve(part == Part.ROUTER
                    ? "router-app/src/main/java/io/spillway/router"
                    : "provider-workers/src/main/java/io/spillway/worker").resolve(source);
        }
    }

    /** With the logs of all processes, which are kept when a test fails. */
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path directory;

    private static final Map<Defect, Findings> OF_MUTANTS = new EnumMap<>(Defect.class);
    private static Findings control;

    @BeforeAll
    static void run() throws Exception {
        try (ExecutorService runs = Executors.newFixedThreadPool(AT_ONCE)) {
            Map<Defect, Future<Findings>> mutants = new EnumMap<>(Defect.class);
            // The longest first.
            for (Defect defect : List.of(Defect.LEASE_IGNORED, Defect.COMMIT_BEFORE_STARTED, Defect.LATE_ANSWER_FORWARDED,
                    Defect.DEDUP_OFF)) {
                mutants.put(defect, runs.submit(() -> run(Optional.of(defect))));
            }
            Future<Findings> clean = runs.submit(() -> run(Optional.empty()));
            for (Map.Entry<Defect, Future<Findings>> mutant : mutants.entrySet()) {
                OF_MUTANTS.put(mutant.getKey(), mutant.getValue().get());
            }
            control = clean.get();
        }
    }

    @Test
    @DisplayName("Without a defect the same run is clean, although every safeguard is needed")
    void shouldFindNothingWithoutADefect() {
        assertThat(control.verdicts()).allSatisfy((verdict, evidence) -> assertThat(evidence).as("%s", verdict).isEmpty());
        assertThat(control.counts().answered()).isEqualTo(control.counts().requests()).isGreaterThan(50);
        assertThat(control.counts().errors()).isZero();
        assertThat(control.counts().repeats()).isPositive();
        assertThat(control.counts().duplicatePaidCalls()).as("calls in flight when one worker was killed and one stopped")
                .isBetween(1L, (long) CONCURRENCY);
    }

    @Test
    @DisplayName("Dedup is off: repeated requests are answered again")
    void shouldCatchARouterThatAcceptsARequestTwice() {
        assertThat(evidence(Defect.DEDUP_OFF, Verdict.DUPLICATE)).as("%s", OF_MUTANTS.get(Defect.DEDUP_OFF)).isNotEmpty();
    }

    @Test
    @DisplayName("Offsets are committed before attempts are started: what a killed worker had queued is never called")
    void shouldCatchAWorkerThatCommitsWhatItHasNotStarted() {
        assertThat(evidence(Defect.COMMIT_BEFORE_STARTED, Verdict.UNEXPECTED))
                .as("%s", OF_MUTANTS.get(Defect.COMMIT_BEFORE_STARTED)).isNotEmpty()
                .allSatisfy(found -> assertThat(found.detail()).contains("deadline_exceeded"));
    }

    @Test
    @DisplayName("Leases do not expire: calls of a killed worker are never made again")
    void shouldCatchARouterThatWaitsForTheDead() {
        assertThat(evidence(Defect.LEASE_IGNORED, Verdict.UNEXPECTED)).as("%s", OF_MUTANTS.get(Defect.LEASE_IGNORED)).isNotEmpty()
                .allSatisfy(found -> assertThat(found.detail()).contains("deadline_exceeded"));
    }

    @Test
    @DisplayName("Late answers are forwarded: a worker that was stopped answers after another one has")
    void shouldCatchARouterThatForwardsLateAnswers() {
        assertThat(evidence(Defect.LATE_ANSWER_FORWARDED, Verdict.DUPLICATE))
                .as("%s", OF_MUTANTS.get(Defect.LATE_ANSWER_FORWARDED)).isNotEmpty();
    }

    private static List<Evidence> evidence(Defect defect, Verdict verdict) {
        return OF_MUTANTS.get(defect).of(verdict);
    }

    private static Findings run(Optional<Defect> defect) throws Exception {
        Path scratch = directory.resolve(defect.map(Defect::name).orElse("CONTROL"));
        Workload workload = WorkloadFile.parse(WORKLOAD, "mutants");
        Layout layout = Layout.processes(1, 3).withRouter(ChaosScenario.MODEST);
        if (defect.isPresent()) {
            Defect one = defect.get();
            Mutant mutant = Mutant.of(one.file(), one.snippet, one.replacement, scratch.resolve("mutant"));
            layout = layout.changing(one.part, program -> program.withFirstOnClassPath(mutant.classes()));
        }
        ScenarioContext context = new ScenarioContext(workload, 5, scratch, Map.of(), Map.of(), line -> {});
        return CheckedRun.of(context, layout, LoadRun.Watch.answersOnly(), (rig, _) -> strikes(rig)).findings();
    }

    private static List<Timetable.Entry> strikes(Rig rig) {
        AppProcess killed = rig.workers().getFirst();
        AppProcess stopped = rig.workers().get(1);
        return List.of(new Timetable.Entry(STRIKE, "kill -9 " + killed.name(), true, killed::kill),
                new Timetable.Entry(STRIKE, "kill -STOP " + stopped.name(), true, stopped::pause),
                new Timetable.Entry(STRIKE.plus(BEYOND_LEASE), "kill -CONT " + stopped.name(), true, stopped::resume));
    }
}
