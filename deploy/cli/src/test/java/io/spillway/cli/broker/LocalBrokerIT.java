package io.spillway.cli.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalBrokerIT {

    private static final TopicPartition WORDS = new TopicPartition("words", 0);

    @Test
    void shouldServeRecordsAndDeleteItsTemporaryDirectoryAfterwards() throws Exception {
        Path directory;
        try (LocalBroker broker = LocalBroker.start(LocalBrokerConfig.temporary())) {
            // Given
            directory = broker.dataDirectory();
            createTopic(broker);

            // When
            produce(broker, "one", "two");

            // Then
            assertThat(consume(broker, 2)).containsExactly("one", "two");
            assertThat(broker.failure()).isEmpty();
            assertThat(directory).exists();
        }
        assertThat(directory).doesNotExist();
    }

    @Test
    void shouldCommitAndAbortTransactions() throws Exception {
        try (LocalBroker broker = LocalBroker.start(LocalBrokerConfig.temporary())) {
            // Given
            createTopic(broker);
            try (KafkaProducer<String, String> producer = producer(broker, Map.of("transactional.id", "it"))) {
                producer.initTransactions();

                // When
                producer.beginTransaction();
                producer.send(new ProducerRecord<>("words", 0, "k", "aborted"));
                producer.abortTransaction();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>("words", 0, "k", "committed"));
                producer.commitTransaction();
            }

            // Then
            assertThat(consume(broker, 1)).containsExactly("committed");
        }
    }

    @Test
    void shouldKeepDataAndClusterIdWhenTheDirectoryIsGiven(@TempDir Path parent) throws Exception {
        // Given
        Path directory = parent.resolve("with a space").resolve("kafka");
        String firstCluster;
        try (LocalBroker broker = LocalBroker.start(LocalBrokerConfig.keptIn(directory, 0))) {
            createTopic(broker);
            produce(broker, "kept");
            firstCluster = clusterId(broker);
        }

        // When
        try (LocalBroker broker = LocalBroker.start(LocalBrokerConfig.keptIn(directory, 0))) {
            // Then
            assertThat(clusterId(broker)).isEqualTo(firstCluster);
            assertThat(consume(broker, 1)).containsExactly("kept");
        }
        assertThat(directory).exists();
    }

    @Test
    void shouldSayWhoIsInTheWayWhenThePortIsTaken() throws IOException {
        // Given
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = taken.getLocalPort();

            // When / Then
            assertThatThrownBy(() -> LocalBroker.start(new LocalBrokerConfig(null, port, 0)))
                    .isInstanceOf(LocalBrokerException.class)
                    .hasMessage("127.0.0.1:" + port + " is in use: stop the other broker or use --port");
        }
    }

    @Test
    void shouldRefuseADirectoryThatAnotherBrokerUsesAndLeaveThatBrokerAlone(@TempDir Path directory) throws Exception {
        try (LocalBroker first = LocalBroker.start(LocalBrokerConfig.keptIn(directory, 0))) {
            // When
            assertThatThrownBy(() -> LocalBroker.start(LocalBrokerConfig.keptIn(directory, 0)))
                    .isInstanceOf(LocalBrokerException.class)
                    .hasMessageContaining("the local broker cannot start in " + directory);

            // Then
            createTopic(first);
            produce(first, "still there");
            assertThat(consume(first, 1)).containsExactly("still there");
        }
    }

    @Test
    void shouldReportInsteadOfEndingTheProcessWhenItsDirectoryVanishes() throws Exception {
        // Given
        List<String> reasons = new ArrayList<>();
        BrokerExit.refuse(reasons::add);
        Class<?> exit = Class.forName("org.apache.kafka.common.utils.Exit");

        // When
        assertThatThrownBy(() -> invoke(exit, "halt", 1, "log directory failed")).isInstanceOf(BrokerExit.Refused.class);
        assertThatThrownBy(() -> invoke(exit, "exit", 2, null)).isInstanceOf(BrokerExit.Refused.class);

        // Then
        assertThat(reasons).containsExactly("the broker gave up with status 1: log directory failed",
                "the broker gave up with status 2");
    }

    private static void invoke(Class<?> exit, String name, int status, String message) throws Throwable {
        try {
            exit.getMethod(name, int.class, String.class).invoke(null, status, message);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static void createTopic(LocalBroker broker) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("words", 1, (short) 1))).all().get();
            admin.listOffsets(Map.of(WORDS, OffsetSpec.latest())).all().get();
        }
    }

    private static String clusterId(LocalBroker broker) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            return admin.describeCluster().clusterId().get();
        }
    }

    private static KafkaProducer<String, String> producer(LocalBroker broker, Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(more);
        config.put("bootstrap.servers", broker.bootstrapServers());
        return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }

    private static void produce(LocalBroker broker, String... words) {
        try (KafkaProducer<String, String> producer = producer(broker, Map.of())) {
            for (String word : words) {
                producer.send(new ProducerRecord<>("words", 0, "k", word));
            }
        }
    }

    private static List<String> consume(LocalBroker broker, int count) {
        List<String> words = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
                new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(WORDS));
            consumer.seekToBeginning(List.of(WORDS));
            long giveUp = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (words.size() < count && System.nanoTime() < giveUp) {
                consumer.poll(Duration.ofMillis(200)).forEach(found -> words.add(found.value()));
            }
        }
        return words;
    }
}
