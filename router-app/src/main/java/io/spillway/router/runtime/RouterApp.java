package io.spillway.router.runtime;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

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
import io.spillway.contract.DeploymentStates;
import io.spillway.contract.TableFollower;
import io.spillway.contract.serde.AvroSerdes;
import io.spillway.router.config.RouterConfig;
import io.spillway.router.topology.ReadAhead;
import io.spillway.router.topology.RouterSettings;
import io.spillway.router.topology.RouterTopology;
import io.spillway.v1.Attempt;
import io.spillway.v1.AttemptEvent;
import io.spillway.v1.CatalogEntry;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.DeploymentState;
import io.spillway.v1.RoutingDecision;

/** A running router: follows the catalogue and the deployment states, then runs the topology. */
public final class RouterApp implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(RouterApp.class);

    private static final Duration RUNNING_LEASE = Duration.ofSeconds(15);
    private static final Duration QUEUE_GRACE = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RouterConfig config;
    private final MeterRegistry registry;
    private final AvroSerdes serdes;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Set<String> existingTopics = ConcurrentHashMap.newKeySet();
    private @Nullable TableFollower<CatalogueSnapshot> catalogue;
    private @Nullable TableFollower<DeploymentStates> states;
    private @Nullable KafkaStreams streams;
    private @Nullable Admin admin;

    public RouterApp(RouterConfig config, MeterRegistry registry) {
        this.config = config;
        this.registry = registry;
        this.serdes = AvroSerdes.create(config.serdes());
    }

    /**
     * Starts, and returns once the topology runs.
     *
     * @throws IllegalStateException when the topics are not as they must be, or Kafka cannot be reached; says what to do
     */
    public void start() {
        Admin client = Admin.create(clientSettings());
        admin = client;
        int partitions = new StartupChecks(client, config.topics()).requestPartitions();
        TableFollower<CatalogueSnapshot> catalogueTable = TableFollower.catalogue(config.topics(), tableConsumer(),
                serdes.deserializer(CatalogEntry.class));
        catalogue = catalogueTable;
        TableFollower<DeploymentStates> stateTable = TableFollower.deploymentStates(config.topics(), tableConsumer(),
                serdes.deserializer(DeploymentState.class));
        states = stateTable;
        catalogueTable.start(PATIENCE);
        stateTable.start(PATIENCE);
        awaitCatalogue(catalogueTable);
        RouterSettings settings = new RouterSettings(config.topics(), partitions, config.commitInterval(), config.dedupTtl(),
                RUNNING_LEASE, QUEUE_GRACE,
                config.queueFactor(), config.defaultDataClass(), config.replyTopics(), config.maxRequestBytes(),
                config.maxRequestBytes());
        ReadAhead readAhead = new ReadAhead();
        KafkaStreams created = new KafkaStreams(
                RouterTopology.build(new RouterTopology.Parts(settings, catalogueTable, stateTable,
                        serdes.deserializer(ChatRequest.class), serdes.deserializer(AttemptEvent.class),
                        RouterTopology.serializers(serdes.serializer(Attempt.class), serdes.serializer(RoutingDecision.class),
                                serdes.serializer(ChatResponse.class)),
                        this::topicExists, registry, InstantSource.system(), readAhead,
                        new BrokerReportsLog(client, config.applicationId()))),
                withReadAhead(StreamsSettings.of(config), readAhead));
        streams = created;
        CountDownLatch running = new CountDownLatch(1);
        created.setStateListener((now, before) -> {
            LOGGER.atInfo().addKeyValue("from", before).addKeyValue("to", now).log("router state");
            switch (now) {
                case RUNNING -> running.countDown();
                case ERROR, NOT_RUNNING -> {
                    running.countDown();
                    stopped.countDown();
                }
                case CREATED, REBALANCING, PENDING_SHUTDOWN, PENDING_ERROR -> {
                }
            }
        });
        created.setUncaughtExceptionHandler(failure -> {
            LOGGER.atError().setCause(failure).log("a stream thread died; it is replaced, and its transaction is aborted");
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        created.start();
        await(running);
    }

    /** Waits until the router stops by itself or is closed. */
    public void awaitStop() throws InterruptedException {
        stopped.await();
    }

    public boolean isRunning() {
        KafkaStreams current = streams;
        return current != null && current.state().isRunningOrRebalancing();
    }

    @Override
    public void close() {
        if (streams != null) {
            streams.close(Duration.ofSeconds(30));
        }
        if (catalogue != null) {
            catalogue.close();
        }
        if (states != null) {
            states.close();
        }
        if (admin != null) {
            admin.close(Duration.ofSeconds(5));
        }
        serdes.close();
        stopped.countDown();
    }

    /** A request that arrives before the first catalogue must not be refused for want of routes. */
    private void awaitCatalogue(TableFollower<CatalogueSnapshot> table) {
        boolean said = false;
        while (table.get().revision() == 0) {
            if (!said) {
                said = true;
                LOGGER.atWarn().addKeyValue("topic", config.topics().catalog())
                        .log("the catalogue is empty; waiting for 'spillway apply'");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for the catalogue", e);
            }
        }
    }

    private void await(CountDownLatch running) {
        try {
            if (!running.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOGGER.atWarn().log("the router is still restoring its state");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean topicExists(String topic) {
        Admin client = admin;
        if (existingTopics.contains(topic)) {
            return true;
        }
        if (client == null) {
            return false;
        }
        try {
            client.describeTopics(List.of(topic)).allTopicNames().get(5, TimeUnit.SECONDS);
            existingTopics.add(topic);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            return false;
        }
    }

    private static Properties withReadAhead(Properties settings, ReadAhead readAhead) {
        settings.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG),
                List.of(ReadAhead.Interceptor.class.getName()));
        settings.put(StreamsConfig.mainConsumerPrefix(ReadAhead.SETTING), readAhead);
        return settings;
    }

    private Map<String, Object> clientSettings() {
        Properties streamsSettings = StreamsSettings.of(config);
        StreamsConfig parsed = new StreamsConfig(streamsSettings);
        Map<String, Object> settings = new HashMap<>(parsed.getAdminConfigs("spillway-router"));
        settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
        return settings;
    }

    private Consumer<String, byte[]> tableConsumer() {
        Map<String, Object> settings = new HashMap<>(
                new StreamsConfig(StreamsSettings.of(config)).getGlobalConsumerConfigs("spillway-router-table"));
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "spillway-router-table-" + System.identityHashCode(settings));
        return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    }
}
