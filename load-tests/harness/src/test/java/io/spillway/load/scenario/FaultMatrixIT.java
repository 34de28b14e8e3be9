package io.spillway.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.spillway.cli.command.KafkaConnection;
import io.spillway.contract.DeploymentStates;
import io.spillway.contract.TableFollower;
import io.spillway.contract.serde.AvroSerdes;
import io.spillway.load.drive.RunRecord;
import io.spillway.load.history.Answer;
import io.spillway.load.history.Findings;
import io.spillway.load.history.Verdict;
import io.spillway.load.rig.AppProcess;
import io.spillway.load.rig.Ground;
import io.spillway.load.rig.Layout;
import io.spillway.load.rig.MatrixLog;
import io.spillway.load.rig.Nemesis;
import io.spillway.load.rig.NemesisPlan.Strike;
import io.spillway.load.rig.Rig;
import io.spillway.load.rig.Row;
import io.spillway.load.rig.Timetable;
import io.spillway.load.workload.Workload;
import io.spillway.load.workload.WorkloadFile;
import io.spillway.v1.BreakerState;
import io.spillway.v1.DeploymentState;
import io.spillway.v1.Lane;

/**
 * Rows of the fault matrix that need processes, struck in one run against three brokers, two routers, two workers and an aggregator: each
 * test looks at what one row did to it. That every row was really struck is part of each.
 */
@DisplayName("Fault matrix on processes")
class FaultMatrixIT {

    private static final int FILE_LIMIT = 16 * 1024;
    /**
     * When each row strikes. From the return of the killed broker until the disk fills nobody holds the routers up: leases of the stopped
     * worker run out then, and a router that starts anew would give them more time.
     */
    private static final Map<Row, Integer> SECONDS = Map.ofEntries(Map.entry(Row.WORKER_PAUSED, 5),
            Map.entry(Row.BROKER_KILLED, 6), Map.entry(Row.AGGREGATOR_GONE, 7), Map.entry(Row.OTHER_BODY, 8),
            Map.entry(Row.EVENTS_REPLAYED, 9), Map.entry(Row.POISON, 10), Map.entry(Row.OVERSIZE, 11),
            Map.entry(Row.BROKER_DISK_FULL, 33), Map.entry(Row.ROUTERS_ROLLED, 34), Map.entry(Row.BROKERS_LOST, 48));
    private static final Duration SENDING = Duration.ofSeconds(60);
    /** In flight at two workers with half of the partitions each: all of them at one is a chance of 1 in 2048. */
    private static final int CALLS = 12;
    private static final String SKEWED = "skewed";
    private static final String WORKERS = "spillway-worker-";

    @TempDir
    static Path directory;

    private static final MatrixLog LOG = new MatrixLog();
    private static Rig rig;
    private static LoadRun.Outcome outcome;
    private static Findings findings;

    @BeforeAll
    static void strike() throws Exception {
        Workload chaos = WorkloadFile.builtIn("chaos").lasting(SENDING).at(20);
        Workload workload = chaos.with(chaos.providers().stream().map(FaultMatrixIT::slower).toList());
        ScenarioContext context = new ScenarioContext(workload, 11, directory, Map.of(), Map.of(), line -> {});
        Layout layout = Layout.processes(2, 1).withAggregatorProcess().withRouter(ChaosScenario.MODEST)
                .on(new Ground.Own(FILE_LIMIT));
        rig = Rig.start(workload, layout, context.seed(), directory, line -> {});
        // While the other worker is stopped, this one alone does all the work, a quarter of an hour ahead of everybody.
        rig.stack().startWorker(SKEWED, InstantSource.offset(InstantSource.system(), Duration.ofMinutes(15)));
        awaitBothWorkers(2 * workload.providers().size());
        List<Strike> plan = new ArrayList<>();
        SECONDS.forEach((row, second) -> plan.add(new Strike(Duration.ofSeconds(second), row, row.ordinal())));
        CheckedRun run = CheckedRun.on(rig, context, LoadRun.Watch.answersOnly(),
                (system, given) -> Stream
                        .concat(Stream.of(callsInFlight(workload.partitions())),
                                Nemesis.strikes(plan, system, LOG, true).stream())
                        .toList());
        outcome = run.outcome();
        findings = run.findings();
        LOG.settle(Duration.ofSeconds(30));
        rig.meddler().review(run.record().answers(), LOG);
    }

    /** Long enough that a worker has calls in flight whenever it is stopped. */
    private static Workload.Provider slower(Workload.Provider one) {
        return new Workload.Provider(one.name(), one.api(), "lognormal:800ms,0.4,2500ms", one.tier(), one.timeout(),
                one.concurrency(), one.maxConcurrent(), one.dataClasses(), one.lastResort());
    }

