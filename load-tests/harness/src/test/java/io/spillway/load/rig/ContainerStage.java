package io.spillway.load.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.MemberDescription;
import org.awaitility.Awaitility;

import io.spillway.cli.apply.CatalogueApplier;
import io.spillway.cli.command.KafkaConnection;
import io.spillway.cli.config.Catalogue;
import io.spillway.cli.topics.TopicAdmin;
import io.spillway.cli.topics.TopicSizes;
import io.spillway.contract.Topics;
import io.spillway.contract.registry.EmbeddedSchemaRegistry;
import io.spillway.load.drive.Endpoint;
import io.spillway.load.workload.Workload;
import io.spillway.v1.Lane;

/**
 * All that the images need around them: a broker in a container with topics and a catalogue; simulated providers and a schema registry
 * on this machine, at an address that containers reach.
 */
final class ContainerStage implements AutoCloseable {

    private static final Topics TOPICS = Topics.standard();
    private static final Duration START_PATIENCE = Duration.ofMinutes(1);

    private final Containers containers;
    private final Simulators simulators;
    private final EmbeddedSchemaRegistry registry;
    private final String broker;

    private ContainerStage(Containers containers, Simulators simulators, EmbeddedSchemaRegistry registry, String broker) {
        this.containers = containers;
        this.simulators = simulators;
        this.registry = registry;
        this.broker = broker;
    }

    /**
     * Starts everything but the applications.
     *
     * @param directory for settings and logs
     * @return empty when containers cannot reach this machine
     */
    static Optional<ContainerStage> open(Path directory, Workload workload, long seed) throws IOException {
        Containers containers = new Containers(directory);
        Optional<String> host = containers.hostAddress();
        if (host.isEmpty()) {
            containers.close();
            return Optional.empty();
        }
        Simulators simulators = Simulators.start(workload.providers(), seed, host.orElseThrow());
        EmbeddedSchemaRegistry registry = EmbeddedSchemaRegistry.start(new InetSocketAddress(host.orElseThrow(), 0), null);
        ContainerStage stage;
        try {
            stage = new ContainerStage(containers, simulators, registry, containers.startBroker());
            stage.publish(workload);
        } catch (RuntimeException | Error e) {
            close(containers, simulators, registry);
            throw e;
        }
        return Optional.of(stage);
    }

    Containers containers() {
        return containers;
    }

    Simulators simulators() {
        return simulators;
    }

    Endpoint endpoint() {
        return new Endpoint(broker, TOPICS.requests(Lane.INTERACTIVE).name(), TOPICS.requests(Lane.BATCH).name(),
                TOPICS.responses().name(), Set.of());
    }

    /** Starts an application under its own name. */
    void start(String application) throws IOException {
        start(application, application);
    }

    /** Starts an application of an image; of workers there may be several, so that they have names. */
    void start(String name, String application) throws IOException {
        Map<String, String> settings = new HashMap<>();
        switch (application) {
            case "router" -> {
                settings.putAll(streams());
                settings.putAll(impatient());
                settings.put("kafka.num.standby.replicas", "0");
            }
            case "aggregator" -> settings.putAll(streams());
            case "worker" -> {
                settings.putAll(impatient());
                settings.putAll(Map.of("kafka.bootstrap.servers", broker, "schema.registry.url", registry.baseUri().toString(),
                        "serde.auto.register.schemas", "true", "worker.id", name));
            }
            default -> throw new IllegalArgumentException("there is no image " + application);
        }
        containers.start(name, application, settings);
    }

    /** Who has partitions in any group, by the broker's names for them; also those it has not given up yet. */
    Set<String> members() {
        return serving().map(MemberDescription::consumerId).collect(Collectors.toSet());
    }

    /** Waits until somebody else has partitions: what was started last does its work. */
    void awaitMemberBeside(Set<String> earlier) {
        Awaitility.await("a new member with partitions").atMost(START_PATIENCE).ignoreExceptions()
                .until(() -> !earlier.containsAll(members()));
    }

    /** Whether the broker counts on somebody at an address. */
    boolean hasPartitions(String address) {
        return serving().anyMatch(member -> member.host().equals("/" + address));
    }

    private Stream<MemberDescription> serving() {
        try (Admin admin = new KafkaConnection(Map.of("bootstrap.servers", broker)).admin()) {
            List<String> groups = KafkaConnection.await(admin.listGroups().all(), "listing groups").stream()
                    .map(GroupListing::groupId).toList();
            return KafkaConnection.await(admin.describeConsumerGroups(groups).all(), "describing groups").values().stream()
                    .flatMap(group -> group.members().stream())
                    .filter(member -> !member.assignment().topicPartitions().isEmpty());
        }
    }

    @Override
    public void close() {
        close(containers, simulators, registry);
    }

    private static void close(Containers containers, Simulators simulators, EmbeddedSchemaRegistry registry) {
        try (containers; simulators; registry) {
            // Closed from the last to the first, whatever one of them throws.
        }
    }

    private void publish(Workload workload) {
        Map<Workload.Provider, URI> endpoints = new LinkedHashMap<>();
        simulators.running().forEach((provider, simulator) -> endpoints.put(provider, simulator.baseUri()));
        Catalogue catalogue = RigCatalogue.of(Rig.ROUTE, workload, endpoints, Containers.keyFile());
        Map<String, String> settings = new HashMap<>(serdes());
        settings.put("bootstrap.servers", broker);
        KafkaConnection connection = new KafkaConnection(settings);
        TopicSizes sizes = TopicSizes.local(workload.partitions());
        try (Admin admin = connection.admin()) {
            TopicAdmin topics = new TopicAdmin(admin, TOPICS, sizes);
            assertThat(topics.ensure(topics.all(catalogue.snapshot().providers().keySet())).problems()).isEmpty();
        }
        new CatalogueApplier(connection, TOPICS, sizes).apply(catalogue, "test", Instant.now());
    }

    private Map<String, String> streams() {
        Map<String, String> settings = new HashMap<>(serdes());
        settings.put("bootstrap.servers", broker);
        settings.put("state.dir", "/var/lib/spillway/state");
        return settings;
    }

    private Map<String, String> serdes() {
        return Map.of("schema.registry.url", registry.baseUri().toString(), "auto.register.schemas", "true");
    }

    /** Gives up members of a group, and connections that were cut, sooner than by default: the run is short. */
    private static Map<String, String> impatient() {
        return Map.of("kafka.consumer.session.timeout.ms", "6000", "kafka.consumer.heartbeat.interval.ms", "1000",
                "kafka.request.timeout.ms", "10000");
    }
}
