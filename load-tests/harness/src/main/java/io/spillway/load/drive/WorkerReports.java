package io.spillway.load.drive;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;

import io.spillway.contract.serde.AvroSerdes;
import io.spillway.v1.Telemetry;
import io.spillway.v1.WorkerHeartbeat;

/** What workers say about themselves: the calls in flight of their heartbeats, which they send every few seconds. */
public final class WorkerReports implements AutoCloseable {

    private final String topic;
    private final AvroSerdes serdes;
    private final Deserializer<Telemetry> telemetry;
    private final Map<String, Integer> mostInFlight = new ConcurrentHashMap<>();
    private final TopicReader reader;

    private WorkerReports(String bootstrapServers, String topic, AvroSerdes serdes) throws InterruptedException {
        this.topic = topic;
        this.serdes = serdes;
        this.telemetry = serdes.deserializer(Telemetry.class);
        this.reader = TopicReader.start(bootstrapServers, "read_uncommitted", List.of(topic), (item, now) -> read(item));
    }

    /**
     * Reads from now on.
     *
     * @param topic the telemetry topic
     * @param serdeSettings of the registry its schemas are in
     */
    public static WorkerReports start(String bootstrapServers, String topic, Map<String, String> serdeSettings)
            throws InterruptedException {
        return new WorkerReports(bootstrapServers, topic, AvroSerdes.create(serdeSettings));
    }

    /** Most calls in flight that any worker reported for one deployment. */
    public int mostInFlight() {
        return mostInFlight.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    @Override
    public void close() {
        reader.close();
        serdes.close();
    }

    private void read(ConsumerRecord<byte[], byte[]> item) {
        if (telemetry.deserialize(topic, item.headers(), item.value()).getEvent() instanceof WorkerHeartbeat heartbeat) {
            mostInFlight.merge(heartbeat.getWorker() + " " + heartbeat.getDeployment(), heartbeat.getInFlight(), Math::max);
        }
    }
}