    /** Until both workers have partitions of every topic of attempts, for good. */
    private static void awaitBothWorkers(int groupsOfWorkers) {
        try (Admin admin = admin()) {
            await("both workers have partitions").atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> {
                List<String> groups = admin.listGroups().all().get().stream().map(GroupListing::groupId)
                        .filter(group -> group.startsWith(WORKERS)).toList();
                return groups.size() >= groupsOfWorkers
                        && admin.describeConsumerGroups(groups).all().get().values().stream().allMatch(FaultMatrixIT::isDealtOut);
            });
        }
    }

    private static boolean isDealtOut(ConsumerGroupDescription group) {
        return group.groupState() == GroupState.STABLE && group.members().size() == 2
                && group.members().stream().noneMatch(member -> member.assignment().topicPartitions().isEmpty());
    }

    /** Before the first strike: what strikes an idle worker shows nothing. */
    private static Timetable.Entry callsInFlight(int partitions) {
        return Timetable.Entry.waiting(Duration.ofSeconds(4), "both workers have calls in flight", () -> {
            try (Admin admin = admin()) {
                Map<TopicPartition, Long> before = begun(admin, partitions);
                await("both workers have calls in flight").atMost(Duration.ofSeconds(20)).ignoreExceptions()
                        .until(() -> begun(admin, partitions).entrySet().stream()
                                .allMatch(now -> now.getValue() >= before.getOrDefault(now.getKey(), 0L) + CALLS / 2)
                                && rig.simulators().inFlight() >= CALLS);
            }
        });
    }

    /** How far the calls of the first tier were begun, by partition, of which each worker has one: an offset is committed at the start. */
    private static Map<TopicPartition, Long> begun(Admin admin, int partitions) {
        Map<TopicPartition, Long> begun = new HashMap<>();
        String topic = rig.stack().topics().attempts("alpha", Lane.INTERACTIVE).name();
        for (int partition = 0; partition < partitions; partition++) {
            begun.put(new TopicPartition(topic, partition), 0L);
        }
        KafkaConnection
                .await(admin.listConsumerGroupOffsets(WORKERS + "alpha").partitionsToOffsetAndMetadata(), "reading offsets")
                .forEach((partition, committed) -> begun.put(partition, committed.offset()));
        return begun;
    }

    private static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", rig.stack().bootstrapServers()));
    }

    @AfterAll
    static void stop() {
        if (rig != null) {
            rig.close();
        }
    }

    @Test
    @DisplayName("Rows 1, 2, 4, 6, 22, 23, 26: every request is answered once, within its deadline, by those who may, and paid within bounds")
    void shouldKeepEveryPromiseThroughAllOfIt() {
        assertThat(findings.verdicts()).allSatisfy((verdict, evidence) -> assertThat(evidence).as("%s", verdict).isEmpty());
        assertThat(findings.unchecked()).containsOnly(Verdict.MISCHARGE);
        assertThat(findings.counts().requests()).isGreaterThan(500);
        assertThat(findings.counts().answered()).isEqualTo(findings.counts().requests());
    }

    @Test
    @DisplayName("Row 1: one of three brokers is killed")
    void shouldGoOnWithTwoBrokersWhenOneIsKilled() {
        wasStruck(Row.BROKER_KILLED, 2);
        assertThat(answersBetween(at(Row.BROKER_KILLED, "kill -9"), at(Row.BROKER_KILLED, "start"))).isPositive();
    }

    @Test
    @DisplayName("Row 2: two of three brokers are killed, nothing moves, and all goes on when they are back")
    void shouldStandStillWithOneBrokerAndGoOnAfterwards() {
        wasStruck(Row.BROKERS_LOST, 4);
        long killed = at(Row.BROKERS_LOST, "kill -9");
        long back = at(Row.BROKERS_LOST, "start");
        // What was committed before may be read a little later.
        assertThat(answersBetween(killed + Duration.ofSeconds(1).toNanos(), back)).isZero();
        assertThat(answersBetween(back, Long.MAX_VALUE)).isPositive();
    }

    @Test
    @DisplayName("Row 4: routers are restarted one after the other")
    void shouldHandRequestsOverWhenRoutersAreRestartedInTurn() {
        wasStruck(Row.ROUTERS_ROLLED, 4);
        assertThat(rig.routers()).allMatch(AppProcess::isAlive);
    }

    @Test
    @DisplayName("Row 6: a worker is stopped for longer than its leases, and its late results reach nobody")
    void shouldNotLetAZombieAnswer() {
        wasStruck(Row.WORKER_PAUSED, 2);
        long stopped = at(Row.WORKER_PAUSED, "kill -STOP");
        RunRecord record = outcome.record();
        // Calls that the stopped worker had begun were taken for lost and made again: without that, its own late results would be the
        // answers, each of a first attempt.
        List<Answer> taken = record.answers().stream().filter(answer -> answer.attempts() > 1
                && record.intendedAt(answer.id()) < stopped + Duration.ofSeconds(2).toNanos()
                && answer.readNanos() > stopped + Duration.ofSeconds(10).toNanos()).toList();
        assertThat(taken).isNotEmpty();
        assertThat(findings.counts().duplicatePaidCalls()).isPositive();
    }

    @Test
    @DisplayName("Row 7: finished ids are sent again, with the same body and with another")
    void shouldReportAConflictAndServeNothingTwice() {
        wasStruck(Row.OTHER_BODY, 2);
        long conflicts = outcome.record().answers().stream().filter(answer -> answer.outcome().equals(Answer.CONFLICT)).count();
        assertThat(conflicts).isPositive().isEqualTo(findings.counts().errors());
    }

    @Test
    @DisplayName("Row 8: attempt results and telemetry are written again, backwards")
    void shouldIgnoreEventsOfThePast() {
        wasStruck(Row.EVENTS_REPLAYED, 1);
        assertThat(findings.of(Verdict.DUPLICATE)).isEmpty();
        assertThat(findings.of(Verdict.MUTATED)).isEmpty();
    }

    @Test
    @DisplayName("Row 22: the aggregator is killed and comes back with nothing")
    void shouldServeWithoutAggregatorAndLearnAnewFromTelemetry() {
        wasStruck(Row.AGGREGATOR_GONE, 2);
        assertThat(answersBetween(at(Row.AGGREGATOR_GONE, "kill -9"), at(Row.AGGREGATOR_GONE, "start"))).isPositive();
        // It speaks again, and has not taken everybody for ill.
        try (AvroSerdes serdes = AvroSerdes.create(rig.stack().serdeSettings());
                TableFollower<DeploymentStates> table = states(serdes)) {
            table.start(Duration.ofSeconds(20));
            String alpha = "alpha-1";
            DeploymentState before = table.get().byDeployment().get(alpha);
            await().atMost(Duration.ofSeconds(30)).until(
                    () -> !table.get().byDeployment().get(alpha).getComputedAt().equals(before.getComputedAt()));
            assertThat(table.get().byDeployment()).containsKeys(alpha, "beta-1");
            assertThat(table.get().byDeployment().values()).extracting(DeploymentState::getBreaker)
                    .doesNotContain(BreakerState.OPEN);
        }
    }

    @Test
    @DisplayName("Row 23: the clock of a worker is a quarter of an hour ahead")
    void shouldServeByTheBrokersClockWhenTheWorkersIsWrong() {
        long stopped = at(Row.WORKER_PAUSED, "kill -STOP") + Duration.ofSeconds(7).toNanos();
        // Deadlines are nine minutes away: by its own clock every one of these had passed.
        assertThat(answersBetween(stopped, at(Row.WORKER_PAUSED, "kill -CONT"))).isPositive();
    }

    @Test
    @DisplayName("Row 24: poison on every topic that is consumed")
    void shouldDeadLetterPoisonEverywhere() {
        wasStruck(Row.POISON, 2);
        assertThat(LOG.evidence().get(Row.POISON).getLast()).matches("(\\d+) of \\1 poison records are dead letters");
    }

    @Test
    @DisplayName("Row 25: prompts that are too large")
    void shouldRefuseAPromptThatIsTooLarge() {
        wasStruck(Row.OVERSIZE, 2);
    }

    @Test
    @DisplayName("Row 26: the disk of a broker is full")
    void shouldGoOnWhenABrokerFallsForWantOfSpace() {
        wasStruck(Row.BROKER_DISK_FULL, 3);
        assertThat(rig.process("broker-3").isAlive()).isTrue();
    }

    private static void wasStruck(Row row, int steps) {
        assertThat(LOG.skipped()).as("skipped rows").doesNotContainKey(row);
        assertThat(LOG.problems()).as("problems of rows").doesNotContainKey(row);
        assertThat(LOG.evidence().getOrDefault(row, List.of())).hasSizeGreaterThanOrEqualTo(steps);
    }

    /** When the first step of a row whose text has that word was taken. */
    private static long at(Row row, String word) {
        return outcome.events().stream()
                .filter(event -> event.what().startsWith("row " + row.number() + ": ") && event.what().contains(word))
                .mapToLong(Timetable.Event::atNanos).min().orElseThrow();
    }

    private static long answersBetween(long from, long to) {
        return outcome.record().answers().stream().mapToLong(Answer::readNanos)
                .filter(nanos -> nanos > from && nanos < to).count();
    }

    private static TableFollower<DeploymentStates> states(AvroSerdes serdes) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", rig.stack().bootstrapServers());
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", false);
        return TableFollower.deploymentStates(rig.stack().topics(),
                new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer()),
                serdes.deserializer(DeploymentState.class));
    }
}
