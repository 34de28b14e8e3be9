package io.spillway.cli.submit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Sends requests through a window of open ones and reads their answers, on the calling thread. The producer and the consumer
 * belong to the caller; the consumer has no group and reads committed records only, or answers of aborted transactions would count.
 */
public final class SubmitSession {

    /** How a session ended. */
    public enum End {
        /** Every request has its terminal answer, or was refused. */
        COMPLETE,
        /** {@link #stop()} was called; open requests are answered later, on the topic. */
        STOPPED
    }

    /**
     * @param requestsTopic where requests go
     * @param responsesTopic where answers come from
     * @param maxInFlight most requests sent and not answered
     */
    public record Settings(String requestsTopic, String responsesTopic, int maxInFlight) {}

    private static final Duration POLL = Duration.ofMillis(50);
    /** Requests sent between two polls at most, and for how long: a slow source must not delay the answers. */
    private static final int SEND_BURST = 256;
    private static final long SEND_BURST_NANOS = Duration.ofMillis(20).toNanos();
    private static final long RESEND_PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

    private record SendFailure(OutgoingRequest request, Exception cause) {}

    private final Producer<byte[], byte[]> producer;
    private final Consumer<byte[], byte[]> consumer;
    private final Settings settings;
    private final Ledger ledger;
    private final SessionListener listener;
    /** Ids sent and not answered; bodies are kept only until Kafka has acknowledged them. */
    private final Set<String> open = new HashSet<>();
    private final Deque<OutgoingRequest> again = new ArrayDeque<>();
    private final Queue<SendFailure> sendFailures = new ConcurrentLinkedQueue<>();
    private List<TopicPartition> partitions = List.of();
    private long pauseUntil;
    private boolean pausing;
    private volatile boolean stopping;

    public SubmitSession(Producer<byte[], byte[]> producer, Consumer<byte[], byte[]> consumer, Settings settings, Ledger ledger,
            SessionListener listener) {
        this.producer = producer;
        this.consumer = consumer;
        this.settings = settings;
        this.ledger = ledger;
        this.listener = listener;
    }

    /** Where the responses topic ends now, by partition. Answers to requests sent later come after it. */
    public static Map<Integer, Long> ends(Consumer<byte[], byte[]> consumer, String responsesTopic) {
        Map<Integer, Long> ends = new HashMap<>();
        consumer.endOffsets(partitions(consumer, responsesTopic))
                .forEach((partition, end) -> ends.put(partition.partition(), end));
        return ends;
    }

    /**
     * Runs until everything is answered or {@link #stop()} is called.
     *
     * @param requests may block for as long as the owner likes; polled between answers
     * @param from offsets of the responses topic to read from; a partition not named is read from its beginning
     * @throws SubmitException when Kafka refuses for good, for lack of rights or of the topic
     */
    public End run(Iterator<OutgoingRequest> requests, Map<Integer, Long> from) {
        try {
            assign(from);
            readEarlierAnswers();
            while (!stopping) {
                handleSendFailures();
                send(requests);
                if (open.isEmpty() && again.isEmpty() && !requests.hasNext()) {
                    return End.COMPLETE;
                }
                takeAnswers();
            }
        } catch (WakeupException e) {
            if (!stopping) {
                throw e;
            }
        }
        return End.STOPPED;
    }

    /** Makes {@link #run} return soon; may be called from any thread. */
    public void stop() {
        stopping = true;
        consumer.wakeup();
    }

