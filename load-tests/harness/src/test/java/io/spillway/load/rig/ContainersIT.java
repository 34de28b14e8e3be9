package io.spillway.load.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.spillway.cli.apply.CatalogueApplier;
import io.spillway.cli.command.KafkaConnection;
import io.spillway.cli.config.Catalogue;
import io.spillway.cli.config.CatalogueDefaults;
import io.spillway.cli.topics.TopicAdmin;
import io.spillway.cli.topics.TopicSizes;
import io.spillway.contract.Topics;
import io.spillway.contract.registry.EmbeddedSchemaRegistry;
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
import io.spillway.v1.Lane;

/** The images, each application in a container, while containers stand still and lose their network. */
class ContainersIT {

    private static final Topics TOPICS = Topics.standard();
    private static final long SEED = 11;
    /** A worker stands still for longer than its lease; then the other one, and then the router, are alone for a while. */
    private static final Duration WORKER_PAUSED = Duration.ofSeconds(4);
    private static final Duration WORKER_RESUMED = Duration.ofSeconds(20);
    private static final Duration WORKER_CUT = Duration.ofSeconds(23);
    private static final Duration WORKER_BACK = Duration.ofSeconds(31);
    private static final Duration ROUTER_CUT = Duration.ofSeconds(34);
    private static final Duration ROUTER_BACK = Duration.ofSeconds(43);
    /** What was under way when a container lost its network may still arrive. */
    private static final Duration ECHO = Duration.ofSeconds(2);
    private static final int STOPPED_BY_SIGTERM = 143;
    private static final String WORKLOAD = """
            rate: 20
            duration: 48s
            batchShare: 0.2
            repeatShare: 0.05
            promptBytesLeast: 200
            promptBytesMost: 2000
            deadline: 5m
            patience: 75s
            settle: 3s
            providers:
              - {name: alpha, api: openai, latency: "lognormal:150ms,0.5,1500ms", tier: 0, timeout: 3s}
              - {name: beta, api: anthropic, latency: "lognormal:150ms,0.5,1500ms", tier: 1, timeout: 3s}
              - {name: gamma, api: openai, latency: 10ms, tier: 2, timeout: 3s, dataClasses: [public]}
            """;

    private final Workload workload = WorkloadFile.parse(WORKLOAD, "containers");

    @BeforeAll
    static void needsAnEngine() {
        Optional<String> obstacle = Containers.obstacle();
        assumeTrue(obstacle.isEmpty(), () -> "containers are not tested: " + obstacle.orElseThrow());
    }

    @Test
    void shouldAnswerEveryRequestOnceWhenContainersPauseAndLoseTheirNetwork() throws Exception {
        Path directory = Files.createDirectories(Path.of("target", "containers", Instant.now().toString().replace(':', '-')))
                .toAbsolutePath();
        try (Containers containers = new Containers(directory)) {
            Optional<String> host = containers.hostAddress();
            assumeTrue(host.isPresent(), "containers are not tested: their engine runs on another machine");
            try (Simulators simulators = Simulators.start(workload.providers(), SEED, host.orElseThrow());
                    EmbeddedSchemaRegistry registry = EmbeddedSchemaRegistry.start(new InetSocketAddress(host.orElseThrow(), 0),
                            null)) {
                shouldKeepPromises(containers, simulators, registry.baseUri());
            }
        }
    }

    private void shouldKeepPromises(Containers containers, Simulators simulators, URI registry) throws Exception {
        // Given
        String broker = containers.startBroker();
        publish(broker, registry, simulators);
        startApplications(containers, broker, registry);
        Endpoint endpoint = new Endpoint(broker, TOPICS.requests(Lane.INTERACTIVE).name(), TOPICS.requests(Lane.BATCH).name(),
                TOPICS.responses().name(), Set.of());
        Readiness.await(endpoint, Duration.ofMinutes(2));
        simulators.forget();
        List<Boolean> faults = new ArrayList<>();
        List<Timetable.Entry> entries = List.of(
                entry(WORKER_PAUSED, "pause worker-1", () -> containers.pause("worker-1")),
                entry(WORKER_RESUMED, "resume worker-1", () -> {
                    faults.add(containers.isPaused("worker-1"));
                    containers.resume("worker-1");
                }),
                entry(WORKER_CUT, "cut worker-2", () -> containers.cut("worker-2")),
                entry(WORKER_BACK, "join worker-2", () -> {
                    faults.add(!containers.isConnected("worker-2"));
                    containers.join("worker-2");
                }),
                entry(ROUTER_CUT, "cut router", () -> containers.cut("router")),
                entry(ROUTER_BACK, "join router", () -> {
                    faults.add(!containers.isConnected("router"));
                    containers.join("router");
                }));

        // When
        RunRecord record = new RunRecord("boxes", Rig.ROUTE, LoadPlan.of(workload, SEED));
        List<Timetable.Event> events = run(endpoint, record, entries);

        // Then
        assertThat(events).hasSize(entries.size());
        assertThat(faults).containsExactly(true, true, true);
        List<Interruption> interruptions = events.stream()
                .map(event -> new Interruption(event.what(), event.atNanos())).toList();
        Findings findings = HistoryChecker
                .check(record.history(simulators.paidCalls(record), Optional.empty(), interruptions), expectation());
        System.out.println(findings.counts());
        assertThat(findings.verdicts()).allSatisfy((verdict, evidence) -> assertThat(
                evidence.stream().filter(one -> !wasCalledByZombie(verdict, record.intendedAt(one.requestId()))))
                .as("%s", verdict).isEmpty());
        assertThat(findings.unchecked()).containsOnly(Verdict.MISCHARGE);
        assertThat(findings.counts().requests()).isGreaterThan(600);
        assertThat(findings.counts().answered()).isEqualTo(findings.counts().requests());
        assertThat(record.answers()).as("answers of a router without a network")
                .noneMatch(answer -> answer.readNanos() > ROUTER_CUT.plus(ECHO).toNanos()
                        && answer.readNanos() < ROUTER_BACK.toNanos());
        for (String name : List.of("worker-1", "worker-2", "router", "aggregator")) {
            assertThat(containers.user(name)).as(name).isEqualTo("65532:65532");
            assertThat(containers.stop(name)).as("exit code of %s", name).isIn(0L, (long) STOPPED_BY_SIGTERM);
        }
    }

