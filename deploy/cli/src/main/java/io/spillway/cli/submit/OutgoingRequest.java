package io.spillway.cli.submit;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.apache.kafka.clients.producer.ProducerRecord;

import io.spillway.contract.RecordHeaders;

/**
 * A request to produce.
 *
 * @param requestId unit of dedup: the same id is answered once
 * @param key record key, kept on the answer
 * @param body chat-completions JSON
 * @param headers further headers, by name
 */
public record OutgoingRequest(String requestId, String key, String body, Map<String, String> headers) {

    public OutgoingRequest {
        headers = Map.copyOf(headers);
    }

    ProducerRecord<byte[], byte[]> toRecord(String topic) {
        ProducerRecord<byte[], byte[]> produced = new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8),
                body.getBytes(StandardCharsets.UTF_8));
        RecordHeaders.set(produced.headers(), RecordHeaders.REQUEST_ID, requestId);
        // The answer is read as JSON whatever the router's default is.
        RecordHeaders.set(produced.headers(), RecordHeaders.REPLY_FORMAT, "json");
        headers.forEach((name, value) -> RecordHeaders.set(produced.headers(), name, value));
        return produced;
    }

    /** Without the body: bodies never reach a log. */
    @Override
    public String toString() {
        return requestId;
    }
}
