package io.spillway.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import io.spillway.contract.registry.EmbeddedSchemaRegistry;
import io.spillway.contract.serde.AvroSerdes;
import io.spillway.v1.Attempt;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.ChatResponse;

/** Records in Confluent framing, with serdes whose registry look-ups are done. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class AvroBenchmark {

    private static final String TOPIC = "benchmark";

    private final EmbeddedSchemaRegistry registry = startRegistry();
    private final AvroSerdes serdes = AvroSerdes
            .create(Map.of("schema.registry.url", registry.baseUri().toString(), "auto.register.schemas", "true"));
    private final Sample<ChatRequest> request = new Sample<>(serdes.value(ChatRequest.class), "request", Samples.request());
    private final Sample<ChatResponse> response = new Sample<>(serdes.value(ChatResponse.class), "response", Samples.response());
    private final Sample<Attempt> attempt = new Sample<>(serdes.value(Attempt.class), "attempt", Samples.attempt());

    /** A record, its bytes, and what turns one into the other. */
    private static final class Sample<T extends SpecificRecord> {

        private final Serde<T> serde;
        private final String topic;
        private final T item;
        private final byte[] bytes;

        private Sample(Serde<T> serde, String kind, T item) {
            this.serde = serde;
            this.topic = TOPIC + "-" + kind;
            this.item = item;
            this.bytes = serde.serializer().serialize(topic, item);
        }

        private byte[] write() {
            return serde.serializer().serialize(topic, item);
        }

        private T read() {
            return serde.deserializer().deserialize(topic, bytes);
        }
    }

    @TearDown
    public void close() {
        serdes.close();
        registry.close();
    }

    @Benchmark
    public byte[] writeRequest() {
        return request.write();
    }

    @Benchmark
    public ChatRequest readRequest() {
        return request.read();
    }

    @Benchmark
    public byte[] writeResponse() {
        return response.write();
    }

    @Benchmark
    public ChatResponse readResponse() {
        return response.read();
    }

    @Benchmark
    public byte[] writeAttempt() {
        return attempt.write();
    }

    @Benchmark
    public Attempt readAttempt() {
        return attempt.read();
    }

    private static EmbeddedSchemaRegistry startRegistry() {
        try {
            return EmbeddedSchemaRegistry.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null);
        } catch (IOException e) {
            throw new UncheckedIOException("the schema registry cannot start on a free port", e);
        }
    }
}
