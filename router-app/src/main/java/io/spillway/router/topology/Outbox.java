package io.spillway.router.topology;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.OptionalInt;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

import io.spillway.contract.RecordHeaders;
import io.spillway.contract.Topic;
import io.spillway.contract.Topics;
import io.spillway.contract.json.ChatResponseJson;
import io.spillway.router.domain.ErrorCode;
import io.spillway.v1.Attempt;
import io.spillway.v1.ChatError;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.Lane;
import io.spillway.v1.RoutingDecision;
import io.spillway.v1.state.ReplyFormat;

/** Everything the router writes to topics leaves here, within the task's transaction. */
final class Outbox {

    /** Serializers of what goes out. */
    record Serializers(Serializer<Attempt> attempt, Serializer<RoutingDecision> decision, Serializer<ChatResponse> response) {}

    /** What an answer says about its making; deployment is empty when no provider made it. */
    record Making(String deployment, int tier, int attempts, long providerMillis) {

        static Making nothing(int attempts) {
            return new Making("", -1, attempts, 0);
        }
    }

    private final ProcessorContext<byte[], Outgoing> context;
    private final RouterSettings settings;
    private final Topics topics;
    private final Serializers serializers;
    private final Lane lane;

    Outbox(ProcessorContext<byte[], Outgoing> context, RouterSettings settings, Serializers serializers, Lane lane) {
        this.context = context;
        this.settings = settings;
        this.topics = settings.topics();
        this.serializers = serializers;
        this.lane = lane;
    }

    void attempt(Attempt attempt, String provider, Instant now) {
        Topic<Attempt> topic = topics.attempts(provider, lane);
        forward(topic.name(), OptionalInt.empty(), utf8(attempt.getRequestId()),
                serializers.attempt().serialize(topic.name(), attempt),
                new org.apache.kafka.common.header.internals.RecordHeaders(),
                now);
    }

    void decision(RoutingDecision decision, Instant now) {
        String topic = topics.decisions().name();
        forward(topic, OptionalInt.empty(), utf8(decision.getRequestId()), serializers.decision().serialize(topic, decision),
                new org.apache.kafka.common.header.internals.RecordHeaders(), now);
    }

    /**
     * Writes the one terminal answer.
     *
     * @return its bytes
     */
    byte[] answer(ReplyTo replyTo, ChatResponse response, Making making, Instant now) {
        byte[] body = body(replyTo, response);
        ChatResponse sent = response;
        if (body.length > settings.maxResponseBytes()) {
            sent = error(replyTo.requestId(), ErrorCode.INTERNAL, "the answer has " + body.length
                    + " bytes, more than the " + settings.maxResponseBytes() + " a response may have; ask for fewer tokens", now);
            body = body(replyTo, sent);
        }
        Headers headers = new org.apache.kafka.common.header.internals.RecordHeaders();
        RecordHeaders.set(headers, RecordHeaders.REQUEST_ID, replyTo.requestId());
        ChatError error = sent.getError();
        RecordHeaders.set(headers, RecordHeaders.OUTCOME,
                error == null ? "ok" : error.getCode().name().toLowerCase(Locale.ROOT));
        RecordHeaders.set(headers, RecordHeaders.ATTEMPTS, Integer.toString(making.attempts()));
        if (!making.deployment().isEmpty()) {
            RecordHeaders.set(headers, RecordHeaders.PROVIDER_MILLIS, Long.toString(making.providerMillis()));
            RecordHeaders.set(headers, RecordHeaders.DEPLOYMENT, making.deployment());
            RecordHeaders.set(headers, RecordHeaders.TIER, Integer.toString(making.tier()));
        }
        replyTo.traceparent().ifPresent(value -> RecordHeaders.set(headers, RecordHeaders.TRACEPARENT, value));
        replyTo.correlationId().ifPresent(value -> headers.add(RecordHeaders.SPRING_CORRELATION_ID, ReplyTo.bytes(value)));
        forward(replyTo.topic().orElseGet(() -> topics.responses().name()), replyTo.partition(), replyTo.key(), body, headers,
                now);
        return body;
    }

    /** A terminal error. */
    static ChatResponse error(String requestId, ErrorCode code, String message, Instant now) {
        ChatError error = ChatError.newBuilder().setCode(io.spillway.v1.ErrorCode.valueOf(code.name())).setMessage(message)
                .setRetryable(code.retryable()).build();
        return ChatResponse.newBuilder().setId("spillway-" + requestId).setCreated(now.getEpochSecond()).setError(error).build();
    }

    /** Writes a record nobody can process as it came, with the reason. */
    void deadLetter(DeadLetter letter, Instant now) {
        Headers headers = new org.apache.kafka.common.header.internals.RecordHeaders(letter.headers().toArray());
        RecordHeaders.set(headers, RecordHeaders.DLQ_REASON, letter.reason());
        RecordHeaders.set(headers, RecordHeaders.DLQ_DETAIL, letter.detail());
        RecordHeaders.set(headers, RecordHeaders.DLQ_TOPIC, letter.topic());
        RecordHeaders.set(headers, RecordHeaders.DLQ_PARTITION, Integer.toString(letter.partition()));
        RecordHeaders.set(headers, RecordHeaders.DLQ_OFFSET, Long.toString(letter.offset()));
        forward(topics.dlq().name(), OptionalInt.empty(), letter.key(), letter.value(), headers, now);
    }

    /** A record on its way to the dead-letter topic. */
    record DeadLetter(String reason, String detail, String topic, int partition, long offset, byte @Nullable [] key,
            byte[] value, Headers headers) {}

    private byte[] body(ReplyTo replyTo, ChatResponse response) {
        return replyTo.format() == ReplyFormat.AVRO
                // One subject for all replies: a caller's topic has no schema registered under its own name.
                ? serializers.response().serialize(topics.responses().name(), response)
                : ChatResponseJson.write(response);
    }

    private void forward(String topic, OptionalInt partition, byte @Nullable [] key, byte[] value, Headers headers, Instant now) {
        context.forward(new Record<>(key, new Outgoing(topic, partition, value), now.toEpochMilli(), headers));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
