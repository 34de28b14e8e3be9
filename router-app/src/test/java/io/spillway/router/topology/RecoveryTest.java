package io.spillway.router.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import io.spillway.v1.Attempt;
import io.spillway.v1.AttemptEvent;
import io.spillway.v1.ErrorCode;
import io.spillway.v1.Failed;
import io.spillway.v1.Failure;
import io.spillway.v1.FailureKind;
import io.spillway.v1.Lane;
import io.spillway.v1.Started;
import io.spillway.v1.Succeeded;

/** A task that starts on the stores another one left: a crash, a rebalance or an upgrade. */
class RecoveryTest {

    private static final Instant START = TestRouter.START;

    @TempDir
    java.io.File stateDirectory;

    /** Lends its serdes, catalogue and settings; its own topology is not used. */
    private final TestRouter parts = new TestRouter(Entries.chat("openai/gpt", "anthropic/claude"));
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final List<StateStore> stores = new ArrayList<>();
    private MockProcessorContext<byte[], Outgoing> context;
    private LaneProcessor processor;
    private Instant now = START;
    private long offset;

    @BeforeEach
    void start() {
        stores.add(Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore("requests-interactive"), Serdes.String(),
                StateCodec.storedRequest()).withLoggingDisabled().build());
        stores.add(Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore("progress-interactive"), Serdes.String(),
                StateCodec.progress()).withLoggingDisabled().build());
        stores.add(Stores
                .windowStoreBuilder(Stores.inMemoryWindowStore("finished-interactive", TestRouter.DEDUP_TTL.multipliedBy(2),
                        TestRouter.DEDUP_TTL, false), Serdes.String(), StateCodec.finished())
                .withLoggingDisabled().build());
        newTask();
        stores.forEach(store -> store.init(context.getStateStoreContext(), store));
    }

    @AfterEach
    void close() {
        stores.forEach(StateStore::close);
        parts.close();
    }

    @Test
    void shouldSettleAnAttemptThatWasOutWhenItCrashed() {
        // Given
        request("r1");
        Attempt attempt = attempts("openai").getFirst();
        // When
        crash(Duration.ZERO);
        event(attempt, new Succeeded(TestRouter.response("hi"), 5L));
        // Then
        assertThat(answers()).singleElement().satisfies(body -> assertThat(body).contains("hi"));
    }

    @Test
    void shouldGiveACallUnderWayOneLeaseToBeHeardOf() {
        // Given a call that began before the crash
        request("r1");
        event(attempts("openai").getFirst(), new Started(1L));
        // When
        crash(Duration.ofSeconds(10));
        pass(TestRouter.RUNNING_LEASE.minusMillis(1));
        assertThat(attempts("openai")).isEmpty();
        pass(Duration.ofMillis(1));
        // Then
        assertThat(attempts("openai")).singleElement().satisfies(attempt -> assertThat(attempt.getAttempt()).isEqualTo(2));
    }

    @Test
    void shouldGoOnFromTheTierItHadReached() {
        // Given
        request("r1");
        event(attempts("openai").getFirst(), failed());
        assertThat(attempts("anthropic")).hasSize(1);
        // When
        crash(Duration.ZERO);
        pass(TestRouter.RUNNING_LEASE);
        // Then openai failed in this round and is not asked before the others
        assertThat(attempts("openai")).isEmpty();
        assertThat(attempts("anthropic")).isEmpty();
        pass(Duration.ofSeconds(2));
        List<Attempt> next = new ArrayList<>(attempts("openai"));
        next.addAll(attempts("anthropic"));
        assertThat(next).singleElement().satisfies(attempt -> assertThat(attempt.getAttempt()).isEqualTo(3));
    }

    @Test
    void shouldServeWhatWasParked() {
        // Given
        parts.states(Entries.states(1, Entries.open("openai/gpt", START, START.plusSeconds(50)),
                Entries.open("anthropic/claude", START, START.plusSeconds(50))));
        request("r1");
        assertThat(attempts("openai")).isEmpty();
        // When everything is well after the crash
        parts.states(Entries.states(2));
        crash(Duration.ofSeconds(3));
        pass(Duration.ofMillis(25));
        // Then
        assertThat(attempts("openai")).hasSize(1);
    }

    @Test
    void shouldAnswerWhatRanOutWhileItWasAway() {
        // Given
        request("r1");
        request("r2");
        attempts("openai");
        // When
        crash(Duration.ofHours(3));
        pass(Duration.ofMillis(25));
        // Then
        assertThat(answers()).hasSize(2).allSatisfy(
                body -> assertThat(body).contains(ErrorCode.DEADLINE_EXCEEDED.name().toLowerCase(java.util.Locale.ROOT)));
    }

    @Test
    void shouldStillKnowOpenAndFinishedIds() {
        // Given one of each
        request("finished");
        request("open");
        attempts("openai").forEach(attempt -> {
            if (attempt.getRequestId().equals("finished")) {
                event(attempt, new Succeeded(TestRouter.response("hi"), 5L));
            }
        });
        assertThat(answers()).hasSize(1);
        // When
        crash(Duration.ofMinutes(1).minusSeconds(30));
        request("finished");
        request("open");
        // Then
        assertThat(attempts("openai")).isEmpty();
        assertThat(answers()).isEmpty();
    }

    @Test
    void shouldForgetWhatItFinishesAfterTheCrash() {
        // Given one request with one decision behind it and one with two
        request("r1");
        Attempt first = attempts("openai").getFirst();
        request("r2");
        event(attempts("openai").getFirst(), failed());
        Attempt second = attempts("anthropic").getFirst();
        // When
        crash(Duration.ZERO);
        event(first, new Succeeded(TestRouter.response("hi"), 5L));
        event(second, new Succeeded(TestRouter.response("hi"), 5L));
        assertThat(answers()).hasSize(2);
        // Then the next start knows of nothing to give up
        crash(Duration.ZERO);
        pass(TestRouter.RUNNING_LEASE.multipliedBy(3));
        assertThat(attempts("openai")).isEmpty();
        assertThat(attempts("anthropic")).isEmpty();
        assertThat(answers()).isEmpty();
    }

    @Test
    void shouldCountPlacesOfAttemptsThatWereOut() {
        // Given one place, and it is taken
        parts.catalogue(Entries.catalogue(2, List.of(Entries.route("chat", Entries.tier("openai/gpt"))),
                List.of(Entries.places("openai/gpt", 1))));
        request("r1");
        Attempt attempt = attempts("openai").getFirst();
        // When
        crash(Duration.ZERO);
        request("r2");
        assertThat(attempts("openai")).isEmpty();
        // Then
        event(attempt, new Succeeded(TestRouter.response("hi"), 5L));
        pass(Duration.ofMillis(25));
        assertThat(attempts("openai")).hasSize(1);
    }

    @Test
    void shouldGoOnCountingDecisions() {
        request("r1");
        Attempt attempt = attempts("openai").getFirst();
        assertThat(decisionSequences()).containsExactly(1);
        crash(Duration.ZERO);
        event(attempt, failed());
        assertThat(decisionSequences()).containsExactly(2);
    }

    @Test
    void shouldTakeItsGaugesAlong() {
        request("r1");
        pass(Duration.ofMillis(25));
        assertThat(metrics.get("spillway.requests.open").gauge().value()).isEqualTo(1);
        // When the task goes
        processor.close();
        assertThat(metrics.find("spillway.requests.open").gauge()).isNull();
        // And comes back to the same process
        crash(Duration.ZERO);
        pass(Duration.ofMillis(25));
        // Then
        assertThat(metrics.get("spillway.requests.open").gauge().value()).isEqualTo(1);
    }

    // ---- the task

    private void crash(Duration away) {
        now = now.plus(away);
        newTask();
        processor.init(context);
    }

    private void newTask() {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "router-test");
        context = new MockProcessorContext<>(settings, new TaskId(0, 0), stateDirectory);
        context.setCurrentSystemTimeMs(now.toEpochMilli());
        stores.forEach(store -> context.getStateStoreContext().register(store, (key, value) -> {}));
        processor = new LaneProcessor(Lane.INTERACTIVE, parts.parts(metrics));
    }

    private void pass(Duration by) {
        now = now.plus(by);
        context.setCurrentSystemTimeMs(now.toEpochMilli());
        context.scheduledPunctuators().forEach(scheduled -> scheduled.getPunctuator().punctuate(now.toEpochMilli()));
    }

    private void request(String id) {
        process("llm.requests", id, TestRouter.body("hello from " + id).getBytes(StandardCharsets.UTF_8), TestRouter.id(id));
    }

    private void event(Attempt attempt, Object what) {
        AttemptEvent event = new AttemptEvent(attempt.getRequestId(), attempt.getAttempt(), attempt.getDeployment(), "w", now,
                what);
        process("llm.attempt-results", attempt.getRequestId(),
                parts.serdes.serializer(AttemptEvent.class).serialize("llm.attempt-results", event), new RecordHeaders());
    }

    private void process(String topic, String key, byte[] value, Headers headers) {
        if (context.scheduledPunctuators().isEmpty()) {
            processor.init(context);
        }
        context.setRecordMetadata(topic, 0, offset++);
        processor.process(new Record<>(key.getBytes(StandardCharsets.UTF_8), value, now.toEpochMilli(), headers));
    }

    private static Failed failed() {
        return new Failed(Failure.newBuilder().setKind(FailureKind.TIMEOUT).build(), 5L);
    }

    private final List<Outgoing> written = new ArrayList<>();

    private List<byte[]> take(String topic) {
        context.forwarded().forEach(forward -> written.add(forward.record().value()));
        context.resetForwards();
        List<byte[]> found = written.stream().filter(outgoing -> outgoing.topic().equals(topic)).map(Outgoing::value).toList();
        written.removeIf(outgoing -> outgoing.topic().equals(topic));
        return found;
    }

    private List<Attempt> attempts(String provider) {
        String topic = "llm.attempts." + provider;
        return take(topic).stream().map(value -> parts.serdes.deserializer(Attempt.class).deserialize(topic, value)).toList();
    }

    private List<String> answers() {
        return take("llm.responses").stream().map(value -> new String(value, StandardCharsets.UTF_8)).toList();
    }

    private List<Integer> decisionSequences() {
        return take("llm.decisions").stream().map(value -> parts.serdes.deserializer(io.spillway.v1.RoutingDecision.class)
                .deserialize("llm.decisions", value).getSequence()).toList();
    }
}
