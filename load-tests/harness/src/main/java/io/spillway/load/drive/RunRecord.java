package io.spillway.load.drive;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import io.spillway.contract.RecordHeaders;
import io.spillway.load.history.Acknowledgement;
import io.spillway.load.history.Answer;
import io.spillway.load.history.Charge;
import io.spillway.load.history.History;
import io.spillway.load.history.Interruption;
import io.spillway.load.history.PaidCall;
import io.spillway.load.history.Send;
import io.spillway.load.workload.PlannedRequest;
import io.spillway.load.workload.RequestBody;

/**
 * What was sent and what came back, while it happens and afterwards. Everything is kept by the request's position in the plan;
 * times are nanoseconds since the first planned send.
 */
public final class RunRecord {

    private final String run;
    private final String route;
    private final RequestBody bodies;
    private final List<PlannedRequest> plan;
    private final Acknowledgement[] acknowledgements;
    private final long[] fingerprints;
    private final long[] sentAt;
    private final int[] partitions;
    private final long[] offsets;
    private final Sightings committed;
    private final List<Answer> answers = new ArrayList<>();
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger repeats = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private volatile long startNanos = System.nanoTime();
    private volatile Instant start = Instant.EPOCH;

    /** @param run prefix of request ids: letters, digits and dashes, different for every run */
    public RunRecord(String run, String route, List<PlannedRequest> plan) {
        this.run = run;
        this.route = route;
        this.bodies = new RequestBody(route);
        this.plan = List.copyOf(plan);
        this.acknowledgements = new Acknowledgement[plan.size()];
        Arrays.fill(acknowledgements, Acknowledgement.UNKNOWN);
        this.fingerprints = new long[plan.size()];
        this.sentAt = new long[plan.size()];
        this.partitions = new int[plan.size()];
        Arrays.fill(partitions, -1);
        this.offsets = new long[plan.size()];
        Arrays.fill(offsets, -1);
        this.committed = new Sightings(plan.size());
    }

    List<PlannedRequest> plan() {
        return plan;
    }

    /** The clock starts: the first planned send is due now. */
    void begin(long nanoTime, Instant now) {
        startNanos = nanoTime;
        start = now;
    }

    /** Nanoseconds since the first planned send. */
    public long since(long nanoTime) {
        return nanoTime - startNanos;
    }

    /** The same for an instant of the wall clock. */
    public long since(Instant at) {
        return Duration.between(start, at).toNanos();
    }

    String id(PlannedRequest request) {
        return RequestBody.id(run, request);
    }

    byte[] body(PlannedRequest request) {
        return bodies.of(id(request), request);
    }

    void sending(PlannedRequest request, byte[] body, long nanoTime) {
        fingerprints[request.index()] = RequestBody.fingerprint(body);
        sentAt[request.index()] = since(nanoTime);
        if (request.isRepeat()) {
            repeats.incrementAndGet();
        }
        sent.set(request.index() + 1);
    }

    void acknowledged(int index, int partition, long offset) {
        lock.lock();
        try {
            acknowledgements[index] = Acknowledgement.ACKED;
            partitions[index] = partition;
            offsets[index] = offset;
        } finally {
            lock.unlock();
        }
    }

    void refused(int index) {
        lock.lock();
        try {
            acknowledgements[index] = Acknowledgement.FAILED;
            refused.incrementAndGet();
        } finally {
            lock.unlock();
        }
    }

    /** Index of the request an id belongs to; -1 for a foreign one. */
    int index(String id) {
        int index = RequestBody.index(run, id);
        return index < plan.size() ? index : -1;
    }

    /**
     * A committed answer was read.
     *
     * @return whether it is the first to its request
     */
    boolean answered(ConsumerRecord<byte[], byte[]> item, long nanoTime) {
        String id = RecordHeaders.text(item.headers(), RecordHeaders.REQUEST_ID).orElse("");
        byte[] body = item.value() == null ? new byte[0] : item.value();
        Answer answer = new Answer(id, RequestBody.fingerprint(body), header(item, RecordHeaders.OUTCOME),
                header(item, RecordHeaders.DEPLOYMENT), number(item, RecordHeaders.TIER, -1),
                number(item, RecordHeaders.ATTEMPTS, 0),
                Bytes.contains(body, RequestBody.mark(id).getBytes(StandardCharsets.UTF_8)),
                item.partition(), item.offset(), since(nanoTime));
        lock.lock();
        try {
            answers.add(answer);
        } finally {
            lock.unlock();
        }
        return committed.see(index(id), since(nanoTime));
    }

    /** Requests sent so far that have no answer yet. */
    public int open() {
        return sent.get() - repeats.get() - refused.get() - committed.count();
    }

    /** Requests handed to the producer so far. */
    public int sent() {
        return sent.get();
    }

    /** Requests answered so far. */
    public int answered() {
        return committed.count();
    }

    public Sightings committed() {
        return committed;
    }

    /** A list of sightings for another reader of this run. */
    Sightings sightings() {
        return new Sightings(plan.size());
    }

    /** When each request was planned to be sent. */
    public long intendedAt(int index) {
        return plan.get(index).atNanos();
    }

    /** The same by request id; 0 for a foreign one. */
    public long intendedAt(String id) {
        int index = index(id);
        return index < 0 ? 0 : intendedAt(index);
    }

    /** When each request was handed to the producer. */
    public long sentAt(int index) {
        return sentAt[index];
    }

    /** Ids of the requests sent so far, by the hash of their prompt as simulated providers log it. */
    public Map<String, String> idsByPromptHash() {
        Map<String, String> ids = new HashMap<>();
        for (PlannedRequest request : plan.subList(0, sent.get())) {
            if (!request.isRepeat()) {
                ids.put(RequestBody.promptHash(id(request), request), id(request));
            }
        }
        return ids;
    }

    /** Whether an id may be one of this run. */
    public boolean knows(String id) {
        return index(id) >= 0;
    }

    /** All committed answers so far, in the order they were read. */
    public List<Answer> answers() {
        lock.lock();
        try {
            return List.copyOf(answers);
        } finally {
            lock.unlock();
        }
    }

    /** The whole history, with what others know of the run. */
    public History history(List<PaidCall> paidCalls, Optional<List<Charge>> charges, List<Interruption> interruptions) {
        List<Send> sends = new ArrayList<>();
        lock.lock();
        try {
            for (PlannedRequest request : plan.subList(0, sent.get())) {
                int index = request.index();
                sends.add(new Send(id(request), fingerprints[index], route, request.atNanos(), acknowledgements[index],
                        partitions[index], offsets[index]));
            }
        } finally {
            lock.unlock();
        }
        return new History(sends, answers(), paidCalls, charges, interruptions);
    }

    private static String header(ConsumerRecord<byte[], byte[]> item, String name) {
        return RecordHeaders.text(item.headers(), name).orElse("");
    }

    private static int number(ConsumerRecord<byte[], byte[]> item, String name, int fallback) {
        return RecordHeaders.text(item.headers(), name).filter(text -> text.matches("\\d{1,9}")).map(Integer::parseInt)
                .orElse(fallback);
    }
}
