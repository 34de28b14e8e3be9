package io.spillway.router.topology;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import io.spillway.contract.CatalogueSnapshot;
import io.spillway.contract.DeploymentStates;
import io.spillway.contract.Topics;
import io.spillway.contract.json.ChatResponseJson;
import io.spillway.contract.registry.EmbeddedSchemaRegistry;
import io.spillway.contract.serde.AvroSerdes;
import io.spillway.router.domain.DataClass;
import io.spillway.v1.Attempt;
import io.spillway.v1.AttemptEvent;
import io.spillway.v1.AttemptRef;
import io.spillway.v1.ChatMessage;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.Choice;
import io.spillway.v1.Failed;
import io.spillway.v1.Failure;
import io.spillway.v1.FailureKind;
import io.spillway.v1.FinishReason;
import io.spillway.v1.Lane;
import io.spillway.v1.Renewed;
import io.spillway.v1.Role;
import io.spillway.v1.RoutingDecision;
import io.spillway.v1.SendState;
import io.spillway.v1.Started;
import io.spillway.v1.Succeeded;

/** The whole topology on a driver with a clock of its own: callers and workers are played by the test. */
final class TestRouter implements AutoCloseable {

    static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
    static final Duration RUNNING_LEASE = Duration.ofSeconds(15);
    static final Duration QUEUE_GRACE = Duration.ofSeconds(1);
    static final Duration DEDUP_TTL = Duration.ofHours(24);
    static final Duration COMMIT_INTERVAL = Duration.ofMillis(25);
    private static final Duration STEP = Duration.ofSeconds(1);
    static final int MAX_BYTES = 100_000;
    static final Set<String> EXISTING_REPLY_TOPICS = Set.of("replies.one", "other");

    /** A record of the responses topic or of a reply topic. */
    record Answer(String topic, byte[] key, byte[] value, Headers headers) {

        String header(String name) {
            return io.spillway.contract.RecordHeaders.text(headers, name).orElse(null);
        }

        /** The body, read as JSON. */
        ChatResponse json() {
            return ChatResponseJson.parse(value);
        }

        String text() {
            return new String(value, StandardCharsets.UTF_8);
        }
    }

    final Topics topics = Topics.standard();
    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    final AvroSerdes serdes;
    private final EmbeddedSchemaRegistry registry;
    private final TopologyTestDriver driver;
    private CatalogueSnapshot catalogue;
    private DeploymentStates states = DeploymentStates.empty();
    private final Map<String, Long> piped = new HashMap<>();
    private long unreadReports;

    TestRouter(CatalogueSnapshot catalogue) {
        this.catalogue = catalogue;
        try {
            registry = EmbeddedSchemaRegistry.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null);
            serdes = AvroSerdes.create(
                    Map.of("schema.registry.url", registry.baseUri().toString(), "auto.register.schemas", "true"));
            Path stateDirectory = Files.createTempDirectory("spillway-router-test");
            Properties settings = new Properties();
            settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "router-test");
            settings.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
            settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
            driver = new TopologyTestDriver(RouterTopology.build(parts(metrics)), settings, START);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static RouterSettings settings() {
        return new RouterSettings(Topics.standard(), 1, COMMIT_INTERVAL, DEDUP_TTL, RUNNING_LEASE, QUEUE_GRACE, 1.0,
                DataClass.INTERNAL,
                List.of(Pattern.compile("replies\\..*")), MAX_BYTES, MAX_BYTES);
    }

    RouterTopology.Parts parts(MeterRegistry meters) {
        return new RouterTopology.Parts(settings(), () -> catalogue, () -> states, serdes.deserializer(ChatRequest.class),
                serdes.deserializer(AttemptEvent.class),
                RouterTopology.serializers(serdes.serializer(Attempt.class), serdes.serializer(RoutingDecision.class),
                        serdes.serializer(ChatResponse.class)),
                EXISTING_REPLY_TOPICS::contains, meters, () -> START, new ReadAhead(), this::reports);
    }

    // ---- the world

    void catalogue(CatalogueSnapshot snapshot) {
        catalogue = snapshot;
    }

    void states(DeploymentStates snapshot) {
        states = snapshot;
    }

    /** So many reports lie on the broker which the task has not read: those that are piped next. */
    void unreadReports(int count) {
        unreadReports = count;
    }

    private CompletableFuture<ReportsLog.Extent> reports(TopicPartition partition) {
        return CompletableFuture
                .completedFuture(new ReportsLog.Extent(0, piped.getOrDefault(partition.topic(), 0L) + unreadReports));
    }

    /** Lets time pass while the task works. */
    void advance(Duration by) {
        Duration left = by;
        while (left.isPositive()) {
            Duration step = left.compareTo(STEP) < 0 ? left : STEP;
            driver.advanceWallClockTime(step);
            left = left.minus(step);
        }
    }

    /** Lets time pass in one leap, as for a process that was stopped. */
    void standStill(Duration by) {
        driver.advanceWallClockTime(by);
    }

    /** Lets a few ticks pass. */
    void tick() {
        for (int i = 0; i < 4; i++) {
            driver.advanceWallClockTime(Duration.ofMillis(25));
        }
    }

    // ---- callers

    static String body(String prompt) {
        return "{\"model\":\"chat\",\"messages\":[{\"role\":\"user\",\"content\":\"" + prompt + "\"}]}";
    }

