package io.spillway.router.topology;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

import io.spillway.contract.RecordHeaders;
import io.spillway.contract.json.ChatRequestJson;
import io.spillway.contract.json.ParsedRequest;
import io.spillway.contract.json.Violation;
import io.spillway.router.domain.Catalogue;
import io.spillway.router.domain.DataClass;
import io.spillway.router.domain.ErrorCode;
import io.spillway.router.domain.Route;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.ResponseFormatType;
import io.spillway.v1.state.ReplyFormat;
import io.spillway.v1.state.StoredRequest;

/** Reads a record of the requests topic: its envelope from the headers, its body as JSON or Avro. */
final class Ingress {

    private static final int VIOLATIONS_SHOWN = 10;
    private static final int LONGEST_SHOWN = 64;

    /** What a record turned out to be. */
    sealed interface Reading {

        /** A request to serve. */
        record Accepted(StoredRequest stored, ChatRequest request) implements Reading {}

        /** A request that ends in an error at once. */
        record Refused(ErrorCode code, String message) implements Reading {}

        /** Not a request at all. */
        record Unreadable(String reason, String detail) implements Reading {}
    }

    private final RouterSettings settings;
    private final Deserializer<ChatRequest> avro;
    private final Predicate<String> topicExists;
    private final String topic;

    Ingress(RouterSettings settings, Deserializer<ChatRequest> avro, Predicate<String> topicExists, String topic) {
        this.settings = settings;
        this.avro = avro;
        this.topicExists = topicExists;
        this.topic = topic;
    }

    /** Where an answer to this record would go; never fails. A reply topic that is not allowed is left out. */
    ReplyTo replyTo(String derivedId, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        Optional<String> replyTopic = askedReplyTopic(headers).filter(this::allowed);
        return new ReplyTo(RecordHeaders.text(headers, RecordHeaders.REQUEST_ID).orElse(derivedId), key,
                replyFormat(value, headers), replyTopic, replyTopic.isPresent() ? replyPartition(headers) : OptionalInt.empty(),
                RecordHeaders.bytes(headers, RecordHeaders.SPRING_CORRELATION_ID).map(ByteBuffer::wrap),
                RecordHeaders.text(headers, RecordHeaders.TRACEPARENT));
    }

    Reading read(ReplyTo replyTo, byte @Nullable [] value, Headers headers, byte[] payloadHash, Catalogue catalogue,
            Instant now) {
        if (value == null || value.length == 0) {
            return new Reading.Unreadable("EMPTY_VALUE",
                    "the record has no value; send an OpenAI JSON body or an Avro ChatRequest");
        }
        if (value.length > settings.maxRequestBytes()) {
            return refused("the request has " + value.length + " bytes, the most is " + settings.maxRequestBytes());
        }
        if (looksLikeJson(value)) {
            return fromParsed(replyTo, ChatRequestJson.parse(value), headers, payloadHash, catalogue, now);
        }
        if (value[0] != 0 && value[0] != 1) {
            return new Reading.Unreadable("UNKNOWN_FORMAT",
                    "the value starts with neither '{' (JSON) nor a schema id (Avro with Confluent framing)");
        }
        ChatRequest request;
        try {
            request = avro.deserialize(topic, headers, value);
        } catch (SerializationException e) {
            return new Reading.Unreadable("UNDECODABLE_AVRO", String.valueOf(e.getMessage()));
        }
        List<Violation> violations = ChatRequestJson.validate(request);
        return fromParsed(replyTo,
                violations.isEmpty() ? new ParsedRequest.Valid(request) : new ParsedRequest.Invalid(violations), headers,
                payloadHash, catalogue, now);
    }

    private Reading fromParsed(ReplyTo replyTo, ParsedRequest parsed, Headers headers, byte[] payloadHash, Catalogue catalogue,
            Instant now) {
        return switch (parsed) {
            case ParsedRequest.Invalid invalid -> refused(sentence(invalid.violations()));
            case ParsedRequest.Valid valid -> accept(replyTo, valid.request(), headers, payloadHash, catalogue, now);
        };
    }

