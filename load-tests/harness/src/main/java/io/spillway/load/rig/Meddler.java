package io.spillway.load.rig;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import io.spillway.contract.RecordHeaders;
import io.spillway.contract.Topics;
import io.spillway.load.history.Acknowledgement;
import io.spillway.load.history.Answer;
import io.spillway.load.history.History;
import io.spillway.load.history.Send;
import io.spillway.load.workload.RequestBody;
import io.spillway.v1.Lane;

/**
 * Writes what nobody should write: requests a second time and with another body, events of the past, poison, prompts that are too large.
 * It remembers all of it, so that the history of a run can be told in full and what became of it be looked at.
 */
public final class Meddler {

    private static final String OWN = "meddle-";
    private static final Duration LOOK = Duration.ofSeconds(20);
    private static final int PER_PARTITION = 5;
    private static final int MEBIBYTE = 1024 * 1024;

    /** Where a record of ours went. */
    private record Spot(String topic, int partition, long offset) {}

    private final String bootstrapServers;
    private final Topics topics;
    private final Set<String> providers;
    private final TopicTail tail;
    private final List<Send> sends = new CopyOnWriteArrayList<>();
    private final List<Spot> poison = new CopyOnWriteArrayList<>();
    private final List<String> oversize = new CopyOnWriteArrayList<>();
    private final Set<String> otherBodies = Collections.synchronizedSet(new HashSet<>());

    Meddler(String bootstrapServers, Topics topics, Set<String> providers) {
        this.bootstrapServers = bootstrapServers;
        this.topics = topics;
        this.providers = Set.copyOf(providers);
        this.tail = new TopicTail(bootstrapServers);
    }

