package io.spillway.load.rig;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.spillway.cli.stack.LocalStack;
import io.spillway.cli.stack.StackSettings;
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

    private final Workload workload;
    private final Simulators simulators;
    private final LocalStack stack;
    private final List<AppProcess> routers = new ArrayList<>();
    private final List<AppProcess> workers = new ArrayList<>();
    private final List<AppProcess> aggregators = new ArrayList<>();

    private Rig(Workload workload, Simulators simulators, LocalStack stack) {
        this.workload = workload;
        this.simulators = simulators;
        this.stack = stack;
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
        try {
            Map<Workload.Provider, URI> endpoints = new LinkedHashMap<>();
            simulators.running().forEach((provider, simulator) -> endpoints.put(provider, simulator.baseUri()));
            StackSettings settings = new StackSettings(Optional.empty(), 0, 0, workload.partitions(), layout.inside(),
                    layout.router(), DRAIN);
            LocalStack stack = LocalStack.start(settings, RigCatalogue.of(ROUTE, workload, endpoints, keyFile), progress);
            Rig rig = new Rig(workload, simulators, stack);
            try {
                rig.startProcesses(layout, directory.toAbsolutePath());
                if (layout.serves()) {
                    progress.accept("waiting for the first answer");
                    Readiness.await(rig.endpoint(), SERVING_WITHIN);
                    simulators.forget();
                }
                return rig;
            } catch (RuntimeException e) {
                rig.close();
                throw e;
            }
        } catch (RuntimeException e) {
            simulators.close();
            throw e;
        }
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

    /** Everything that is a process of its own. */
    public List<AppProcess> processes() {
        return Stream.of(routers, workers, aggregators).flatMap(List::stream).toList();
    }

    /** Where a router keeps its state stores. */
    public Path stateDirectory(AppProcess router) {
        return Path.of(Objects.requireNonNull(stack.routerProperties(router.name()).get("state.dir")));
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
        return record.history(simulators.paidCalls(record), Optional.empty(), interruptions);
    }

    @Override
    public void close() {
        workers.forEach(AppProcess::close);
        routers.forEach(AppProcess::close);
        aggregators.forEach(AppProcess::close);
        stack.close();
        simulators.close();
    }

    private void startProcesses(Layout layout, Path directory) {
        if (layout.processes().aggregator()) {
            Map<String, String> settings = new HashMap<>(stack.serdeSettings());
            settings.put("bootstrap.servers", stack.bootstrapServers());
            settings.put("state.dir", directory.resolve("state-aggregator").toString());
            aggregators.add(AppProcess.start("aggregator", "io.spillway.health.HealthMain", settings, directory,
                    layout.processes().aggregatorJvm()));
        }
        for (int i = 1; i <= layout.routers(); i++) {
            String name = "router-" + i;
            routers.add(AppProcess.start(name, "io.spillway.router.RouterMain", stack.routerProperties(name), directory,
                    layout.processes().routerJvm()));
        }
        for (int i = 1; i <= layout.workers(); i++) {
            String name = "worker-" + i;
            Map<String, String> settings = new HashMap<>();
            settings.put("kafka.bootstrap.servers", stack.bootstrapServers());
            settings.put("schema.registry.url", stack.registry().toString());
            settings.put("serde.auto.register.schemas", "true");
            settings.put("worker.id", name);
            settings.put("kafka.consumer.session.timeout.ms", "6000");
            settings.put("kafka.consumer.heartbeat.interval.ms", "1000");
            workers.add(AppProcess.start(name, "io.spillway.worker.WorkerMain", settings, directory,
                    layout.processes().workerJvm()));
        }
    }
}
