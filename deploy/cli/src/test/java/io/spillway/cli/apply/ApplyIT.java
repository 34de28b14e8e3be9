package io.spillway.cli.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.spillway.cli.broker.LocalBroker;
import io.spillway.cli.broker.LocalBrokerConfig;
import io.spillway.cli.command.CommandException;
import io.spillway.cli.command.KafkaConnection;
import io.spillway.cli.config.Catalogue;
import io.spillway.cli.config.CatalogueFile;
import io.spillway.cli.config.CatalogueReading;
import io.spillway.cli.topics.SchemaRegistrar;
import io.spillway.cli.topics.TopicAdmin;
import io.spillway.cli.topics.TopicReport;
import io.spillway.cli.topics.TopicSizes;
import io.spillway.contract.CatalogueSnapshot;
import io.spillway.contract.TableFollower;
import io.spillway.contract.Topic;
import io.spillway.contract.Topics;
import io.spillway.contract.registry.EmbeddedSchemaRegistry;
import io.spillway.contract.serde.AvroSerdes;
import io.spillway.v1.CatalogEntry;
import io.spillway.v1.Lane;

final class ApplyIT {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final TopicSizes SIZES = TopicSizes.local(2);

    private static final String ONE = """
            providers:
              openai: {api: openai}
            deployments:
              gpt:
                provider: openai
                model: gpt-4o
                endpoint: https://api.openai.com/v1
                price: {input: 2.5, output: 10}
            routes:
              chat:
                tiers:
                  - deployments: [gpt]
            """;
    private static final String TWO = """
            providers:
              anthropic: {api: anthropic}
            deployments:
              claude:
                provider: anthropic
                model: claude-sonnet-5-5
                endpoint: https://api.anthropic.com
                price: {input: 2, output: 10}
            routes:
              chat:
                tiers:
                  - deployments: [claude]
            """;

    private static LocalBroker broker;
    private static EmbeddedSchemaRegistry registry;
    private static KafkaConnection connection;

    @BeforeAll
    static void start() throws Exception {
        broker = LocalBroker.start(LocalBrokerConfig.temporary());
        registry = EmbeddedSchemaRegistry.start(new InetSocketAddress("127.0.0.1", 0), null);
        connection = new KafkaConnection(Map.of("bootstrap.servers", broker.bootstrapServers(), "schema.registry.url",
                registry.baseUri().toString()));
    }

    @AfterAll
    static void stop() {
        registry.close();
        broker.close();
    }

    @Test
    void shouldPublishOnlyWhatChangedAndNothingTwice() throws Exception {
        // Given
        Topics topics = prepared("once.");
        CatalogueApplier applier = new CatalogueApplier(connection, topics, SIZES);

        // When
        ApplyOutcome first = applier.apply(catalogue(ONE), "it", NOW);
        long afterFirst = records(topics).size();
        ApplyOutcome again = applier.apply(catalogue(ONE + "# a remark\n"), "it", NOW);
        long afterAgain = records(topics).size();
        ApplyOutcome second = applier.apply(catalogue(TWO), "it", NOW);

        // Then
        assertThat(first).isEqualTo(new ApplyOutcome(1,
                new CatalogueDifference(List.of("provider/openai", "deployment/gpt", "route/chat"), List.of(), List.of()),
                List.of(new TopicReport.Line("once.attempts.openai", 2), new TopicReport.Line("once.attempts.openai.batch", 2))));
        assertThat(again).isEqualTo(
                new ApplyOutcome(1, new CatalogueDifference(List.of(), List.of(), List.of()), List.of()));
        assertThat(afterFirst).isEqualTo(4);
        assertThat(afterAgain).isEqualTo(afterFirst);
        assertThat(second.revision()).isEqualTo(2);
        assertThat(second.difference()).isEqualTo(new CatalogueDifference(List.of("provider/anthropic", "deployment/claude"),
                List.of("route/chat"), List.of("deployment/gpt", "provider/openai")));
        assertThat(records(topics).getLast().key()).isEqualTo("revision/current");
    }

    @Test
    void shouldGiveApplicationsTheCatalogueOfTheFile() throws Exception {
        // Given
        Topics topics = prepared("follow.");
        CatalogueApplier applier = new CatalogueApplier(connection, topics, SIZES);
        applier.apply(catalogue(ONE), "it", NOW);
        applier.apply(catalogue(TWO), "it", NOW);

        // When
        try (AvroSerdes serdes = AvroSerdes.create(connection.settings());
                TableFollower<CatalogueSnapshot> follower = TableFollower.catalogue(topics, connection.reader(),
                        serdes.deserializer(CatalogEntry.class))) {
            follower.start(Duration.ofSeconds(30));

            // Then
            CatalogueSnapshot wanted = catalogue(TWO).snapshot();
            assertThat(follower.get()).isEqualTo(new CatalogueSnapshot(2, wanted.providers(), wanted.deployments(),
                    wanted.routes(), wanted.healthPolicy()));
        }
    }

    @Test
    void shouldFenceOffAnApplyThatStartedEarlier() throws Exception {
        // Given
        Topics topics = prepared("fence.");
        try (KafkaProducer<String, byte[]> earlier = connection.transactionalProducer("fence.spillway-apply")) {
            earlier.initTransactions();

            // When
            new CatalogueApplier(connection, topics, SIZES).apply(catalogue(ONE), "it", NOW);

            // Then
            assertThatThrownBy(() -> {
                earlier.beginTransaction();
                earlier.send(new ProducerRecord<>("fence.catalog", "provider/openai", null));
                earlier.commitTransaction();
            }).isInstanceOf(KafkaException.class);
            assertThat(records(topics)).hasSize(4);
        }
    }

