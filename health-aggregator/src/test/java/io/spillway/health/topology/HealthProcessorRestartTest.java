package io.spillway.health.topology;

import static io.spillway.health.topology.HealthDriver.D;
import static io.spillway.health.topology.TestContract.attempt;
import static io.spillway.health.topology.TestContract.failed;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.Set;

import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedForward;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.spillway.v1.BreakerState;
import io.spillway.v1.DeploymentState;
import io.spillway.v1.FailureKind;

/** One processor after the other over the same store, as after a restart. */
class HealthProcessorRestartTest {

    @TempDir
    private Path directory;
    private final TestContract contract = new TestContract();
    private final KeyValueStore<String, byte[]> store = Stores
            .keyValueStoreBuilder(Stores.inMemoryKeyValueStore(SnapshotStore.NAME), Serdes.String(), Serdes.ByteArray())
            .withLoggingDisabled().build();
    private boolean storeIsOpen;

    @AfterEach
    void stop() {
        contract.close();
    }

    @Test
    void shouldKeepTheBreakerOverARestart() {
        // Given
        Task before = new Task(TestContract.start());
        for (int i = 0; i < 5; i++) {
            before.attempt(failed(D, FailureKind.SERVER_ERROR));
        }
        DeploymentState opened = before.lastState();

        // When
        Task after = new Task(TestContract.start().plusSeconds(2));
        assertThat(after.states()).as("nothing can be forwarded while a task starts").isEmpty();
        after.tick();

        // Then
        DeploymentState restored = after.lastState();
        assertThat(restored.getBreaker()).isEqualTo(BreakerState.OPEN);
        assertThat(restored.getOpenUntil()).isEqualTo(opened.getOpenUntil());
        assertThat(restored.getReason()).isEqualTo(opened.getReason());
        assertThat(restored.getSamples()).isEqualTo(5);
        assertThat(restored.getEpoch()).isGreaterThan(opened.getEpoch());
    }

    @Test
    void shouldKeepAProbeGrantOverARestart() {
        // Given
        Task before = new Task(TestContract.start());
        for (int i = 0; i < 5; i++) {
            before.attempt(failed(D, FailureKind.SERVER_ERROR));
        }
        before.advance(Duration.ofSeconds(40));
        String probe = before.lastState().getProbe().getId();

        // When
        Task after = new Task(TestContract.start().plusSeconds(42));
        after.tick();

        // Then
        assertThat(after.lastState().getProbe().getId()).isEqualTo(probe);

        // When
        after.attempt(attempt(D).setProbe(probe).build());

        // Then
        assertThat(after.lastState().getReason()).isEqualTo("half open: 1 of 3 probes succeeded");
    }

    @Test
    void shouldKeepCountsWithoutATransitionForTheNextProcess() {
        // Given
        Task before = new Task(TestContract.start());
        for (int i = 0; i < 20; i++) {
            before.attempt(attempt(D).build());
        }
        before.advance(Duration.ofSeconds(6));

        // When
        Task after = new Task(TestContract.start().plusSeconds(8));
        after.tick();

        // Then
        assertThat(after.lastState().getSamples()).isEqualTo(20);
        assertThat(after.lastState().getP99Millis()).isNotNull();
    }

    @Test
    void shouldStartWithNothing() {
        // When
        Task task = new Task(TestContract.start());
        task.advance(Duration.ofSeconds(10));

        // Then
        assertThat(task.states()).isEmpty();
    }

    @Test
    void shouldStartADeploymentAsUnknownWhenItsSnapshotIsDamaged() {
        // Given
        new Task(TestContract.start());
        store.put(D, new byte[]{1, 2, 3});

        // When
        Task task = new Task(TestContract.start());
        task.tick();

        // Then
        assertThat(task.lastState().getBreaker()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void shouldRemoveADeploymentThatLeftTheCatalogueInTheMeantime() {
        // Given
        Task before = new Task(TestContract.start());
        before.attempt(attempt(D).build());
        before.advance(Duration.ofSeconds(6));

        // When
        contract.apply(Set.of("other"), policy -> {});
        Task after = new Task(TestContract.start().plusSeconds(10));
        after.tick();

        // Then
        assertThat(after.context.forwarded()).extracting(forward -> forward.record().value()).containsOnlyNulls().hasSize(1);
        assertThat(store.get(D)).isNull();
    }

    /** A task that has just been started. */
    private final class Task {

        private final MockProcessorContext<byte[], byte[]> context;
        private final HealthProcessor processor = new HealthProcessor(contract.parts());
        private Instant now;

        Task(Instant startedAt) {
            Properties settings = new Properties();
            settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "health-test");
            settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:9092");
            File stateDirectory = directory.toFile();
            context = new MockProcessorContext<>(settings, new TaskId(0, 0), stateDirectory);
            now = startedAt;
            context.setCurrentSystemTimeMs(now.toEpochMilli());
            if (!storeIsOpen) {
                storeIsOpen = true;
                store.init(context.getStateStoreContext(), store);
            }
            context.addStateStore(store);
            processor.init(context);
        }

        void attempt(io.spillway.v1.AttemptTelemetry attempt) {
            context.setRecordMetadata(TestContract.TOPICS.telemetry().name(), 0, 0);
            processor.process(new Record<>(attempt.getDeployment().getBytes(StandardCharsets.UTF_8), contract.encode(attempt),
                    now.toEpochMilli()));
        }

        void tick() {
            context.scheduledPunctuators().getFirst().getPunctuator().punctuate(now.toEpochMilli());
        }

        void advance(Duration time) {
            for (Instant end = now.plus(time); now.isBefore(end); tick()) {
                now = now.plusMillis(100);
                context.setCurrentSystemTimeMs(now.toEpochMilli());
            }
        }

        List<DeploymentState> states() {
            return context.forwarded().stream().map(CapturedForward::record).map(item -> contract.decode(item.value())).toList();
        }

        DeploymentState lastState() {
            return states().getLast();
        }
    }
}
