package io.spillway.router.topology;

import java.time.Duration;
import java.time.Instant;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

import io.spillway.v1.AttemptEvent;
import io.spillway.v1.Lane;

/** Kafka Streams' side of a lane: hands records and ticks to the task's {@link LaneEngine}. */
final class LaneProcessor implements Processor<byte[], byte[], byte[], Outgoing> {

    /** How often timers are looked at; also bounds how long a parked request waits after a place came free. */
    private static final Duration TICK = Duration.ofMillis(25);

    private final Lane lane;
    private final RouterTopology.Parts parts;
    private final CommitPace pace;
    private @Nullable ProcessorContext<byte[], Outgoing> context;
    private @Nullable LaneEngine engine;

    LaneProcessor(Lane lane, RouterTopology.Parts parts) {
        this.lane = lane;
        this.parts = parts;
        this.pace = new CommitPace(parts.readAhead());
    }

    @Override
    public void init(ProcessorContext<byte[], Outgoing> started) {
        context = started;
        LaneEngine created = parts.engine(lane, started);
        engine = created;
        created.recover(now(started));
        // All tasks of a thread tick together: after each round with a tick or a commit in it Kafka Streams halves the number of records
        // it takes from each task in the next, so that ticks spread over time would keep it at one.
        started.schedule(Instant.EPOCH, TICK, PunctuationType.WALL_CLOCK_TIME,
                timestamp -> created.tick(Instant.ofEpochMilli(timestamp)));
        started.schedule(Instant.EPOCH, parts.settings().commitInterval(), PunctuationType.WALL_CLOCK_TIME, timestamp -> {
            if (pace.isDue()) {
                started.commit();
            }
        });
    }

    @Override
    public void process(Record<byte[], byte[]> item) {
        ProcessorContext<byte[], Outgoing> current = context;
        LaneEngine target = engine;
        if (current == null || target == null) {
            throw new IllegalStateException("process called before init");
        }
        RecordMetadata metadata = current.recordMetadata()
                .orElseThrow(() -> new IllegalStateException("a source record has a position"));
        pace.handled(new TopicPartition(metadata.topic(), metadata.partition()), metadata.offset());
        RecordPosition position = new RecordPosition(metadata.topic(), metadata.partition(), metadata.offset());
        Instant now = now(current);
        if (position.topic().equals(parts.settings().topics().requests(lane).name())) {
            target.request(position, item.key(), item.value(), item.headers(), now);
            return;
        }
        target.reportRead(position.offset());
        AttemptEvent event;
        try {
            event = parts.events().deserialize(position.topic(), item.headers(), item.value());
        } catch (SerializationException e) {
            target.deadLetter("UNDECODABLE_AVRO", String.valueOf(e.getMessage()), position, item.key(), item.value(),
                    item.headers(), now);
            return;
        }
        if (event != null) {
            target.event(event, now);
        }
    }

    @Override
    public void close() {
        LaneEngine target = engine;
        if (target != null) {
            target.close();
        }
    }

    private static Instant now(ProcessorContext<?, ?> context) {
        return Instant.ofEpochMilli(context.currentSystemTimeMs());
    }
}
