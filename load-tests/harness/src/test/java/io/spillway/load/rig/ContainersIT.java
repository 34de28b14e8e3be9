package io.spillway.load.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.spillway.cli.config.CatalogueDefaults;
import io.spillway.load.drive.Endpoint;
import io.spillway.load.drive.OpenLoopDriver;
import io.spillway.load.drive.RunRecord;
import io.spillway.load.history.Answer;
import io.spillway.load.history.Expectation;
import io.spillway.load.history.Findings;
import io.spillway.load.history.HistoryChecker;
import io.spillway.load.history.Interruption;
import io.spillway.load.history.Verdict;
import io.spillway.load.workload.LoadPlan;
import io.spillway.load.workload.Workload;
import io.spillway.load.workload.WorkloadFile;

/** The images, each application in a container, while containers stand still and lose their network. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContainersIT {

    private static final long SEED = 11;
    /** A worker stands still for longer than its lease; then the other one, and then the router, are alone for a while. */
    private static final Duration WORKER_PAUSED = Duration.ofSeconds(4);
    private static final Duration WORKER_RESUMED = Duration.ofSeconds(24);
    private static final Duration WORKER_CUT = Duration.ofSeconds(27);
    private static final Duration WORKER_BACK = Duration.ofSeconds(35);
    private static final Duration ROUTER_CUT = Duration.ofSeconds(38);
    private static final Duration ROUTER_BACK = Duration.ofSeconds(47);
    /** Longer than any call takes, and shorter than a session. */
    private static final Duration DELAY = Duration.ofSeconds(4);
    /** What was under way when a container lost its network may still arrive. */
    private static final Duration ECHO = Duration.ofSeconds(2);
    private static final long ENDED = 0;
    private static final long STOPPED_BY_SIGTERM = 143;
    private static final String WORKLOAD = """
            rate: 20
            duration: 52s
            batchShare: 0.2
            repeatShare: 0.05
            promptBytesLeast: 200
            promptBytesMost: 2000
            deadline: 5m
            patience: 75s
            settle: 3s
            providers:
              - {name: alpha, api: openai, latency: "lognormal:600ms,0.4,2000ms", tier: 0, timeout: 3s}
              - {name: beta, api: anthropic, latency: "lognormal:600ms,0.4,2000ms", tier: 1, timeout: 3s}
              - {name: gamma, api: openai, latency: 10ms, tier: 2, timeout: 3s, dataClasses: [public]}
            """;

    private final Workload workload = WorkloadFile.parse(WORKLOAD, "containers");
    private ContainerStage stage;

    @BeforeAll
    void open() throws Exception {
        Optional<String> obstacle = Containers.obstacle();
        assumeTrue(obstacle.isEmpty(), () -> "containers are not tested: " + obstacle.orElseThrow());
        Path directory = Files.createDirectories(Path.of("target", "containers", Instant.now().toString().replace(':', '-')))
                .toAbsolutePath();
        Optional<ContainerStage> opened = ContainerStage.open(directory, workload, SEED);
        assumeTrue(opened.isPresent(), "containers are not tested: their engine runs on another machine");
        stage = opened.orElseThrow();
    }

    @AfterAll
    void close() {
        if (stage != null) {
            stage.close();
        }
    }

    @Test
    void shouldAnswerEveryRequestOnceWhenContainersPauseAndLoseTheirNetwork() throws Exception {
        // Given
        Containers containers = stage.containers();
        stage.start("aggregator");
        stage.start("router");
        stage.start("worker-1", "worker");
        stage.start("worker-2", "worker");
        Readiness.await(stage.endpoint(), Duration.ofMinutes(2));
        stage.simulators().forget();
        String addressOfWorker1 = containers.address("worker-1");
        String addressOfWorker2 = containers.address("worker-2");
        Map<String, Boolean> faults = new LinkedHashMap<>();
        List<Timetable.Entry> entries = List.of(
                crash(WORKER_PAUSED, "pause worker-1", () -> containers.pause("worker-1")),
                end(WORKER_RESUMED, "resume worker-1", () -> {
                    faults.put("worker-1 is paused", containers.isPaused("worker-1"));
                    faults.put("worker-1 was given up", !stage.hasPartitions(addressOfWorker1));
                    containers.resume("worker-1");
                }),
                crash(WORKER_CUT, "cut worker-2", () -> containers.cut("worker-2")),
                end(WORKER_BACK, "join worker-2", () -> {
                    faults.put("worker-2 is cut off", !containers.isConnected("worker-2"));
                    faults.put("worker-2 was given up", !stage.hasPartitions(addressOfWorker2));
                    containers.join("worker-2");
                }),
                crash(ROUTER_CUT, "cut router", () -> containers.cut("router")),
                end(ROUTER_BACK, "join router", () -> {
                    faults.put("router is cut off", !containers.isConnected("router"));
                    containers.join("router");
                }));

        // When
        RunRecord record = new RunRecord("boxes", Rig.ROUTE, LoadPlan.of(workload, SEED));
        List<Timetable.Event> events = run(stage.endpoint(), record, entries);

        // Then
        assertThat(events).hasSize(entries.size());
        assertThat(faults).hasSize(5).allSatisfy((fault, happened) -> assertThat(happened).as(fault).isTrue());
        List<Interruption> crashes = events.stream().filter(Timetable.Event::crash)
                .map(event -> new Interruption(event.what(), event.atNanos())).toList();
        Findings findings = HistoryChecker.check(
                record.history(stage.simulators().paidCalls(record), Optional.empty(), crashes), expectation());
        Map<String, Long> effects = new LinkedHashMap<>();
        effects.put("retried", record.answers().stream().filter(answer -> answer.attempts() > 1).count());
        effects.put("delayed by the pause", delayed(record, WORKER_PAUSED, WORKER_RESUMED));
        effects.put("delayed by the cut of a worker", delayed(record, WORKER_CUT, WORKER_BACK));
        effects.put("delayed by the cut of the router", delayed(record, ROUTER_CUT, ROUTER_BACK));
        System.out.println(findings.counts() + ", " + effects);
        assertThat(findings.verdicts()).allSatisfy((verdict, evidence) -> assertThat(evidence).as("%s", verdict).isEmpty());
        assertThat(findings.unchecked()).containsOnly(Verdict.MISCHARGE);
        assertThat(findings.counts().requests()).isGreaterThan(600);
        assertThat(findings.counts().answered()).isEqualTo(findings.counts().requests());
        assertThat(effects).allSatisfy((effect, requests) -> assertThat(requests).as(effect).isPositive());
        assertThat(record.answers()).as("answers of a router without a network")
                .noneMatch(answer -> answer.readNanos() > ROUTER_CUT.plus(ECHO).toNanos()
                        && answer.readNanos() < ROUTER_BACK.toNanos());
        for (String name : List.of("worker-1", "worker-2", "router", "aggregator")) {
            assertThat(containers.stop(name)).as("exit code of %s", name).isIn(ENDED, STOPPED_BY_SIGTERM);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"router", "worker", "aggregator"})
    void shouldRunAsNobodyAndEndInTimeWhenAskedTo(String application) throws Exception {
        // Given
        Containers containers = stage.containers();
        Set<String> earlier = stage.members();
        stage.start(application);
        stage.awaitMemberBeside(earlier);

        // When
        List<String> users = containers.users(application);
        long exitCode = containers.stop(application);

        // Then
        assertThat(users).containsExactly("65532");
        assertThat(exitCode).as("137 is a kill after %d s", Containers.STOP_SECONDS).isIn(ENDED, STOPPED_BY_SIGTERM);
    }

    /** How many requests of a time waited for somebody to be given up. */
    private static long delayed(RunRecord record, Duration from, Duration to) {
        return record.answers().stream().filter(answer -> {
            long at = record.intendedAt(answer.id());
            return at > from.toNanos() && at < to.toNanos() && answer.readNanos() - at > DELAY.toNanos();
        }).count();
    }

    private List<Timetable.Event> run(Endpoint endpoint, RunRecord record, List<Timetable.Entry> entries)
            throws InterruptedException {
        OpenLoopDriver.Options options = new OpenLoopDriver.Options(0, 0, false, false, workload.deadline());
        try (OpenLoopDriver driver = new OpenLoopDriver(endpoint, record, options)) {
            driver.start();
            try (Timetable timetable = Timetable.start(entries, record, System.out::println)) {
                driver.send();
                timetable.await();
                driver.awaitAnswers(workload.patience(), () -> {});
                TimeUnit.NANOSECONDS.sleep(workload.settle().toNanos());
                return timetable.events();
            }
        }
    }

    private Expectation expectation() {
        Set<String> allowed = Set.of("alpha-1", "beta-1");
        int tiers = (int) workload.providers().stream().mapToInt(Workload.Provider::tier).distinct().count();
        // The cap bounds failed calls that may be billed; the successful one comes on top.
        return new Expectation(Map.of(Rig.ROUTE, allowed), CatalogueDefaults.maxPaidCalls(tiers) + 1, Set.of(Answer.OK),
                workload.deadline().plus(Duration.ofSeconds(30)));
    }

    /** What interrupts a process: a call in flight may be made once more. */
    private static Timetable.Entry crash(Duration at, String what, Runnable action) {
        return new Timetable.Entry(at, what, true, action);
    }

    /** What ends it interrupts nothing. */
    private static Timetable.Entry end(Duration at, String what, Runnable action) {
        return new Timetable.Entry(at, what, false, action);
    }
}
