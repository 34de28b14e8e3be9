package io.spillway.load.rig;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.spillway.cli.config.Catalogue;
import io.spillway.cli.stack.LocalStack;
import io.spillway.cli.stack.StackSettings;
import io.spillway.cli.stack.StackSettings.Part;
import io.spillway.contract.Topics;
import io.spillway.load.drive.Endpoint;
import io.spillway.load.drive.RunRecord;
import io.spillway.load.history.Answer;
import io.spillway.load.history.Expectation;
import io.spillway.load.history.History;
import io.spillway.load.history.Interruption;
import io.spillway.load.workload.Workload;
import io.spillway.v1.Lane;

/** The system under test, running. */
public final class Rig implements AutoCloseable {

    /** The route every request asks for. */
    public static final String ROUTE = "load";

    /** Time beyond the deadline within which an answer must be there: a router's restart and a commit. */
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final Duration SERVING_WITHIN = Duration.ofMinutes(2);
    private static final Duration DRAIN = Duration.ofSeconds(5);

    static final String ROUTER = "io.spillway.router.RouterMain";
    /** A killed process is missed after this time; the default is set for calmer places. */
    static final Map<String, String> QUICK_GROUP = Map.of("kafka.consumer.session.timeout.ms", "6000",
            "kafka.consumer.heartbeat.interval.ms", "1000");

    private final Workload workload;
    private final Layout layout;
    private final Simulators simulators;
    private final Optional<Cluster> cluster;
    private final LocalStack stack;
    private final Path directory;
    private final Meddler meddler;
    private final Optional<SmallDisk> smallState;
    private final List<AppProcess> routers = new CopyOnWriteArrayList<>();
    private final List<AppProcess> workers = new CopyOnWriteArrayList<>();
    private final List<AppProcess> aggregators = new CopyOnWriteArrayList<>();
    private final List<AppProcess> guests = new CopyOnWriteArrayList<>();

    private Rig(Workload workload, Layout layout, Simulators simulators, Optional<Cluster> cluster, LocalStack stack,
            Path directory) {
        this.workload = workload;
        this.layout = layout;
        this.simulators = simulators;
        this.cluster = cluster;
        this.stack = stack;
        this.directory = directory;
        this.meddler = new Meddler(stack.bootstrapServers(), stack.topics(),
                workload.providers().stream().map(Workload.Provider::name).collect(Collectors.toSet()));
        this.smallState = layout.smallDisk() ? SmallDisk.mount(directory.resolve("small-state")) : Optional.empty();
    }

    /**
     * Starts providers, broker and applications.
     *
     * @param directory for keys, settings and logs
     * @param progress told in words what happens
     */
    public static Rig start(Workload workload, Layout layout, long seed, Path directory, Consumer<String> progress)
            throws IOException, InterruptedException {
        Files.createDirectories(directory);
        Path keyFile = directory.resolve("simulated-key").toAbsolutePath();
        Files.writeString(keyFile, "simulated-not-a-secret");
        Simulators simulators = Simulators.start(workload.providers(), seed);
        Optional<Cluster> cluster = Optional.empty();
        try {
            Map<Workload.Provider, URI> endpoints = new LinkedHashMap<>();
            simulators.running().forEach((provider, simulator) -> endpoints.put(provider, simulator.baseUri()));
            StackSettings settings = new StackSettings(Optional.empty(), 0, 0, workload.partitions(), layout.inside(),
                    layout.router(), DRAIN);
            Catalogue catalogue = RigCatalogue.of(ROUTE, workload, endpoints, keyFile);
            LocalStack stack = switch (layout.ground()) {
                case Ground.Inside _ -> LocalStack.start(settings, catalogue, progress);
                case Ground.Own(int fileLimit) -> {
                    progress.accept("starting three brokers");
                    Cluster brokers = Cluster.start(directory.toAbsolutePath().resolve("kafka"), fileLimit);
                    cluster = Optional.of(brokers);
                    yield LocalStack.join(brokers.bootstrapServers(), Topics.standard(), settings, catalogue, progress);
                }
                case Ground.Foreign(String bootstrapServers) -> LocalStack.join(bootstrapServers, ForeignTopics.ofThisRun(),
                        settings, catalogue, progress);
            };
            Rig rig = new Rig(workload, layout, simulators, cluster, stack, directory.toAbsolutePath());
            try {
                rig.startProcesses();
                if (layout.serves()) {
                    progress.accept("waiting for the first answer");
                    Readiness.await(rig.endpoint(), SERVING_WITHIN);
                    simulators.forget();
                }
                return rig;
            } catch (RuntimeException | InterruptedException e) {
                rig.close();
                throw e;
            }
        } catch (RuntimeException | IOException | InterruptedException e) {
            simulators.close();
            cluster.ifPresent(Cluster::close);
            throw e;
        }
    }