    /**
     * Sends some of the latest requests again: half with the same body, half with another.
     *
     * @return how many
     */
    int sendAgain() throws InterruptedException {
        List<ConsumerRecord<byte[], byte[]>> latest = tail.last(topics.requests(Lane.INTERACTIVE).name(), PER_PARTITION, LOOK)
                .stream().filter(item -> isOfTheRun(item)).toList();
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            for (int i = 0; i < latest.size(); i++) {
                ConsumerRecord<byte[], byte[]> item = latest.get(i);
                String id = id(item);
                boolean isOther = i % 2 == 0;
                byte[] body = isOther ? withAnotherLimit(item.value()) : item.value();
                RecordMetadata where = send(producer, new ProducerRecord<>(item.topic(), item.partition(), item.key(), body,
                        item.headers()));
                sends.add(new Send(id, RequestBody.fingerprint(body), Rig.ROUTE, Long.MAX_VALUE, Acknowledgement.ACKED,
                        where.partition(), where.offset()));
                if (isOther) {
                    otherBodies.add(id);
                }
            }
        }
        return latest.size();
    }

    /**
     * Writes the latest attempt events and telemetry once more, backwards, where they stood.
     *
     * @return how many
     */
    int replayEvents() throws InterruptedException {
        int count = 0;
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            for (String topic : List.of(topics.attemptResults(Lane.INTERACTIVE).name(), topics.attemptResults(Lane.BATCH).name(),
                    topics.telemetry().name())) {
                List<ConsumerRecord<byte[], byte[]>> latest = new ArrayList<>(tail.last(topic, 4 * PER_PARTITION, LOOK));
                Collections.reverse(latest);
                for (ConsumerRecord<byte[], byte[]> item : latest) {
                    var _ = send(producer,
                            new ProducerRecord<>(topic, item.partition(), item.key(), item.value(), item.headers()));
                    count++;
                }
            }
        }
        return count;
    }

    /**
     * Writes bytes that are nothing, and a value of a schema nobody knows, to every topic that an application consumes.
     *
     * @return how many
     */
    int poison() throws InterruptedException {
        List<String> consumed = new ArrayList<>();
        for (Lane lane : Topics.LANES) {
            consumed.add(topics.requests(lane).name());
            consumed.add(topics.attemptResults(lane).name());
            providers.forEach(provider -> consumed.add(topics.attempts(provider, lane).name()));
        }
        consumed.add(topics.telemetry().name());
        int count = 0;
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            for (byte[] value : List.of(new byte[]{7, 7, 7}, new byte[]{0, 0, 0, 39, 15, 1, 2})) {
                for (String topic : consumed) {
                    RecordMetadata where = send(producer, new ProducerRecord<>(topic, utf8("poison"), value));
                    poison.add(new Spot(topic, where.partition(), where.offset()));
                    count++;
                }
                // Tables have no dead letters: a record that cannot be read is passed over, the last good value stays.
                for (String table : List.of(topics.catalog().name(), topics.deploymentState().name())) {
                    var _ = send(producer, new ProducerRecord<>(table, utf8("poison"), value));
                    count++;
                }
            }
        }
        return count;
    }

    /** Sends a prompt that the brokers take and the router refuses, and one that the brokers refuse. */
    void oversize() throws InterruptedException {
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            String topic = topics.requests(Lane.INTERACTIVE).name();
            String id = OWN + "oversize-" + oversize.size();
            ProducerRecord<byte[], byte[]> large = new ProducerRecord<>(topic, utf8(id), prompt(3_800_000));
            large.headers().add(RecordHeaders.REQUEST_ID, utf8(id));
            var _ = send(producer, large);
            oversize.add(id);
            boolean wasTaken = true;
            try {
                var _ = send(producer, new ProducerRecord<>(topic, utf8(id), prompt(5 * MEBIBYTE)));
            } catch (IllegalStateException e) {
                if (!(e.getCause() instanceof RecordTooLargeException)) {
                    throw e;
                }
                wasTaken = false;
            }
            if (wasTaken) {
                throw new IllegalStateException("the brokers took a record of 5 MiB");
            }
        }
    }

    /** Writes more than so many KiB to one log of three copies. */
    void ballast(int kibibytes) throws InterruptedException, ExecutionException, TimeoutException {
        String topic = topics.prefix() + "ballast";
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
                KafkaProducer<byte[], byte[]> producer = producer()) {
            try {
                admin.createTopics(List.of(new NewTopic(topic, 1, (short) Cluster.SIZE))).all().get(20, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
            // A leader is named before it takes records.
            admin.listOffsets(Map.of(new TopicPartition(topic, 0), OffsetSpec.latest())).all().get(20, TimeUnit.SECONDS);
            for (int written = 0; written <= kibibytes + 1024; written += 1024) {
                var _ = send(producer, new ProducerRecord<>(topic, new byte[MEBIBYTE]));
            }
        }
    }

    /** The history with what the meddler sent under ids of the run, and without what it did under ids of its own. */
    public History complete(History history) {
        List<Send> all = new ArrayList<>(history.sends());
        all.addAll(sends);
        return new History(all, history.answers().stream().filter(answer -> !isOwn(answer.id())).toList(),
                history.paidCalls().stream().filter(call -> !isOwn(call.requestId())).toList(), history.charges(),
                history.interruptions());
    }

    /** Looks at what became of it all; what is not as it should be goes into the log. Call it when the run is over. */
    public void review(List<Answer> answers, MatrixLog log) {
        Map<String, Long> conflicts = new HashMap<>();
        answers.stream().filter(answer -> answer.outcome().equals(Answer.CONFLICT))
                .forEach(answer -> conflicts.merge(answer.id(), 1L, Long::sum));
        otherBodies.stream().filter(id -> !conflicts.containsKey(id)).forEach(
                id -> log.problem(Row.OTHER_BODY, id + " was sent again with another body and nobody was told of the conflict"));
        if (!otherBodies.isEmpty()) {
            log.evidence(Row.OTHER_BODY, otherBodies.size() + " ids with another body, " + conflicts.size() + " conflicts told");
        }
        if (!poison.isEmpty()) {
            reviewPoison(log);
        }
        if (!oversize.isEmpty()) {
            reviewOversize(log);
        }
    }

    private void reviewPoison(MatrixLog log) {
        Set<Spot> missing = new HashSet<>(poison);
        tail.read(topics.dlq().name(), LOOK, letters -> {
            letters.forEach(letter -> missing.remove(new Spot(header(letter, RecordHeaders.DLQ_TOPIC),
                    Integer.parseInt(header(letter, RecordHeaders.DLQ_PARTITION)),
                    Long.parseLong(header(letter, RecordHeaders.DLQ_OFFSET)))));
            return missing.isEmpty();
        });
        missing.forEach(spot -> log.problem(Row.POISON, "no dead letter for " + spot));
        log.evidence(Row.POISON, poison.size() - missing.size() + " of " + poison.size() + " poison records are dead letters");
    }

    private void reviewOversize(MatrixLog log) {
        Map<String, String> outcomes = new HashMap<>();
        tail.read(topics.responses().name(), LOOK, answers -> {
            answers.stream().filter(answer -> isOwn(id(answer)))
                    .forEach(answer -> outcomes.put(id(answer), header(answer, RecordHeaders.OUTCOME)));
            return outcomes.keySet().containsAll(oversize);
        });
        oversize.stream().filter(id -> !outcomes.getOrDefault(id, "no answer").equals("invalid_request")).forEach(
                id -> log.problem(Row.OVERSIZE,
                        id + ": expected invalid_request, got " + outcomes.getOrDefault(id, "no answer")));
        log.evidence(Row.OVERSIZE, "callers of " + outcomes.size() + " prompts were told: " + new HashSet<>(outcomes.values()));
    }

    private static boolean isOwn(String id) {
        return id.startsWith(OWN);
    }

    private static boolean isOfTheRun(ConsumerRecord<byte[], byte[]> item) {
        String id = id(item);
        return !id.isEmpty() && !isOwn(id) && !id.startsWith(Readiness.RUN + "-") && item.value() != null;
    }

    private static String id(ConsumerRecord<byte[], byte[]> item) {
        return header(item, RecordHeaders.REQUEST_ID);
    }

    private static String header(ConsumerRecord<byte[], byte[]> item, String name) {
        return RecordHeaders.text(item.headers(), name).orElse("");
    }

    /** Another request, but of the same prompt: if it were served, the provider's log would show it under the same id. */
    private static byte[] withAnotherLimit(byte[] body) {
        return utf8(new String(body, StandardCharsets.UTF_8).replaceAll("\"max_tokens\":\\d+", "\"max_tokens\":63"));
    }

    private static byte[] prompt(int bytes) {
        byte[] text = new byte[bytes];
        Arrays.fill(text, (byte) 'x');
        return utf8("{\"model\":\"" + Rig.ROUTE + "\",\"messages\":[{\"role\":\"user\",\"content\":\""
                + new String(text, StandardCharsets.US_ASCII) + "\"}],\"max_tokens\":16}");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static RecordMetadata send(KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> item)
            throws InterruptedException {
        try {
            return producer.send(item).get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(item.topic() + " does not take records: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException(item.topic() + " does not take records", e);
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, ProducerConfig.ACKS_CONFIG, "all",
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 16 * MEBIBYTE, ProducerConfig.LINGER_MS_CONFIG, 0),
                new ByteArraySerializer(), new ByteArraySerializer());
    }
}
