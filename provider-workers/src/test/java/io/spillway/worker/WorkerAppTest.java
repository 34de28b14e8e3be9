package io.spillway.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.spillway.contract.CatalogueSnapshot;
import io.spillway.v1.Attempt;
import io.spillway.v1.AttemptTelemetry;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.Failed;
import io.spillway.v1.FailureKind;
import io.spillway.v1.SendState;
import io.spillway.v1.Started;
import io.spillway.v1.Succeeded;
import io.spillway.v1.WorkerHeartbeat;
import io.spillway.worker.config.EgressConfig;
import io.spillway.worker.config.WorkerConfig;
import io.spillway.worker.config.WorkerConfigException;
import io.spillway.worker.consume.Samples;
import io.spillway.worker.http.FaultServer;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderAdapter;
import io.spillway.worker.provider.ProviderCall;

class WorkerAppTest {

    private static final String RESULTS = "llm.attempt-results";
    private static final TopicPartition P0 = new TopicPartition("llm.attempts.acme", 0);

    private final Map<String, MockConsumer<byte[], byte[]>> consumers = new ConcurrentHashMap<>();
    private final MockProducer<byte[], byte[]> producer = new MockProducer<>(true, null, new ByteArraySerializer(),
            new ByteArraySerializer());
    private volatile CatalogueSnapshot catalogue = CatalogueSnapshot.empty();

    @Test
    void shouldServeAProviderThatAppearsAndDrainOneThatLeaves() throws IOException {
        try (FaultServer server = new FaultServer(FaultServer.answering(FaultServer.json("{}"))); WorkerApp app = app()) {
            app.start();
            catalogue = Samples.catalogue(deployment(server));
            await().until(() -> consumers.keySet().equals(Set.of("acme-INTERACTIVE", "acme-BATCH")));
            MockConsumer<byte[], byte[]> interactive = consumers.get("acme-INTERACTIVE");

            give(interactive, attempt("r1"), 0);

            await().untilAsserted(() -> assertThat(app.stats().succeeded()).isEqualTo(1));
            assertThat(Samples.of(Samples.written(producer, RESULTS), Started.class)).hasSize(1);
            assertThat(Samples.of(Samples.written(producer, RESULTS), Succeeded.class)).hasSize(1);
            assertThat(Samples.of(Samples.telemetryOf(producer), AttemptTelemetry.class)).hasSize(1);
            assertThat(Samples.of(Samples.telemetryOf(producer), WorkerHeartbeat.class)).isNotEmpty();
            await().until(() -> new OffsetAndMetadata(1).equals(interactive.committed(Set.of(P0)).get(P0)));

            catalogue = CatalogueSnapshot.empty();
            await().until(() -> consumers.values().stream().allMatch(MockConsumer::closed));
        }
    }