    /**
     * A worker that wakes up reads on where it stood until its group tells it that others took over, and calls once more what
     * they have called: requests of the time in which it stood still or was not told yet, and no others.
     */
    private static boolean wasCalledByZombie(Verdict verdict, long intendedNanos) {
        return verdict == Verdict.OVERCALL && intendedNanos > WORKER_PAUSED.minus(ECHO).toNanos()
                && intendedNanos < WORKER_RESUMED.plus(ECHO).toNanos();
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

    private void publish(String broker, URI registry, Simulators simulators) {
        Map<Workload.Provider, URI> endpoints = new LinkedHashMap<>();
        simulators.running().forEach((provider, simulator) -> endpoints.put(provider, simulator.baseUri()));
        Catalogue catalogue = RigCatalogue.of(Rig.ROUTE, workload, endpoints, Containers.keyFile());
        Map<String, String> settings = new HashMap<>(serdes(registry));
        settings.put("bootstrap.servers", broker);
        KafkaConnection connection = new KafkaConnection(settings);
        TopicSizes sizes = TopicSizes.local(workload.partitions());
        try (Admin admin = connection.admin()) {
            TopicAdmin topics = new TopicAdmin(admin, TOPICS, sizes);
            assertThat(topics.ensure(topics.all(catalogue.snapshot().providers().keySet())).problems()).isEmpty();
        }
        new CatalogueApplier(connection, TOPICS, sizes).apply(catalogue, "test", Instant.now());
    }

    private static void startApplications(Containers containers, String broker, URI registry) throws Exception {
        Map<String, String> streams = new HashMap<>(serdes(registry));
        streams.put("bootstrap.servers", broker);
        streams.put("state.dir", "/var/lib/spillway/state");
        containers.start("aggregator", "aggregator", streams);
        Map<String, String> router = new HashMap<>(streams);
        router.put("kafka.num.standby.replicas", "0");
        router.putAll(impatient());
        containers.start("router", "router", router);
        for (String name : List.of("worker-1", "worker-2")) {
            Map<String, String> worker = new HashMap<>(impatient());
            worker.putAll(Map.of("kafka.bootstrap.servers", broker, "schema.registry.url", registry.toString(),
                    "serde.auto.register.schemas", "true", "worker.id", name));
            containers.start(name, "worker", worker);
        }
    }

    /** Gives up members of a group, and connections that were cut, sooner than by default: the run is short. */
    private static Map<String, String> impatient() {
        return Map.of("kafka.consumer.session.timeout.ms", "6000", "kafka.consumer.heartbeat.interval.ms", "1000",
                "kafka.request.timeout.ms", "10000");
    }

    private Expectation expectation() {
        Set<String> allowed = Set.of("alpha-1", "beta-1");
        int tiers = (int) workload.providers().stream().mapToInt(Workload.Provider::tier).distinct().count();
        // The cap bounds failed calls that may be billed; the successful one comes on top.
        return new Expectation(Map.of(Rig.ROUTE, allowed), CatalogueDefaults.maxPaidCalls(tiers) + 1, Set.of(Answer.OK),
                workload.deadline().plus(Duration.ofSeconds(30)));
    }

    private static Timetable.Entry entry(Duration at, String what, Runnable action) {
        return new Timetable.Entry(at, what, true, action);
    }

    private static Map<String, String> serdes(URI registry) {
        return Map.of("schema.registry.url", registry.toString(), "auto.register.schemas", "true");
    }
}