    @Test
    void shouldSayWhatIsMissingWhenTheTopicsAreNotThere() {
        CatalogueApplier applier = new CatalogueApplier(connection, new Topics("nowhere."), SIZES);

        assertThatThrownBy(() -> applier.apply(catalogue(ONE), "it", NOW)).isInstanceOf(CommandException.class)
                .hasMessage("topic nowhere.catalog does not exist: run `spillway topics` first, or choose another --prefix");
    }

    @Test
    void shouldCreateTopicsOnceAndReportWhatDiffers() throws Exception {
        // Given
        Topics topics = new Topics("sizes.");
        try (Admin admin = connection.admin()) {
            TopicAdmin topicAdmin = new TopicAdmin(admin, topics, SIZES);
            admin.createTopics(List.of(
                    new NewTopic("sizes.requests", 5, (short) 1).configs(topics.requests(Lane.INTERACTIVE).config()),
                    new NewTopic("sizes.responses", 1, (short) 1).configs(Map.of("retention.ms", "1000")))).all().get();
            List<Topic<?>> wanted = topicAdmin.all(Set.of("openai"));

            // When
            TopicReport dry = topicAdmin.check(wanted);
            Set<String> afterDry = names(admin);
            TopicReport created = topicAdmin.ensure(wanted);
            TopicReport again = topicAdmin.ensure(wanted);

            // Then
            assertThat(afterDry).containsExactlyInAnyOrder("sizes.requests", "sizes.responses");
            assertThat(created.missing()).isEqualTo(dry.missing()).contains(new TopicReport.Line("sizes.attempt-results", 5),
                    new TopicReport.Line("sizes.requests.batch", 2), new TopicReport.Line("sizes.catalog", 1));
            assertThat(created.problems()).isEmpty();
            assertThat(again.missing()).isEmpty();
            assertThat(again.existing()).hasSameSizeAs(wanted);
            assertThat(again.drifts()).containsExactly("sizes.responses: retention.ms is 1000, expected 604800000");
            assertThat(names(admin)).hasSameSizeAs(wanted);
        }
    }

    @Test
    void shouldCreateNothingWhileALaneIsUnequal() throws Exception {
        // Given
        Topics topics = new Topics("unequal.");
        try (Admin admin = connection.admin()) {
            admin.createTopics(List.of(new NewTopic("unequal.requests", 5, (short) 1),
                    new NewTopic("unequal.attempt-results", 4, (short) 1))).all().get();

            // When
            TopicReport report = new TopicAdmin(admin, topics, SIZES).ensure(topics.fixed());

            // Then
            assertThat(report.problems()).singleElement().asString()
                    .startsWith("unequal.requests has 5 partitions and unequal.attempt-results has 4");
            assertThat(admin.listTopics().names().get()).doesNotContain("unequal.catalog");
        }
    }

    @Test
    void shouldRegisterEverySchemaOnce() throws Exception {
        // Given
        Topics topics = new Topics("schemas.");
        try (AvroSerdes serdes = AvroSerdes.create(connection.settings())) {
            SchemaRegistrar registrar = new SchemaRegistrar(serdes.registry(), topics);

            // When
            List<String> first = registrar.register(topics.fixed());
            List<String> again = registrar.register(topics.fixed());

            // Then
            assertThat(first).contains("schemas.requests-value", "schemas.requests.batch-value", "schemas.responses-value",
                    "schemas.catalog-value", "schemas.deployment-state-value").doesNotContain("schemas.dlq-value");
            assertThat(again).isEmpty();
        }
    }

    @Test
    void shouldSayWithinSecondsThatNoBrokerAnswers() {
        KafkaConnection nowhere = new KafkaConnection(
                Map.of("bootstrap.servers", "127.0.0.1:1", "schema.registry.url", "http://x"));

        assertThatThrownBy(nowhere::admin).isInstanceOf(CommandException.class)
                .hasMessage(
                        "no Kafka broker answers at 127.0.0.1:1: start it (`spillway up` starts a local one), or name another "
                                + "with --bootstrap-server");
    }

    private static Topics prepared(String prefix) {
        Topics topics = new Topics(prefix);
        try (Admin admin = connection.admin(); AvroSerdes serdes = AvroSerdes.create(connection.settings())) {
            assertThat(new TopicAdmin(admin, topics, SIZES).ensure(topics.fixed()).problems()).isEmpty();
            new SchemaRegistrar(serdes.registry(), topics).register(topics.fixed());
        }
        return topics;
    }

    private static Set<String> names(Admin admin) throws InterruptedException, ExecutionException {
        Set<String> names = new HashSet<>(admin.listTopics().names().get());
        names.removeIf(name -> !name.startsWith("sizes."));
        return names;
    }

    private static List<ConsumerRecord<String, byte[]>> records(Topics topics) {
        List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
        TopicPartition partition = new TopicPartition(topics.catalog().name(), 0);
        try (KafkaConsumer<String, byte[]> consumer = connection.reader()) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(found::add);
            }
        }
        return found;
    }

    private static Catalogue catalogue(String yaml) {
        return ((CatalogueReading.Valid) CatalogueFile.parse(yaml, Set.of("openai", "anthropic"))).catalogue();
    }
}