    @Test
    void shouldFinishRunningCallsAndCommitWhenClosed() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.silence(700);
            connection.write(FaultServer.json("{}"));
        })) {
            catalogue = Samples.catalogue(deployment(server));
            WorkerApp app = app();
            app.start();
            await().until(() -> consumers.size() == 2);
            MockConsumer<byte[], byte[]> interactive = consumers.get("acme-INTERACTIVE");
            give(interactive, attempt("r1"), 0);
            await().until(() -> server.requests().size() == 1);

            app.close(Duration.ofSeconds(20));

            assertThat(Samples.of(Samples.written(producer, RESULTS), Succeeded.class)).hasSize(1);
            assertThat(producer.closed()).isTrue();
            assertThat(interactive.closed()).isTrue();
            assertThat(app.stats().inFlight()).isZero();
        }
    }

    @Test
    void shouldCloseIdleConnectionsAtOnceAndFinishRunningCallsWhenClosed() throws IOException {
        CountDownLatch answer = new CountDownLatch(1);
        CompletableFuture<Boolean> idleClosed = new CompletableFuture<>();
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            if (connection.number() == 1) {
                answer.await();
            }
            connection.write(FaultServer.json("{}"));
            boolean isClosed = !connection.readRequest();
            if (connection.number() == 2) {
                idleClosed.complete(isClosed);
            }
        })) {
            catalogue = Samples.catalogue(deployment(server));
            WorkerApp app = app();
            app.start();
            await().until(() -> consumers.size() == 2);
            MockConsumer<byte[], byte[]> interactive = consumers.get("acme-INTERACTIVE");
            give(interactive, attempt("running"), 0);
            await().until(() -> server.requests().size() == 1);
            interactive.schedulePollTask(() -> interactive
                    .addRecord(new ConsumerRecord<>(P0.topic(), P0.partition(), 1, new byte[]{1},
                            Samples.encode(attempt("quick")))));
            await().until(() -> app.stats().succeeded() == 1);

            CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> app.close(Duration.ofSeconds(30)));

            await().untilAsserted(() -> assertThat(idleClosed).isCompletedWithValue(true));
            assertThat(closed).as("the other call still runs").isNotDone();
            answer.countDown();
            closed.join();
            assertThat(Samples.of(Samples.written(producer, RESULTS), Succeeded.class)).hasSize(2);
        }
    }

    @Test
    void shouldRefuseToStartWhenTheAuthoritiesCannotBeRead(@TempDir Path folder) throws IOException {
        Path garbage = Files.writeString(folder.resolve("ca.pem"), "not a certificate");
        WorkerConfig defaults = WorkerConfig.of("w1", Map.of(), Map.of());
        WorkerConfig config = new WorkerConfig("w1", Set.of(), "llm.", defaults.drainTimeout(), defaults.timeouts(),
                defaults.maxBodyBytes(), defaults.maxInFlight(), defaults.interactiveIsolation(), false,
                new EgressConfig(Duration.ofMinutes(5), Optional.empty(), Optional.of(garbage)), Optional.empty(), Map.of(),
                Map.of(), Map.of(),
                Map.of());

        assertThatExceptionOfType(WorkerConfigException.class).isThrownBy(() -> app(config))
                .withMessageContaining("worker.tls.ca.file").withMessageContaining("PEM");
    }

    @Test
    void shouldReportCallsAsLostWhenTheDrainTimeoutEnds() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.holdOpen();
        })) {
            catalogue = Samples.catalogue(deployment(server));
            WorkerApp app = app();
            app.start();
            await().until(() -> consumers.size() == 2);
            give(consumers.get("acme-INTERACTIVE"), attempt("r1"), 0);
            await().until(() -> server.requests().size() == 1);

            app.close(Duration.ofMillis(300));

            assertThat(Samples.of(Samples.written(producer, RESULTS), Failed.class)).singleElement().satisfies(failed -> {
                assertThat(failed.getFailure().getKind()).isEqualTo(FailureKind.WORKER_LOST);
                assertThat(failed.getFailure().getSent()).isEqualTo(SendState.MAYBE_SENT);
                assertThat(failed.getFailure().getMaybePaid()).isTrue();
            });
        }
    }

    @Test
    void shouldSayNothingMoreWhenKilled() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.holdOpen();
        })) {
            catalogue = Samples.catalogue(deployment(server));
            WorkerApp app = app();
            app.start();
            await().until(() -> consumers.size() == 2);
            give(consumers.get("acme-INTERACTIVE"), attempt("r1"), 0);
            await().until(() -> server.requests().size() == 1);

            app.kill();

            await().until(() -> consumers.values().stream().allMatch(MockConsumer::closed));
            assertThat(Samples.written(producer, RESULTS)).singleElement()
                    .satisfies(event -> assertThat(event.getEvent()).isInstanceOf(Started.class));
            assertThat(Samples.of(Samples.telemetryOf(producer), AttemptTelemetry.class)).isEmpty();
        }
    }

    private WorkerApp app() {
        return app(WorkerConfig.of("w1", Map.of(), Map.of()));
    }

    private WorkerApp app(WorkerConfig config) {
        return new WorkerApp(config, () -> catalogue, new WorkerSerdes(Samples.attempts(), Samples.events(), Samples.telemetry()),
                api -> Optional.of(new Fake()), new SimpleMeterRegistry(), new WorkerClients(producer, (provider, lane) -> {
                    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
                    consumer.updateBeginningOffsets(Map.of(P0, 0L));
                    consumers.put(provider + "-" + lane, consumer);
                    return consumer;
                }));
    }

    /** Hands a record over on the consumer's own thread, as the mock demands. */
    private static void give(MockConsumer<byte[], byte[]> consumer, Attempt attempt, long offset) {
        consumer.schedulePollTask(() -> {
            consumer.rebalance(List.of(P0));
            consumer.addRecord(new ConsumerRecord<>(P0.topic(), P0.partition(), offset, new byte[]{1}, Samples.encode(attempt)));
        });
    }

    private static Attempt attempt(String requestId) {
        Attempt attempt = Samples.attempt(requestId, "a", 3);
        attempt.setStartBy(Instant.now().plusSeconds(60));
        attempt.setDeadline(Instant.now().plusSeconds(120));
        return attempt;
    }

    private static DeploymentEntry deployment(FaultServer server) {
        DeploymentEntry deployment = Samples.deployment("a", 4);
        deployment.setEndpoint(server.uri().toString());
        deployment.setAllowInsecure(true);
        return deployment;
    }

    private static final class Fake implements ProviderAdapter {
        @Override
        public HttpCall toHttp(ProviderCall call) {
            return new HttpCall(URI.create(call.deployment().getEndpoint()), List.of(), "{}".getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public CallOutcome fromHttp(ProviderCall call, HttpAnswer answer) {
            return new CallOutcome.Answered(Samples.response());
        }
    }
}
