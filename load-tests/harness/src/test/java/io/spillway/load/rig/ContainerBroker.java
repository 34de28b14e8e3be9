package io.spillway.load.rig;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;

/** A Kafka broker as the only process of a container: reachable under the container's address, from beside it and from the host. */
final class ContainerBroker {

    static final int PORT = 9092;
    /** Printed when clients can connect. */
    static final String READY = "broker ready";

    private ContainerBroker() {}

    public static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory("broker-");
        new Formatter().setPrintStream(System.out).setNodeId(1).setClusterId(Uuid.randomUuid().toString())
                .setControllerListenerName("CONTROLLER").setMetadataLogDirectory(directory.toString())
                .addDirectory(directory.toString()).run();
        Properties properties = new Properties();
        properties.setProperty("process.roles", "broker,controller");
        properties.setProperty("node.id", "1");
        properties.setProperty("controller.quorum.voters", "1@127.0.0.1:9093");
        properties.setProperty("controller.listener.names", "CONTROLLER");
        properties.setProperty("listeners", "PLAINTEXT://0.0.0.0:" + PORT + ",CONTROLLER://127.0.0.1:9093");
        properties.setProperty("advertised.listeners",
                "PLAINTEXT://" + InetAddress.getLocalHost().getHostAddress() + ":" + PORT);
        properties.setProperty("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.setProperty("inter.broker.listener.name", "PLAINTEXT");
        properties.setProperty("log.dirs", directory.toString());
        properties.setProperty("auto.create.topics.enable", "false");
        for (String internal : new String[]{"offsets.topic", "transaction.state.log", "share.coordinator.state.topic"}) {
            properties.setProperty(internal + ".replication.factor", "1");
            properties.setProperty(internal + ".num.partitions", "1");
        }
        properties.setProperty("transaction.state.log.min.isr", "1");
        properties.setProperty("share.coordinator.state.topic.min.isr", "1");
        properties.setProperty("group.initial.rebalance.delay.ms", "0");
        properties.setProperty("log.cleaner.dedupe.buffer.size", "2097152");
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown));
        server.startup();
        System.out.println(READY);
        server.awaitShutdown();
    }
}