    static Headers headers(String... namesAndValues) {
        RecordHeaders headers = new RecordHeaders();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1].getBytes(StandardCharsets.UTF_8));
        }
        return headers;
    }

    static Headers id(String requestId) {
        return headers(io.spillway.contract.RecordHeaders.REQUEST_ID, requestId);
    }

    /** A JSON request with that id; the key is the id. */
    void request(String id) {
        send(Lane.INTERACTIVE, id, body("hello from " + id), id(id));
    }

    void request(Lane lane, String id) {
        send(lane, id, body("hello from " + id), id(id));
    }

    void send(Lane lane, String key, String body, Headers headers) {
        send(lane, key, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    void send(Lane lane, String key, byte[] body, Headers headers) {
        pipe(topics.requests(lane).name(), key == null ? null : key.getBytes(StandardCharsets.UTF_8), body, headers);
    }

    byte[] avro(ChatRequest request) {
        return serdes.serializer(ChatRequest.class).serialize(topics.requests(Lane.INTERACTIVE).name(), request);
    }

    void pipe(String topic, byte[] key, byte[] value, Headers headers) {
        piped.merge(topic, 1L, Long::sum);
        driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(new TestRecord<>(key, value, headers, START));
    }

    // ---- workers

    void started(Attempt attempt) {
        event(attempt, new Started(1L));
    }

    void succeeded(Attempt attempt, String text) {
        event(attempt, new Succeeded(response(text), 900L));
    }

    void failed(Attempt attempt, FailureKind kind) {
        failed(attempt, Failure.newBuilder().setKind(kind).setSent(SendState.NOT_SENT).build());
    }

    void failed(Attempt attempt, Failure failure) {
        event(attempt, new Failed(failure, 900L));
    }

    void renewed(Lane lane, Attempt... attempts) {
        List<AttemptRef> refs = new ArrayList<>();
        for (Attempt attempt : attempts) {
            refs.add(new AttemptRef(attempt.getRequestId(), attempt.getAttempt()));
        }
        emit(lane, new AttemptEvent("", 0, "", "worker-1", START, new Renewed(refs)));
    }

    void event(Attempt attempt, Object what) {
        emit(attempt.getLane(),
                new AttemptEvent(attempt.getRequestId(), attempt.getAttempt(), attempt.getDeployment(), "worker-1", START, what));
    }

    private void emit(Lane lane, AttemptEvent event) {
        String topic = topics.attemptResults(lane).name();
        pipe(topic, event.getRequestId().getBytes(StandardCharsets.UTF_8),
                serdes.serializer(AttemptEvent.class).serialize(topic, event),
                new RecordHeaders());
    }

    static ChatResponse response(String text) {
        ChatMessage message = ChatMessage.newBuilder().setRole(Role.ASSISTANT).setContent(text).build();
        return ChatResponse.newBuilder().setId("chatcmpl-1").setModel("gpt").setChoices(
                List.of(Choice.newBuilder().setMessage(message).setFinishReason(FinishReason.STOP).build())).build();
    }

    // ---- what came out since the last look

    List<Attempt> attempts(String provider, Lane lane) {
        String topic = topics.attempts(provider, lane).name();
        Deserializer<Attempt> deserializer = serdes.deserializer(Attempt.class);
        return read(topic).stream().map(item -> deserializer.deserialize(topic, item.value())).toList();
    }

    List<Attempt> attempts(String provider) {
        return attempts(provider, Lane.INTERACTIVE);
    }

    /** The one attempt sent to a provider since the last look. */
    Attempt attempt(String provider) {
        List<Attempt> attempts = attempts(provider);
        org.assertj.core.api.Assertions.assertThat(attempts).as("attempts to %s", provider).hasSize(1);
        return attempts.getFirst();
    }

    List<Answer> answers() {
        return answers(topics.responses().name());
    }

    List<Answer> answers(String topic) {
        return read(topic).stream().map(item -> new Answer(topic, item.key(), item.value(), item.headers())).toList();
    }

    /** The one answer since the last look. */
    Answer answer() {
        List<Answer> answers = answers();
        org.assertj.core.api.Assertions.assertThat(answers).as("answers").hasSize(1);
        return answers.getFirst();
    }

    ChatResponse avro(Answer answer) {
        return serdes.deserializer(ChatResponse.class).deserialize(answer.topic(), answer.value());
    }

    List<RoutingDecision> decisions() {
        String topic = topics.decisions().name();
        Deserializer<RoutingDecision> deserializer = serdes.deserializer(RoutingDecision.class);
        return read(topic).stream().map(item -> deserializer.deserialize(topic, item.value())).toList();
    }

    List<TestRecord<byte[], byte[]>> deadLetters() {
        return read(topics.dlq().name());
    }

    List<TestRecord<byte[], byte[]>> read(String topic) {
        if (!driver.producedTopicNames().contains(topic)) {
            return List.of();
        }
        return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer()).readRecordsToList();
    }

    Set<String> topicsWritten() {
        return driver.producedTopicNames();
    }

    /** The sum of a counter over its tags that match. */
    double count(String name, String... tags) {
        return metrics.find(name).tags(tags).meters().stream().map(Meter::measure).mapToDouble(measurements -> {
            double sum = 0;
            for (var measurement : measurements) {
                sum += measurement.getStatistic() == Statistic.COUNT ? measurement.getValue() : 0;
            }
            return sum;
        }).sum();
    }

    double gauge(String name, String lane) {
        return metrics.get(name).tag("lane", lane).gauge().value();
    }

    long entries(String store) {
        long count = 0;
        try (var all = driver.getKeyValueStore(store).all()) {
            while (all.hasNext()) {
                all.next();
                count++;
            }
        }
        return count;
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        driver.close();
        serdes.close();
        registry.close();
    }
}
