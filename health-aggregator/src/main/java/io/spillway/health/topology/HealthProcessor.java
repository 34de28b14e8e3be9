package io.spillway.health.topology;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

import io.spillway.v1.AttemptTelemetry;
import io.spillway.v1.Telemetry;
import io.spillway.v1.WorkerHeartbeat;

/** Kafka Streams' side of a task: hands telemetry and ticks to the {@link HealthEngine}, and what is no telemetry to the DLQ. */
final class HealthProcessor implements Processor<byte[], byte[], byte[], byte[]> {

    /**
     * How often time passes for the deployments. With a poll of at most 50 ms before it, a breaker goes half-open and a probe
     * grant expires within 150 ms of its time.
     */
    private static final Duration TICK = Duration.ofMillis(100);

    /** What a task works with once it has been started. */
    private record Started(ProcessorContext<byte[], byte[]> context, BrokerClock clock, Outbox outbox, HealthMetrics metrics,
            HealthEngine engine) {

        Instant now() {
            return clock.now(context.currentSystemTimeMs());
        }
    }

    private final HealthTopology.Parts parts;
    private @Nullable Started started;

    HealthProcessor(HealthTopology.Parts parts) {
        this.parts = parts;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        BrokerClock clock = new BrokerClock();
        HealthMetrics metrics = new HealthMetrics(parts.registry(), context.taskId().partition(), clock);
        Outbox outbox = new Outbox(context, parts.topics(), parts.states());
        HealthEngine engine = new HealthEngine(new CatalogueInForce(parts.catalogue()), new SnapshotStore(context), outbox,
                metrics);
        Started task = new Started(context, clock, outbox, metrics, engine);
        started = task;
        engine.restore(task.now());
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, timestamp -> engine.tick(clock.now(timestamp)));
    }

    @Override
    public void process(Record<byte[], byte[]> item) {
        Started task = started;
        if (task == null) {
            throw new IllegalStateException("process called before init");
        }
        task.clock().observe(item.timestamp(), task.context().currentSystemTimeMs());
        if (item.value() == null) {
            task.metrics().ignored("empty");
            return;
        }
        try {
            Telemetry telemetry = parts.telemetry().deserialize(parts.topics().telemetry().name(), item.headers(), item.value());
            judge(telemetry.getEvent(), item, task);
        } catch (SerializationException e) {
            deadLetter("UNDECODABLE_AVRO", String.valueOf(e.getMessage()), item, task);
        }
    }

    @Override
    public void close() {
        Started task = started;
        if (task != null) {
            task.metrics().close();
        }
    }

    private void judge(@Nullable Object event, Record<byte[], byte[]> item, Started task) {
        Instant at = Instant.ofEpochMilli(item.timestamp());
        switch (event) {
            case AttemptTelemetry attempt when isKeyOf(item, attempt.getDeployment()) -> task.engine().attempt(attempt, at,
                    task.now());
            case WorkerHeartbeat heartbeat when isKeyOf(item, heartbeat.getDeployment()) -> task.engine().heartbeat(heartbeat, at,
                    task.now());
            case AttemptTelemetry attempt -> strayed(attempt.getDeployment(), item, task);
            case WorkerHeartbeat heartbeat -> strayed(heartbeat.getDeployment(), item, task);
            case null, default -> task.metrics().ignored("no_event");
        }
    }

    /** Another key may mean another partition, and so two tasks that each judge half of a deployment. */
    private static boolean isKeyOf(Record<byte[], byte[]> item, String deployment) {
        return Arrays.equals(item.key(), deployment.getBytes(StandardCharsets.UTF_8));
    }

    private static void strayed(String deployment, Record<byte[], byte[]> item, Started task) {
        deadLetter("KEY_MISMATCH", "the record is about deployment '" + deployment + "', and its key must be that id", item,
                task);
    }

    private static void deadLetter(String reason, String detail, Record<byte[], byte[]> item, Started task) {
        task.metrics().deadLetter(reason);
        task.outbox().deadLetter(reason, detail, item, task.now());
    }
}
