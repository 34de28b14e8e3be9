package io.spillway.cli.submit;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.kafka.clients.consumer.ConsumerRecord;

import io.spillway.contract.RecordHeaders;
import io.spillway.contract.json.Json;
import io.spillway.contract.json.MalformedJsonException;
import io.spillway.v1.ErrorCode;

/** A terminal answer as it stands on the responses topic. */
public record Answer(String requestId, ConsumerRecord<byte[], byte[]> source) {

    private static final String SUCCESS = "ok";

    /** The answer in a record; empty when the record names no request. */
    static Optional<Answer> of(ConsumerRecord<byte[], byte[]> source) {
        return RecordHeaders.text(source.headers(), RecordHeaders.REQUEST_ID).map(id -> new Answer(id, source));
    }

    /** The key of the request. */
    public Optional<String> key() {
        return Optional.ofNullable(source.key()).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    public boolean isSuccess() {
        return error().isEmpty();
    }

    /** Why there is no completion; empty on success. A code this version does not know reads as UNKNOWN. */
    public Optional<ErrorCode> error() {
        Optional<String> outcome = RecordHeaders.text(source.headers(), RecordHeaders.OUTCOME);
        if (outcome.isEmpty()) {
            return body().filter(body -> !body.hasNonNull("error")).isPresent()
                    ? Optional.empty()
                    : Optional.of(ErrorCode.UNKNOWN);
        }
        return outcome.filter(word -> !SUCCESS.equals(word)).map(Answer::errorCode);
    }

    /** The OpenAI-shaped answer or error; empty when the value is not JSON. */
    public Optional<ObjectNode> body() {
        if (source.value() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.readObject(source.value()));
        } catch (MalformedJsonException e) {
            return Optional.empty();
        }
    }

    /** The deployment that answered. */
    public Optional<String> deployment() {
        return RecordHeaders.text(source.headers(), RecordHeaders.DEPLOYMENT);
    }

    /** Index of the tier that answered, from 0. */
    public Optional<Integer> tier() {
        return number(RecordHeaders.TIER);
    }

    /** Attempts made; 0 when unknown or none was. */
    public int attempts() {
        return number(RecordHeaders.ATTEMPTS).orElse(0);
    }

    /** Whether it was answered, but not by the first attempt. */
    public boolean isFailover() {
        return isSuccess() && attempts() > 1;
    }

    /** Without the value: answers never reach a log. */
    @Override
    public String toString() {
        return requestId;
    }

    private Optional<Integer> number(String header) {
        return RecordHeaders.text(source.headers(), header).filter(text -> text.matches("\\d{1,9}")).map(Integer::valueOf);
    }

    private static ErrorCode errorCode(String word) {
        try {
            return ErrorCode.valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return ErrorCode.UNKNOWN;
        }
    }
}