    Workload workload() {
        return workload;
    }

    Ground ground() {
        return layout.ground();
    }

    /** The brokers, where they are processes. */
    public Optional<Cluster> cluster() {
        return cluster;
    }

    /** Writes what nobody should write. */
    public Meddler meddler() {
        return meddler;
    }

    /** The network that the first router alone depends on, where there is one. */
    Optional<Links> links() {
        return cluster.filter(_ -> layout.farRouter()).map(Cluster::links);
    }

    Optional<OtherVersion> otherVersion() {
        return layout.otherVersion();
    }

    /** The directory of the last router's state, where that is a file system of its own and small. */
    Optional<Path> smallState() {
        return smallState.map(SmallDisk::directory);
    }

    public Simulators simulators() {
        return simulators;
    }

    public LocalStack stack() {
        return stack;
    }

    /** Partitions of every topic that has more than one. */
    int partitions() {
        return workload.partitions();
    }

    public List<AppProcess> routers() {
        return List.copyOf(routers);
    }

    public List<AppProcess> workers() {
        return List.copyOf(workers);
    }

    public List<AppProcess> aggregators() {
        return List.copyOf(aggregators);
    }

    /** Every part of Spillway that was started as a process of its own. */
    public List<AppProcess> processes() {
        return Stream.of(routers, workers, aggregators).flatMap(List::stream).toList();
    }

    /** Takes from a router or a health-aggregator that is not running the files of its state stores. */
    public void wipeState(AppProcess process) {
        AppState.deleteFiles(stateDirectory(process));
    }

    public Endpoint endpoint() {
        Set<String> attempts = workload.providers().stream()
                .map(provider -> stack.topics().attempts(provider.name(), Lane.INTERACTIVE).name()).collect(Collectors.toSet());
        return new Endpoint(stack.bootstrapServers(), stack.topics().requests(Lane.INTERACTIVE).name(),
                stack.topics().requests(Lane.BATCH).name(), stack.topics().responses().name(), attempts);
    }

    /** What the promises amount to here: every request can be served, by the deployments that policy allows. */
    public Expectation expectation() {
        Set<String> allowed = deploymentsFor("internal");
        int tiers = (int) workload.providers().stream().mapToInt(Workload.Provider::tier).distinct().count();
        // The cap bounds failed calls that may be billed; the successful one comes on top.
        int cap = io.spillway.cli.config.CatalogueDefaults.maxPaidCalls(tiers) + 1;
        return new Expectation(Map.of(ROUTE, allowed), cap, Set.of(Answer.OK), workload.deadline().plus(GRACE));
    }

    /** The deployments that policy allows for data of a class. */
    public Set<String> deploymentsFor(String dataClass) {
        return workload.providers().stream().filter(provider -> provider.dataClasses().contains(dataClass))
                .map(Workload.Provider::deployment).collect(Collectors.toSet());
    }

