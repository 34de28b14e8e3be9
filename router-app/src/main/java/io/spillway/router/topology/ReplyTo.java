package io.spillway.router.topology;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;

import org.jspecify.annotations.Nullable;

import io.spillway.v1.state.ReplyFormat;
import io.spillway.v1.state.StoredRequest;

/**
 * Where the answer to a request goes, and how.
 *
 * @param key the caller's key, kept on the response; null when there was none
 * @param topic the caller's reply topic, when it named one
 */
record ReplyTo(String requestId, byte @Nullable [] key, ReplyFormat format, Optional<String> topic, OptionalInt partition,
        Optional<ByteBuffer> correlationId, Optional<String> traceparent) {

    static ReplyTo of(String requestId, StoredRequest stored) {
        Integer partition = stored.getReplyPartition();
        ByteBuffer key = stored.getKey();
        return new ReplyTo(requestId, key == null ? null : bytes(key), stored.getReplyFormat(),
                Optional.ofNullable(stored.getReplyTopic()),
                partition == null ? OptionalInt.empty() : OptionalInt.of(partition),
                Optional.ofNullable(stored.getCorrelationId()), Optional.ofNullable(stored.getTraceparent()));
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