    private static List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer, String topic) {
        List<TopicPartition> found = new ArrayList<>();
        consumer.partitionsFor(topic).forEach(info -> found.add(new TopicPartition(topic, info.partition())));
        if (found.isEmpty()) {
            throw new SubmitException("topic " + topic + " does not exist: create the topics with 'spillway topics'");
        }
        return found;
    }

    private void assign(Map<Integer, Long> from) {
        partitions(consumer, settings.requestsTopic());
        partitions = partitions(consumer, settings.responsesTopic());
        consumer.assign(partitions);
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
        for (TopicPartition partition : partitions) {
            long beginning = beginnings.getOrDefault(partition, 0L);
            long wanted = from.getOrDefault(partition.partition(), beginning);
            if (wanted < beginning) {
                listener.notice("answers before offset " + beginning + " of " + partition + " are gone (retention); wanted from "
                        + wanted + ". Lines whose answers are lost are asked, and paid, again");
            }
            consumer.seek(partition, Math.max(wanted, beginning));
        }
    }

    /** Before anything is sent: what an earlier run asked may be answered by now. */
    private void readEarlierAnswers() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (!stopping && partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
            takeAnswers();
        }
    }

    private void send(Iterator<OutgoingRequest> requests) {
        long now = System.nanoTime();
        if (pausing && now - pauseUntil < 0) {
            return;
        }
        pausing = false;
        for (int i = 0; i < SEND_BURST && !stopping && System.nanoTime() - now < SEND_BURST_NANOS; i++) {
            OutgoingRequest repeated = again.poll();
            if (repeated != null) {
                produce(repeated);
            } else if (open.size() < settings.maxInFlight() && requests.hasNext()) {
                sendNew(requests.next());
            } else {
                return;
            }
        }
    }

    private void sendNew(OutgoingRequest request) {
        if (ledger.begin(request.requestId())) {
            open.add(request.requestId());
            produce(request);
            listener.sent(request);
        }
    }

    private void produce(OutgoingRequest request) {
        // What becomes of it is told to the callback.
        var _ = producer.send(request.toRecord(settings.requestsTopic()), (metadata, failure) -> {
            if (failure != null) {
                sendFailures.add(new SendFailure(request, failure));
            }
        });
    }

    private void handleSendFailures() {
        for (SendFailure failure = sendFailures.poll(); failure != null; failure = sendFailures.poll()) {
            OutgoingRequest request = failure.request();
            if (!open.contains(request.requestId())) {
                continue;
            }
            switch (failure.cause()) {
                case RecordTooLargeException e -> refuse(request, "is larger than Kafka takes: " + e.getMessage());
                case SerializationException e -> refuse(request, "cannot be written: " + e.getMessage());
                case UnknownTopicOrPartitionException e -> throw missingTopic(e);
                case InvalidTopicException e -> throw missingTopic(e);
                case RetriableException e -> sendAgain(request, e);
                default -> throw new SubmitException("Kafka refused a request for " + settings.requestsTopic() + ": "
                        + failure.cause().getMessage(), failure.cause());
            }
        }
    }

    private SubmitException missingTopic(Exception cause) {
        return new SubmitException(
                "topic " + settings.requestsTopic() + " does not exist: create the topics with 'spillway topics'",
                cause);
    }

    private void refuse(OutgoingRequest request, String reason) {
        open.remove(request.requestId());
        listener.refused(request, reason);
    }

    private void sendAgain(OutgoingRequest request, Exception cause) {
        if (!pausing) {
            listener.notice("Kafka does not take requests for now (" + cause.getMessage() + "); trying on");
        }
        pausing = true;
        pauseUntil = System.nanoTime() + RESEND_PAUSE_NANOS;
        again.add(request);
    }

    private void takeAnswers() {
        for (ConsumerRecord<byte[], byte[]> item : consumer.poll(POLL)) {
            Optional<Answer> answer = Answer.of(item);
            answer.ifPresent(this::take);
        }
        listener.turn(open.size(), this::positions);
    }

    private void take(Answer answer) {
        open.remove(answer.requestId());
        switch (ledger.arrived(answer)) {
            case FOREIGN, KNOWN -> {}
            case FIRST -> listener.answered(answer);
            case DUPLICATE -> listener.duplicate(answer);
        }
    }

    private Map<Integer, Long> positions() {
        Map<Integer, Long> positions = new HashMap<>();
        partitions.forEach(partition -> positions.put(partition.partition(), consumer.position(partition)));
        return positions;
    }
}
