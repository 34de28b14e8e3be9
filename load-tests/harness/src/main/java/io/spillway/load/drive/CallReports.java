package io.spillway.load.drive;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;

import io.spillway.contract.serde.AvroSerdes;
import io.spillway.v1.AttemptEvent;
import io.spillway.v1.Failed;
import io.spillway.v1.Started;
import io.spillway.v1.Succeeded;

/** What workers put on record of each call: that it begins, before they make it, and that it is over. */
public final class CallReports implements AutoCloseable {

    /**
     * A call begins or is over.
     *
     * @param worker who makes it
     * @param call {@code <request id>:<attempt>}
     * @param atMillis of the wall clock, when the worker wrote it
     */
    public record Report(String worker, String call, boolean isEnd, long atMillis) {

        /** The request it is made for. */
        public String requestId() {
            return call.substring(0, call.lastIndexOf(':'));
        }
    }

    private final AvroSerdes serdes;
    private final Deserializer<AttemptEvent> events;
    private final List<Report> reports = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final TopicReader reader;

    private CallReports(String bootstrapServers, List<String> topics, AvroSerdes serdes) throws InterruptedException {
        this.serdes = serdes;
        this.events = serdes.deserializer(AttemptEvent.class);
        this.reader = TopicReader.start(bootstrapServers, "read_uncommitted", topics, (item, now) -> read(item));
    }

    /**
     * Reads from now on.
     *
     * @param topics of the attempt results
     * @param serdeSettings of the registry their schemas are in
     */
    public static CallReports start(String bootstrapServers, List<String> topics, Map<String, String> serdeSettings)
            throws InterruptedException {
        return new CallReports(bootstrapServers, topics, AvroSerdes.create(serdeSettings));
    }

    /** All that was read so far. Those of one call are in order, others are not. */
    public List<Report> all() {
        lock.lock();
        try {
            return List.copyOf(reports);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        reader.close();
        serdes.close();
    }

    private void read(ConsumerRecord<byte[], byte[]> item) {
        AttemptEvent event = events.deserialize(item.topic(), item.headers(), item.value());
        Object what = event.getEvent();
        boolean isEnd = what instanceof Succeeded || what instanceof Failed;
        if (isEnd || what instanceof Started) {
            lock.lock();
            try {
                reports.add(new Report(event.getWorker(), event.getRequestId() + ':' + event.getAttempt(), isEnd,
                        item.timestamp()));
            } finally {
                lock.unlock();
            }
        }
    }
}
