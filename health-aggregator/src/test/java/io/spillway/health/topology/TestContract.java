package io.spillway.health.topology;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import io.spillway.contract.CatalogueSnapshot;
import io.spillway.contract.Topics;
import io.spillway.contract.registry.EmbeddedSchemaRegistry;
import io.spillway.contract.serde.AvroSerdes;
import io.spillway.v1.AttemptTelemetry;
import io.spillway.v1.Capabilities;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.DeploymentState;
import io.spillway.v1.Failure;
import io.spillway.v1.FailureKind;
import io.spillway.v1.HealthPolicyEntry;
import io.spillway.v1.Limits;
import io.spillway.v1.Telemetry;
import io.spillway.v1.WorkerHeartbeat;

/** What the topology meets outside: a registry, a catalogue to change, and the records of workers. */
final class TestContract implements AutoCloseable {

    static final Topics TOPICS = Topics.standard();

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final AtomicReference<CatalogueSnapshot> catalogue = new AtomicReference<>(CatalogueSnapshot.empty());
    private final EmbeddedSchemaRegistry registry;
    private final AvroSerdes serdes;

    TestContract() {
        try {
            registry = EmbeddedSchemaRegistry.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        serdes = AvroSerdes.create(Map.of("schema.registry.url", registry.baseUri().toString(), "auto.register.schemas", "true"));
    }

    HealthTopology.Parts parts() {
        return new HealthTopology.Parts(TOPICS, catalogue::get, serdes.deserializer(Telemetry.class),
                serdes.serializer(DeploymentState.class), meters);
    }

    byte[] encode(Object event) {
        return serdes.serializer(Telemetry.class).serialize(TOPICS.telemetry().name(),
                Telemetry.newBuilder().setEvent(event).build());
    }

    DeploymentState decode(byte[] value) {
        return serdes.deserializer(DeploymentState.class).deserialize(TOPICS.deploymentState().name(), value);
    }

    /** Applies the next revision of the catalogue. */
    void apply(Set<String> deployments, Consumer<HealthPolicyEntry.Builder> policy) {
        Map<String, DeploymentEntry> entries = new HashMap<>();
        for (String id : deployments) {
            entries.put(id,
                    DeploymentEntry.newBuilder().setId(id).setProvider("openai").setModel("m").setEndpoint("https://example.test")
                            .setLimits(Limits.newBuilder().build()).setCapabilities(Capabilities.newBuilder().build()).build());
        }
        HealthPolicyEntry.Builder builder = HealthPolicyEntry.newBuilder();
        policy.accept(builder);
        catalogue.set(new CatalogueSnapshot(catalogue.get().revision() + 1, Map.of(), entries, Map.of(), builder.build()));
    }

    static AttemptTelemetry.Builder attempt(String deployment) {
        return AttemptTelemetry.newBuilder().setRequestId("r").setAttempt(1).setDeployment(deployment).setWorker("w1")
                .setDurationMillis(1_000).setFirstByteMillis(200L).setQueueWaitMillis(5);
    }

    static AttemptTelemetry failed(String deployment, FailureKind kind) {
        return attempt(deployment).setFailure(Failure.newBuilder().setKind(kind).build()).build();
    }

    static WorkerHeartbeat heartbeat(String worker, String deployment, int inFlight) {
        return WorkerHeartbeat.newBuilder().setWorker(worker).setDeployment(deployment).setInFlight(inFlight)
                .setConcurrencyLimit(10).setQueued(1).setOldestMillis(3_000).build();
    }

    static Instant start() {
        return Instant.parse("2026-03-01T00:00:00Z");
    }

    @Override
    public void close() {
        serdes.close();
        registry.close();
    }
}
