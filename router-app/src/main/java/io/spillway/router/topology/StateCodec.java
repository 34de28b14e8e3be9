package io.spillway.router.topology;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

import org.apache.avro.Schema;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.message.SchemaStore;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

import io.spillway.contract.ReleasedSchemas;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.state.FinishedRequest;
import io.spillway.v1.state.RequestProgress;
import io.spillway.v1.state.StoredRequest;

/**
 * Avro's single-object encoding for values of state stores: a fingerprint of the writer's schema, then the data. No registry is
 * asked, so a store opens even when the registry is away. What a released version wrote is read too.
 */
final class StateCodec {

    private static final BinaryMessageDecoder<ChatRequest> CHAT = ChatRequest.createDecoder(released(ChatRequest.SCHEMA$));

    private StateCodec() {}

    static Serde<StoredRequest> storedRequest() {
        return serde(StoredRequest.getEncoder(), StoredRequest.createDecoder(released(StoredRequest.SCHEMA$)));
    }

    static Serde<RequestProgress> progress() {
        return serde(RequestProgress.getEncoder(), RequestProgress.createDecoder(released(RequestProgress.SCHEMA$)));
    }

    static Serde<FinishedRequest> finished() {
        return serde(FinishedRequest.getEncoder(), FinishedRequest.createDecoder(released(FinishedRequest.SCHEMA$)));
    }

    static ByteBuffer encode(ChatRequest request) {
        try {
            return ChatRequest.getEncoder().encode(request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ChatRequest decode(ByteBuffer bytes) {
        try {
            return CHAT.decode(bytes.duplicate());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SchemaStore released(Schema schema) {
        SchemaStore.Cache earlier = new SchemaStore.Cache();
        ReleasedSchemas.of(schema.getFullName()).forEach(earlier::addSchema);
        return earlier;
    }

    private static <T> Serde<T> serde(BinaryMessageEncoder<T> encoder, BinaryMessageDecoder<T> decoder) {
        Deserializer<T> deserializer = (topic, bytes) -> bytes == null ? null : read(decoder, bytes);
        return Serdes.serdeFrom((topic, value) -> value == null ? null : write(encoder, value), deserializer);
    }

    private static <T> byte[] write(BinaryMessageEncoder<T> encoder, T value) {
        try {
            ByteBuffer buffer = encoder.encode(value);
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> T read(BinaryMessageDecoder<T> decoder, byte[] bytes) {
        try {
            return decoder.decode(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
