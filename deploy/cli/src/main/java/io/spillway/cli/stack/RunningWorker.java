package io.spillway.cli.stack;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

import io.micrometer.core.instrument.MeterRegistry;

import io.spillway.contract.CatalogueSnapshot;
import io.spillway.contract.TableFollower;
import io.spillway.contract.serde.AvroSerdes;
import io.spillway.v1.Attempt;
import io.spillway.v1.AttemptEvent;
import io.spillway.v1.CatalogEntry;
import io.spillway.v1.Telemetry;
import io.spillway.worker.WorkerApp;
import io.spillway.worker.WorkerSerdes;
import io.spillway.worker.config.WorkerConfig;
import io.spillway.worker.config.WorkerConfigParser;
import io.spillway.worker.provider.Adapters;

/** A worker inside the stack, with the tables it follows. */
final class RunningWorker {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final WorkerApp app;
    private final TableFollower<CatalogueSnapshot> catalogue;
    private final AvroSerdes serdes;

    private RunningWorker(WorkerApp app, TableFollower<CatalogueSnapshot> catalogue, AvroSerdes serdes) {
        this.app = app;
        this.catalogue = catalogue;
        this.serdes = serdes;
    }

    static RunningWorker start(String id, LocalStack stack, MeterRegistry meters, InstantSource wallClock) {
        AvroSerdes serdes = AvroSerdes.create(stack.serdeSettings());
        TableFollower<CatalogueSnapshot> catalogue = TableFollower.catalogue(stack.topics(), tableConsumer(stack, id),
                serdes.deserializer(CatalogEntry.class));
        catalogue.start(PATIENCE);
        Map<String, String> settings = new HashMap<>(stack.serdeSettings());
        settings.put("serde.auto.register.schemas", settings.remove("auto.register.schemas"));
        settings.put("kafka.bootstrap.servers", stack.bootstrapServers());
        settings.put("topics.prefix", stack.topics().prefix());
        WorkerConfig config = WorkerConfigParser.parse(settings, id);
        WorkerApp app = new WorkerApp(config, catalogue, new WorkerSerdes(serdes.deserializer(Attempt.class),
                serdes.serializer(AttemptEvent.class), serdes.serializer(Telemetry.class)), Adapters::forApi, meters, wallClock);
        app.start();
        return new RunningWorker(app, catalogue, serdes);
    }

    void kill() {
        app.kill();
        catalogue.close();
        serdes.close();
    }

    void close(Duration drain) {
        app.close(drain);
        catalogue.close();
        serdes.close();
    }

    private static KafkaConsumer<String, byte[]> tableConsumer(LocalStack stack, String id) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, stack.bootstrapServers());
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "spillway-worker-table-" + id);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    }
}