    private Reading accept(ReplyTo replyTo, ChatRequest request, Headers headers, byte[] payloadHash, Catalogue catalogue,
            Instant now) {
        Optional<Route> route = catalogue.route(request.getModel());
        if (route.isEmpty()) {
            return refused("model: there is no route '" + shown(request.getModel()) + "' (routes: "
                    + String.join(", ", new TreeSet<>(catalogue.routes().keySet())) + ")");
        }
        Optional<String> deadlineText = RecordHeaders.text(headers, RecordHeaders.DEADLINE);
        Optional<Instant> deadline = deadlineText.isEmpty()
                ? Optional.of(now.plus(route.get().deadline()))
                : DeadlineHeader.parse(deadlineText.get(), now);
        if (deadline.isEmpty()) {
            return refused("header " + RecordHeaders.DEADLINE + ": '" + shown(deadlineText.orElse(""))
                    + "' is neither an instant such as 2026-01-31T12:00:00Z nor a duration such as 30s");
        }
        Optional<String> className = RecordHeaders.text(headers, RecordHeaders.DATA_CLASS);
        Optional<DataClass> dataClass = className.isEmpty()
                ? Optional.of(settings.defaultDataClass())
                : DataClass.parse(className.get());
        if (dataClass.isEmpty()) {
            return refused(
                    "header " + RecordHeaders.DATA_CLASS + ": unknown data class '" + shown(className.orElse("")) + "' (one of "
                            + Arrays.toString(DataClass.values()) + ")");
        }
        Optional<String> region = RecordHeaders.text(headers, RecordHeaders.REGION);
        if (region.isPresent() && regions(region.get()).isEmpty()) {
            return refused("header " + RecordHeaders.REGION + ": '" + shown(region.get())
                    + "' names no region; give one or more, comma separated, or leave the header out");
        }
        Optional<String> replyTopic = askedReplyTopic(headers);
        if (replyTopic.isPresent() && replyTo.topic().isEmpty()) {
            return refused("reply topic '" + shown(replyTopic.get())
                    + "' is not on the router's allow-list or does not exist; ask the operator, or leave the header out");
        }
        byte[] key = replyTo.key();
        StoredRequest stored = new StoredRequest(key == null ? null : ByteBuffer.wrap(key), request.getModel(),
                replyTo.format(), replyTo.topic().orElse(null),
                replyTo.partition().isPresent() ? Integer.valueOf(replyTo.partition().getAsInt()) : null, now, deadline.get(),
                RecordHeaders.text(headers, RecordHeaders.TENANT).orElse(null), dataClass.get().name(),
                region.orElse(null),
                RecordHeaders.text(headers, RecordHeaders.SESSION).orElse(null), replyTo.traceparent().orElse(null),
                replyTo.correlationId().orElse(null), ByteBuffer.wrap(payloadHash), PromptSize.leastTokens(request),
                request.getMaxTokens() == null ? 0 : request.getMaxTokens(), !request.getTools().isEmpty(),
                PromptSize.hasImages(request), wantsSchema(request), StateCodec.encode(request), null);
        return new Reading.Accepted(stored, request);
    }

    private static boolean wantsSchema(ChatRequest request) {
        return request.getResponseFormat() != null
                && request.getResponseFormat().getType() == ResponseFormatType.JSON_SCHEMA;
    }

    /** Names are short; whatever else stands in their place is not repeated at length. */
    private static String shown(String text) {
        return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "...";
    }

    private static Reading refused(String message) {
        return new Reading.Refused(ErrorCode.INVALID_REQUEST, message);
    }

    private static String sentence(List<Violation> violations) {
        String shown = violations.stream().limit(VIOLATIONS_SHOWN).map(Violation::toString).collect(Collectors.joining("; "));
        int more = violations.size() - VIOLATIONS_SHOWN;
        return more > 0 ? shown + "; and " + more + " more" : shown;
    }

    private static ReplyFormat replyFormat(byte @Nullable [] value, Headers headers) {
        Optional<String> asked = RecordHeaders.text(headers, RecordHeaders.REPLY_FORMAT);
        if (asked.isPresent() && asked.get().equalsIgnoreCase("avro")) {
            return ReplyFormat.AVRO;
        }
        if (asked.isPresent() && asked.get().equalsIgnoreCase("json")) {
            return ReplyFormat.JSON;
        }
        return value != null && value.length > 0 && (value[0] == 0 || value[0] == 1) ? ReplyFormat.AVRO : ReplyFormat.JSON;
    }

    /** JSON may begin with white space or a byte order mark. */
    private static boolean looksLikeJson(byte[] value) {
        for (byte b : value) {
            if (b == '{') {
                return true;
            }
            if (b != ' ' && b != '\t' && b != '\n' && b != '\r' && !isByteOrderMark(b)) {
                return false;
            }
        }
        return false;
    }

    private static boolean isByteOrderMark(byte b) {
        return b == (byte) 0xEF || b == (byte) 0xBB || b == (byte) 0xBF;
    }

    private static Optional<String> askedReplyTopic(Headers headers) {
        return RecordHeaders.text(headers, RecordHeaders.REPLY_TOPIC)
                .or(() -> RecordHeaders.text(headers, RecordHeaders.SPRING_REPLY_TOPIC));
    }

    private boolean allowed(String replyTopic) {
        if (replyTopic.equals(settings.topics().responses().name())) {
            return true;
        }
        return settings.replyTopics().stream().anyMatch(pattern -> pattern.matcher(replyTopic).matches())
                && topicExists.test(replyTopic);
    }

    /** Spring sends the partition as four bytes, big endian. */
    private static OptionalInt replyPartition(Headers headers) {
        return RecordHeaders.bytes(headers, RecordHeaders.SPRING_REPLY_PARTITION).filter(bytes -> bytes.length == Integer.BYTES)
                .map(bytes -> OptionalInt.of(ByteBuffer.wrap(bytes).getInt())).orElse(OptionalInt.empty());
    }

    /** The regions named in a region header. */
    static Set<String> regions(@Nullable String header) {
        return header == null
                ? Set.of()
                : Arrays.stream(header.split(",")).map(String::strip).filter(region -> !region.isEmpty())
                        .collect(Collectors.toSet());
    }
}
