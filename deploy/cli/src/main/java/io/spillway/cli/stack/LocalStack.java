package io.spillway.cli.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import io.spillway.cli.broker.LocalBroker;
import io.spillway.cli.broker.LocalBrokerConfig;
import io.spillway.cli.command.CommandException;
import io.spillway.cli.config.Catalogue;
import io.spillway.cli.stack.StackSettings.Part;
import io.spillway.cli.topics.TopicSizes;
import io.spillway.contract.Topics;
import io.spillway.contract.registry.EmbeddedSchemaRegistry;
import io.spillway.router.config.RouterConfig;
import io.spillway.router.runtime.RouterApp;

/**
 * A running local stack. Parts stop in the reverse order of their start: first what takes work, last the broker.
 */
public final class LocalStack implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(LocalStack.class);

    private final StackSettings settings;
    private final Topics topics;
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final Path directory;
    private final String bootstrapServers;
    private final Optional<LocalBroker> broker;
    private final EmbeddedSchemaRegistry registry;
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final Map<String, RunningWorker> workers = new ConcurrentHashMap<>();

    private LocalStack(StackSettings settings, Topics topics, Path directory, String bootstrapServers,
            Optional<LocalBroker> broker) {
        this.settings = settings;
        this.topics = topics;
        this.directory = directory;
        this.bootstrapServers = bootstrapServers;
        this.broker = broker;
        this.registry = registry(settings.registryPort(), directory.resolve("registry"));
    }

    /**
     * Starts everything and returns when requests are served.
     *
     * @param catalogue applied before the applications start
     * @param progress told in words what is happening
     */
    public static LocalStack start(StackSettings settings, Catalogue catalogue, Consumer<String> progress) {
        Path directory = settings.dataDirectory().orElseGet(LocalStack::temporaryDirectory);
        progress.accept("starting a Kafka broker");
        LocalBroker broker = LocalBroker.start(LocalBrokerConfig.keptIn(directory.resolve("kafka"), settings.brokerPort()));
        LocalStack stack;
        try {
            stack = new LocalStack(settings, Topics.standard(), directory, broker.bootstrapServers(), Optional.of(broker));
        } catch (RuntimeException e) {
            broker.close();
            throw e;
        }
        stack.begin(catalogue, progress);
        return stack;
    }

    /**
     * Starts everything but a broker, on a cluster that runs already and keeps running. Topics are made as on any cluster: with as
     * many copies as there are brokers, at most three.
     *
     * @param topics with a prefix of their own, so that nothing else on the cluster is touched
     */
    public static LocalStack join(String bootstrapServers, Topics topics, StackSettings settings, Catalogue catalogue,
            Consumer<String> progress) {
        Path directory = settings.dataDirectory().orElseGet(LocalStack::temporaryDirectory);
        LocalStack stack = new LocalStack(settings, topics, directory, bootstrapServers, Optional.empty());
        stack.begin(catalogue, progress);
        return stack;
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    public URI registry() {
        return registry.baseUri();
    }

    public Topics topics() {
        return topics;
    }

    public MeterRegistry meters() {
        return meters;
    }

    /** Settings for serdes against this stack's registry. */
    public Map<String, String> serdeSettings() {
        return Map.of("schema.registry.url", registry.baseUri().toString(), "auto.register.schemas", "true");
    }

    /** Properties of a router against this stack, as {@link RouterConfig#parse} takes them. */
    public Map<String, String> routerProperties(String name) {
        Map<String, String> properties = new HashMap<>(serdeSettings());
        properties.put("bootstrap.servers", bootstrapServers());
        properties.put("state.dir", directory.resolve("state-" + name).toString());
        properties.put("kafka.num.standby.replicas", "0");
        properties.putAll(naming("spillway-router"));
        properties.putAll(settings.router());
        return properties;
    }

    /** Properties of a health-aggregator against this stack. */
    public Map<String, String> healthProperties(String name) {
        Map<String, String> properties = new HashMap<>(serdeSettings());
        properties.put("bootstrap.servers", bootstrapServers());
        properties.put("state.dir", directory.resolve("state-" + name).toString());
        properties.putAll(naming("spillway-health"));
        return properties;
    }

    /** Publishes another catalogue. */
    public void apply(Catalogue catalogue) {
        StackCatalogue.apply(this, catalogue, broker.isPresent()
                ? TopicSizes.local(settings.partitions())
                : new TopicSizes(settings.partitions(), settings.partitions(), 0));
    }

    /** Starts a worker of all providers. */
    public void startWorker(String id) {
        startWorker(id, InstantSource.system());
    }

    /** The same on a machine whose clock shows another time. */
    public void startWorker(String id, InstantSource wallClock) {
        workers.put(id, RunningWorker.start(id, this, meters, wallClock));
    }

    /** Stops a worker as a crash would: nothing is finished, committed or reported. */
    public void killWorker(String id) {
        RunningWorker worker = workers.remove(id);
        if (worker != null) {
            worker.kill();
        }
    }

    @Override
    public void close() {
        workers.values().forEach(worker -> quietly(() -> worker.close(settings.drain())));
        workers.clear();
        while (!running.isEmpty()) {
            quietly(running.pop());
        }
        quietly(registry);
        broker.ifPresent(LocalStack::quietly);
        if (settings.dataDirectory().isEmpty()) {
            Directories.delete(directory);
        }
    }

    private static EmbeddedSchemaRegistry registry(int port, Path directory) {
        try {
            Files.createDirectories(directory);
            return EmbeddedSchemaRegistry.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), directory);
        } catch (IOException e) {
            throw CommandException.runtime("the schema registry cannot start on port " + port + " with its data in " + directory
                    + ": " + e.getMessage(), e);
        }
    }

    private void begin(Catalogue catalogue, Consumer<String> progress) {
        try {
            startParts(catalogue, progress);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Names of an application that keep stacks with different topics apart. */
    private Map<String, String> naming(String application) {
        return topics.prefix().equals(Topics.DEFAULT_PREFIX)
                ? Map.of()
                : Map.of("topic.prefix", topics.prefix(), "application.id", topics.prefix() + application);
    }

    private void startParts(Catalogue catalogue, Consumer<String> progress) {
        progress.accept("creating topics and applying the catalogue");
        apply(catalogue);
        progress.accept("starting router, health-aggregator and workers");
        CompletableFuture<Void> health = settings.parts().contains(Part.HEALTH_AGGREGATOR)
                ? async(this::startHealth)
                : CompletableFuture.completedFuture(null);
        CompletableFuture<Void> router = settings.parts().contains(Part.ROUTER)
                ? async(this::startRouter)
                : CompletableFuture.completedFuture(null);
        if (settings.parts().contains(Part.WORKER)) {
            startWorker("local");
        }
        try {
            CompletableFuture.allOf(health, router).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void startRouter() {
        RouterApp app = new RouterApp(RouterConfig.parse(routerProperties("router")), meters);
        remember(app);
        app.start();
    }

    private void startHealth() {
        AutoCloseable app = RunningHealth.start(this, meters);
        remember(app);
    }

    private synchronized void remember(AutoCloseable part) {
        running.push(part);
    }

    private static CompletableFuture<Void> async(Runnable start) {
        return CompletableFuture.runAsync(start, task -> Thread.ofPlatform().name("start-part").start(task));
    }

    private static void quietly(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOGGER.atWarn().setCause(e).addKeyValue("part", part.getClass().getSimpleName()).log("a part did not stop cleanly");
        }
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("spillway-");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a temporary directory in " + System.getProperty("java.io.tmpdir")
                    + "; free space or set TMPDIR", e);
        }
    }
}
