package io.spillway.cli.stack;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

import io.spillway.contract.RecordHeaders;

/** A caller: produces requests and keeps every committed record of some topics, by request id. */
final class StackClient implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(90);

    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread reader;
    private final Map<String, List<ConsumerRecord<byte[], byte[]>>> answers = new ConcurrentHashMap<>();
    private final List<ConsumerRecord<byte[], byte[]>> deadLetters = new CopyOnWriteArrayList<>();
    private final String responses;

    StackClient(LocalStack stack) {
        this.producer = new KafkaProducer<>(Map.of("bootstrap.servers", stack.bootstrapServers(), "acks", "all"),
                new ByteArraySerializer(), new ByteArraySerializer());
        this.consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", stack.bootstrapServers(), "isolation.level", "read_committed", "auto.offset.reset",
                        "earliest", "enable.auto.commit", "false"),
                new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.responses = stack.topics().responses().name();
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : List.of(responses, stack.topics().dlq().name())) {
            consumer.partitionsFor(topic).forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        this.reader = Thread.ofPlatform().name("stack-client").start(this::read);
    }

    RecordMetadata send(String topic, String key, byte[] value, Map<String, String> headers) {
        ProducerRecord<byte[], byte[]> item = new ProducerRecord<>(topic, key == null ? null : utf8(key), value);
        headers.forEach((name, text) -> item.headers().add(name, utf8(text)));
        try {
            return producer.send(item).get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    RecordMetadata sendJson(String topic, String id, String route, String text) {
        return sendJson(topic, id, route, text, Map.of());
    }

    RecordMetadata sendJson(String topic, String id, String route, String text, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(headers);
        all.put(RecordHeaders.REQUEST_ID, id);
        return send(topic, "key-" + id, utf8(body(route, text)), all);
    }

    static String body(String route, String text) {
        return "{\"model\":\"" + route + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}],\"max_tokens\":32}";
    }

    /** The first answer to a request, waited for. */
    ConsumerRecord<byte[], byte[]> answer(String id) {
        Awaitility.await("an answer to " + id).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10)).atMost(PATIENCE)
                .until(() -> answers.containsKey(id));
        return answers.get(id).getFirst();
    }

    /** All answers to a request so far. */
    List<ConsumerRecord<byte[], byte[]>> answers(String id) {
        return answers.getOrDefault(id, List.of());
    }

    /** Requests that have an answer. */
    int answered() {
        return answers.size();
    }

    List<ConsumerRecord<byte[], byte[]>> deadLetters() {
        return deadLetters;
    }

    static String header(ConsumerRecord<byte[], byte[]> item, String name) {
        return RecordHeaders.text(item.headers(), name).orElse("");
    }

    static String text(ConsumerRecord<byte[], byte[]> item) {
        return new String(item.value(), StandardCharsets.UTF_8);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws InterruptedException {
        consumer.wakeup();
        reader.join();
        producer.close(Duration.ofSeconds(5));
    }

    private void read() {
        try (consumer) {
            while (true) {
                for (ConsumerRecord<byte[], byte[]> item : consumer.poll(Duration.ofMillis(200))) {
                    if (item.topic().equals(responses)) {
                        answers.computeIfAbsent(header(item, RecordHeaders.REQUEST_ID), id -> new CopyOnWriteArrayList<>())
                                .add(item);
                    } else {
                        deadLetters.add(item);
                    }
                }
            }
        } catch (WakeupException e) {
            // The client is closing.
        }
    }
}
