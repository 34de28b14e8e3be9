package io.spillway.contract;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** Names of the record headers that carry envelope facts, and how to read and write them. */
public final class RecordHeaders {

    /** The caller's id of a request: the unit of dedup. Derived from topic, partition and offset when absent. */
    public static final String REQUEST_ID = "spillway-request-id";
    public static final String TENANT = "spillway-tenant";
    /** An ISO-8601 instant, or a duration from acceptance such as {@code 30s}, {@code 5m}, {@code 2h} or {@code PT30S}. */
    public static final String DEADLINE = "spillway-deadline";
    /** public, internal, confidential, pii or phi. */
    public static final String DATA_CLASS = "spillway-data-class";
    /** Regions the request may be served from, comma separated. */
    public static final String REGION = "spillway-region";
    public static final String SESSION = "spillway-session";
    /** Where the answer goes instead of the responses topic; must be on the router's allow-list. */
    public static final String REPLY_TOPIC = "spillway-reply-topic";
    /** {@code avro} or {@code json}; the format of the request when absent. */
    public static final String REPLY_FORMAT = "spillway-reply-format";
    public static final String TRACEPARENT = "traceparent";

    /** On responses: {@code ok} or the error code in lower case. */
    public static final String OUTCOME = "spillway-outcome";
    /** On responses: the deployment that answered. */
    public static final String DEPLOYMENT = "spillway-deployment";
    /** On responses: index of the tier that answered, from 0. */
    public static final String TIER = "spillway-tier";
    /** On responses: attempts made. */
    public static final String ATTEMPTS = "spillway-attempts";
    /** On responses: how long the provider took over the answer, in milliseconds; the rest is what Spillway added. */
    public static final String PROVIDER_MILLIS = "spillway-provider-millis";

    /** Spring Kafka's request-reply headers. */
    public static final String SPRING_CORRELATION_ID = "kafka_correlationId";
    public static final String SPRING_REPLY_TOPIC = "kafka_replyTopic";
    public static final String SPRING_REPLY_PARTITION = "kafka_replyPartition";

    /** On dead-letter records: why, and where the record stood. */
    public static final String DLQ_REASON = "spillway-dlq-reason";
    public static final String DLQ_DETAIL = "spillway-dlq-detail";
    public static final String DLQ_TOPIC = "spillway-dlq-topic";
    public static final String DLQ_PARTITION = "spillway-dlq-partition";
    public static final String DLQ_OFFSET = "spillway-dlq-offset";

    private RecordHeaders() {}

    /** The last header of that name as text; empty when absent, null-valued or blank. */
    public static Optional<String> text(Headers headers, String name) {
        return bytes(headers, name).map(value -> new String(value, StandardCharsets.UTF_8).strip())
                .filter(value -> !value.isEmpty());
    }

    /** The last header of that name as bytes; empty when absent or null-valued. */
    public static Optional<byte[]> bytes(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null ? Optional.empty() : Optional.ofNullable(header.value());
    }

    /** Sets a text header, replacing any of that name. */
    public static void set(Headers headers, String name, String value) {
        headers.remove(name);
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
