package io.spillway.load.rig;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

import org.apache.kafka.common.utils.Time;

import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;

/** Runs one broker of a {@link Cluster} until it is told to stop. Its directory must be formatted. */
final class BrokerMain {

    private BrokerMain() {}

    /** @param args the path of a properties file with Kafka's own settings */
    public static void main(String[] args) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(args[0]))) {
            properties.load(reader);
        }
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("broker-stop").unstarted(server::shutdown));
        server.startup();
        server.awaitShutdown();
    }
}