    /** All that is known of a run. Spillway writes no spend events yet, so charges are absent. */
    public History history(RunRecord record, List<Interruption> interruptions) {
        return meddler.complete(record.history(simulators.paidCalls(record), Optional.empty(), interruptions));
    }

    /** Any process by its name. */
    public AppProcess process(String name) {
        List<AppProcess> brokers = cluster.map(Cluster::brokers).orElse(List.of());
        return Stream.of(brokers, routers, workers, aggregators, guests).flatMap(List::stream)
                .filter(process -> process.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no process " + name));
    }

    /** Starts one more router. It is not among {@link #routers()}. */
    void startRouter(String name) {
        guests.add(start(router(name)));
    }

    /** Starts one more worker. It is not among {@link #workers()}. */
    void startWorker(String name, Map<String, String> environment) {
        guests.add(start(worker(name).withEnvironment(environment)));
    }

    /** Kills a process that was started in addition, and forgets it. */
    void remove(String name) {
        AppProcess process = process(name);
        process.kill();
        guests.remove(process);
    }

    /** Starts any program beside the rig; whoever starts it ends it. */
    AppProcess start(Program program) {
        return AppProcess.start(program, directory);
    }

    /** Takes from a health-aggregator that is not running all it has kept: its files, its changelog and its place in the telemetry. */
    void forgetHealth(AppProcess aggregator) throws InterruptedException {
        AppState.forget(stack.bootstrapServers(),
                aggregator.program().settings().getOrDefault("application.id", "spillway-health"), stateDirectory(aggregator));
    }

    @Override
    public void close() {
        Stream.of(guests, workers, routers, aggregators).flatMap(List::stream).forEach(AppProcess::close);
        stack.close();
        if (layout.ground() instanceof Ground.Foreign(String bootstrapServers)) {
            ForeignTopics.delete(bootstrapServers, stack.topics());
        }
        cluster.ifPresent(Cluster::close);
        smallState.ifPresent(SmallDisk::close);
        simulators.close();
    }

    private void startProcesses() {
        for (int i = 1; i <= layout.aggregators(); i++) {
            aggregators.add(start(aggregator("aggregator-" + i)));
        }
        for (int i = 1; i <= layout.routers(); i++) {
            Program router = router("router-" + i);
            boolean isFirst = i == 1;
            boolean isLast = i == layout.routers();
            Program near = smallState.filter(_ -> isLast)
                    .map(disk -> router.withSettings(Map.of("state.dir", disk.directory().toString()))).orElse(router);
            routers.add(start(cluster.filter(_ -> isFirst && layout.farRouter())
                    .map(brokers -> near.withSettings(Map.of("bootstrap.servers", brokers.farBootstrapServers())))
                    .orElse(near)));
        }
        for (int i = 1; i <= layout.workers(); i++) {
            workers.add(start(worker("worker-" + i)));
        }
    }

    private static Path stateDirectory(AppProcess process) {
        return Path.of(Objects.requireNonNull(process.program().settings().get("state.dir")));
    }

    private Program aggregator(String name) {
        return layout.changed(Part.HEALTH_AGGREGATOR,
                Program.of(name, "io.spillway.health.HealthMain", stack.healthProperties(name)).withSettings(QUICK_GROUP));
    }

    private Program router(String name) {
        return layout.changed(Part.ROUTER, Program.of(name, ROUTER, stack.routerProperties(name)));
    }

    private Program worker(String name) {
        Map<String, String> settings = new HashMap<>(QUICK_GROUP);
        settings.put("kafka.bootstrap.servers", stack.bootstrapServers());
        settings.put("schema.registry.url", stack.registry().toString());
        settings.put("serde.auto.register.schemas", "true");
        settings.put("topics.prefix", stack.topics().prefix());
        settings.put("worker.id", name);
        return layout.changed(Part.WORKER, Program.of(name, "io.spillway.worker.WorkerMain", settings));
    }
}
