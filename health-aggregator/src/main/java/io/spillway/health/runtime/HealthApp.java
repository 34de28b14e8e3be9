package io.spillway.health.runtime;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.micrometer.core.instrument.MeterRegistry;

import io.spillway.contract.CatalogueSnapshot;
import io.spillway.contract.TableFollower;
import io.spillway.contract.serde.AvroSerdes;
import io.spillway.health.config.HealthConfig;
import io.spillway.health.topology.HealthTopology;
import io.spillway.v1.CatalogEntry;
import io.spillway.v1.DeploymentState;
import io.spillway.v1.Telemetry;

/** A running aggregator: follows the catalogue, then runs the topology. */
public final class HealthApp implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(HealthApp.class);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HealthConfig config;
    private final MeterRegistry registry;
    private final AvroSerdes serdes;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean failed = new AtomicBoolean();
    private @Nullable TableFollower<CatalogueSnapshot> catalogue;
    private @Nullable KafkaStreams streams;

    public HealthApp(HealthConfig config, MeterRegistry registry) {
        this.config = config;
        this.registry = registry;
        this.serdes = AvroSerdes.create(config.serdes());
    }

    /**
     * Starts, and returns once the topology runs. An empty catalogue is no obstacle: every deployment is judged by the default
     * numbers until the first apply.
     *
     * @throws IllegalStateException when the topics are not as they must be, or Kafka cannot be reached; says what to do
     */
    public void start() {
        try (Admin admin = Admin.create(adminSettings())) {
            new StartupChecks(admin, config.topics()).run();
        }
        TableFollower<CatalogueSnapshot> table = TableFollower.catalogue(config.topics(), tableConsumer(),
                serdes.deserializer(CatalogEntry.class));
        catalogue = table;
        table.start(PATIENCE);
        KafkaStreams created = new KafkaStreams(HealthTopology.build(new HealthTopology.Parts(config.topics(), table,
                serdes.deserializer(Telemetry.class), serdes.serializer(DeploymentState.class), registry)),
                StreamsSettings.of(config));
        streams = created;
        CountDownLatch running = new CountDownLatch(1);
        created.setStateListener((now, before) -> {
            LOGGER.atInfo().addKeyValue("from", before).addKeyValue("to", now).log("health aggregator state");
            switch (now) {
                case RUNNING -> running.countDown();
                case ERROR, NOT_RUNNING -> {
                    failed.compareAndSet(false, now == KafkaStreams.State.ERROR);
                    running.countDown();
                    stopped.countDown();
                }
                case CREATED, REBALANCING, PENDING_SHUTDOWN, PENDING_ERROR -> {
                }
            }
        });
        created.setUncaughtExceptionHandler(failure -> {
            LOGGER.atError().setCause(failure).log("a stream thread died; it is replaced and goes on from its last commit");
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        created.start();
        await(running);
    }

    /**
     * Waits until the aggregator is closed.
     *
     * @throws IllegalStateException when it stopped by itself
     */
    public void awaitStop() throws InterruptedException {
        stopped.await();
        if (failed.get()) {
            throw new IllegalStateException("Kafka Streams stopped with an error; the log has the cause");
        }
    }

    public boolean isRunning() {
        KafkaStreams current = streams;
        return current != null && current.state().isRunningOrRebalancing();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        if (streams != null) {
            streams.close(Duration.ofSeconds(30));
        }
        if (catalogue != null) {
            catalogue.close();
        }
        serdes.close();
        stopped.countDown();
    }

    private void await(CountDownLatch running) {
        try {
            if (!running.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOGGER.atWarn().log("the health aggregator is still restoring its state");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Map<String, Object> adminSettings() {
        Map<String, Object> settings = new HashMap<>(
                new StreamsConfig(StreamsSettings.of(config)).getAdminConfigs("spillway-health"));
        settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
        return settings;
    }

    private Consumer<String, byte[]> tableConsumer() {
        Map<String, Object> settings = new HashMap<>(
                new StreamsConfig(StreamsSettings.of(config)).getGlobalConsumerConfigs("spillway-health-table"));
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, config.applicationId() + "-catalogue");
        return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    }
}
