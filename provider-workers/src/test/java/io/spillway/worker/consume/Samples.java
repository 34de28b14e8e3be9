package io.spillway.worker.consume;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

import io.spillway.contract.CatalogueSnapshot;
import io.spillway.v1.Attempt;
import io.spillway.v1.AttemptEvent;
import io.spillway.v1.Capabilities;
import io.spillway.v1.ChatMessage;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.Choice;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.HealthPolicyEntry;
import io.spillway.v1.Lane;
import io.spillway.v1.Limits;
import io.spillway.v1.ProviderEntry;
import io.spillway.v1.Role;
import io.spillway.v1.Telemetry;
import io.spillway.v1.Usage;

/** Records for tests, and serdes that need no registry. */
public final class Samples {

    public static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    public static final String PROVIDER = "acme";

    private Samples() {}

    public static Attempt attempt(String requestId, String deployment, int ownerPartition) {
        ChatRequest request = ChatRequest.newBuilder().setModel("chat")
                .setMessages(List.of(ChatMessage.newBuilder().setRole(Role.USER).setContent("hello there").build())).build();
        return Attempt.newBuilder().setRequestId(requestId).setAttempt(1).setDeployment(deployment).setLane(Lane.INTERACTIVE)
                .setOwnerPartition(ownerPartition).setStartBy(NOW.plusSeconds(30)).setTimeoutMillis(60_000)
                .setDeadline(NOW.plusSeconds(600)).setRequest(request).build();
    }

    public static ChatResponse response() {
        return ChatResponse.newBuilder().setId("r").setModel("m")
                .setChoices(List.of(Choice.newBuilder()
                        .setMessage(ChatMessage.newBuilder().setRole(Role.ASSISTANT).setContent("hi").build()).build()))
                .setUsage(Usage.newBuilder().setTotalTokens(12).build()).build();
    }

    public static DeploymentEntry deployment(String id, int concurrency) {
        return DeploymentEntry.newBuilder().setId(id).setProvider(PROVIDER).setModel("m").setEndpoint("https://example.invalid")
                .setLimits(Limits.newBuilder().setConcurrency(concurrency).build())
                .setCapabilities(Capabilities.newBuilder().build()).build();
    }

    public static CatalogueSnapshot catalogue(DeploymentEntry... deployments) {
        ProviderEntry provider = ProviderEntry.newBuilder().setId(PROVIDER).setApi("test").build();
        return new CatalogueSnapshot(1, Map.of(PROVIDER, provider),
                List.of(deployments).stream().collect(Collectors.toMap(DeploymentEntry::getId, Function.identity())), Map.of(),
                HealthPolicyEntry.newBuilder().build());
    }

    public static Serializer<AttemptEvent> events() {
        return (topic, event) -> bytes(() -> AttemptEvent.getEncoder().encode(event));
    }

    public static Serializer<Telemetry> telemetry() {
        return (topic, event) -> bytes(() -> Telemetry.getEncoder().encode(event));
    }

    public static Deserializer<Attempt> attempts() {
        return (topic, value) -> value == null ? null : decode(Attempt.getDecoder(), value);
    }

    public static byte[] encode(Attempt attempt) {
        return bytes(() -> Attempt.getEncoder().encode(attempt));
    }

    /** The events written to a results topic, in order. */
    public static List<AttemptEvent> written(MockProducer<byte[], byte[]> producer, String topic) {
        return producer.history().stream().filter(item -> item.topic().equals(topic)).map(ProducerRecord::value)
                .map(value -> decode(AttemptEvent.getDecoder(), value)).toList();
    }

    public static List<Object> telemetryOf(MockProducer<byte[], byte[]> producer) {
        return producer.history().stream().filter(item -> item.topic().equals("llm.telemetry"))
                .map(item -> decode(Telemetry.getDecoder(), item.value()).getEvent()).toList();
    }

    /** Of one kind of event, in order. */
    public static <T> List<T> of(List<?> events, Class<T> kind) {
        return events.stream().map(event -> event instanceof AttemptEvent about ? about.getEvent() : event)
                .flatMap(event -> Optional.of(event).filter(kind::isInstance).map(kind::cast).stream()).toList();
    }

    private interface Encoding {
        ByteBuffer run() throws IOException;
    }

    private static byte[] bytes(Encoding encoding) {
        try {
            ByteBuffer buffer = encoding.run();
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> T decode(BinaryMessageDecoder<T> decoder, byte[] value) {
        try {
            return decoder.decode(value);
        } catch (IOException | RuntimeException e) {
            throw new SerializationException("not a record", e);
        }
    }
}
