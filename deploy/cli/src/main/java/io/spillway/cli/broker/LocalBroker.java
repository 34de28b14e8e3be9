package io.spillway.cli.broker;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;

/**
 * A running broker. One at a time per process: Kafka registers its metrics by node id. Closing stops it and then deletes a
 * temporary data directory.
 */
public final class LocalBroker implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(LocalBroker.class);

    private final KafkaRaftServer server;
    private final BrokerStorage storage;
    private final int port;
    private final AtomicReference<@Nullable String> failure;
    private boolean closed;

    private LocalBroker(KafkaRaftServer server, BrokerStorage storage, int port, AtomicReference<@Nullable String> failure) {
        this.server = server;
        this.storage = storage;
        this.port = port;
        this.failure = failure;
    }

    /**
     * Starts a broker and returns when clients can connect.
     *
     * @throws LocalBrokerException when a port is taken, the directory cannot be used or Kafka refuses to start
     */
    public static LocalBroker start(LocalBrokerConfig config) {
        int port = choose(config.port(), "stop the other broker or use --port");
        int controllerPort = choose(config.controllerPort(), "stop the other program or choose another controller port");
        AtomicReference<@Nullable String> failure = new AtomicReference<@Nullable String>();
        BrokerExit.refuse(why -> {
            if (failure.compareAndSet(null, why)) {
                LOGGER.atError().addKeyValue("error", why).log("the local broker stopped working");
            }
        });
        BrokerStorage storage = BrokerStorage.open(config.dataDirectory());
        KafkaRaftServer server = null;
        try {
            server = new KafkaRaftServer(new KafkaConfig(properties(storage.directory(), port, controllerPort), false),
                    Time.SYSTEM);
            server.startup();
            return new LocalBroker(server, storage, port, failure);
        } catch (RuntimeException | LinkageError | BrokerExit.Refused e) {
            abandon(server);
            storage.release();
            throw new LocalBrokerException("the local broker cannot start in " + storage.directory() + " ("
                    + rootMessage(e) + "): if another broker uses that directory stop it, else use an empty directory", e);
        }
    }

    /** Host and port for {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return LocalPorts.HOST + ":" + port;
    }

    /** Where the data is. */
    public Path dataDirectory() {
        return storage.directory();
    }

    /** Why the broker stopped working although nobody closed it, if it did. */
    public Optional<String> failure() {
        return Optional.ofNullable(failure.get());
    }

    /** Stops the broker; the second and later calls do nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            server.shutdown();
            server.awaitShutdown();
        } finally {
            storage.release();
        }
    }

    private static int choose(int wanted, String remedy) {
        if (wanted == 0) {
            return LocalPorts.free();
        }
        LocalPorts.requireFree(wanted, remedy);
        return wanted;
    }

    private static void abandon(@Nullable KafkaRaftServer server) {
        if (server == null) {
            return;
        }
        try {
            server.shutdown();
        } catch (RuntimeException | BrokerExit.Refused e) {
            LOGGER.atDebug().setCause(e).log("a broker that did not start did not stop either");
        }
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    private static Properties properties(Path directory, int port, int controllerPort) {
        Properties properties = new Properties();
        properties.setProperty("process.roles", "broker,controller");
        properties.setProperty("node.id", Integer.toString(BrokerStorage.NODE_ID));
        properties.setProperty("controller.quorum.voters",
                BrokerStorage.NODE_ID + "@" + LocalPorts.HOST + ":" + controllerPort);
        properties.setProperty("controller.listener.names", BrokerStorage.CONTROLLER_LISTENER);
        properties.setProperty("listeners", "PLAINTEXT://" + LocalPorts.HOST + ":" + port + ","
                + BrokerStorage.CONTROLLER_LISTENER + "://" + LocalPorts.HOST + ":" + controllerPort);
        properties.setProperty("listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT," + BrokerStorage.CONTROLLER_LISTENER + ":PLAINTEXT");
        properties.setProperty("inter.broker.listener.name", "PLAINTEXT");
        properties.setProperty("log.dirs", directory.toString());
        properties.setProperty("auto.create.topics.enable", "false");
        for (String internal : new String[]{"offsets.topic", "transaction.state.log", "share.coordinator.state.topic"}) {
            properties.setProperty(internal + ".replication.factor", "1");
            properties.setProperty(internal + ".num.partitions", "1");
        }
        properties.setProperty("transaction.state.log.min.isr", "1");
        properties.setProperty("share.coordinator.state.topic.min.isr", "1");
        // Nobody else is about to join, and the default of 3 s is the longest part of a start.
        properties.setProperty("group.initial.rebalance.delay.ms", "0");
        // The default takes 128 MB of heap before the first record.
        properties.setProperty("log.cleaner.dedupe.buffer.size", "2097152");
        // The router commits some forty times a second. The first record after a commit waits in the broker until the markers of
        // the transaction before are written, which takes a millisecond or two here; the default looks again after 20.
        properties.setProperty("add.partitions.to.txn.retry.backoff.ms", "1");
        properties.setProperty("message.max.bytes", Integer.toString(4 * 1024 * 1024));
        return properties;
    }
}
