package io.spillway.cli.override;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.spillway.cli.apply.ApplyOutcome;
import io.spillway.cli.apply.CatalogueApplier;
import io.spillway.cli.apply.CatalogueLog;
import io.spillway.cli.apply.CatalogueTransaction;
import io.spillway.cli.broker.LocalBroker;
import io.spillway.cli.broker.LocalBrokerConfig;
import io.spillway.cli.command.CommandException;
import io.spillway.cli.command.KafkaConnection;
import io.spillway.cli.config.Catalogue;
import io.spillway.cli.config.CatalogueFile;
import io.spillway.cli.config.CatalogueReading;
import io.spillway.cli.override.CatalogueEditor.Author;
import io.spillway.cli.override.CatalogueEditor.Outcome;
import io.spillway.cli.topics.SchemaRegistrar;
import io.spillway.cli.topics.TopicAdmin;
import io.spillway.cli.topics.TopicSizes;
import io.spillway.contract.CatalogueSnapshot;
import io.spillway.contract.TableFollower;
import io.spillway.contract.Topics;
import io.spillway.contract.registry.EmbeddedSchemaRegistry;
import io.spillway.contract.serde.AvroSerdes;
import io.spillway.v1.AuditEntry;
import io.spillway.v1.CatalogEntry;
import io.spillway.v1.CredentialEntry;
import io.spillway.v1.CredentialState;
import io.spillway.v1.DeploymentEntry;

/** Rotation and emergency overrides on a real broker, as the applications see them. */
final class OverrideIT {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Author AUTHOR = new Author("operator", "key leaked", NOW);
    private static final TopicSizes SIZES = TopicSizes.local(1);
    private static final String OLD = "${file:/run/secrets/old}";
    private static final String NEW = "${file:/run/secrets/new}";

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
    void shouldRotateStepByStepWithAnAuditRecordOfEachStep() {
        // Given
        Topics topics = prepared("rotate.");
        CatalogueEditor editor = editor(topics);
        new CatalogueApplier(connection, topics, SIZES).apply(catalogue("credential: " + OLD), "it", NOW);

        // When
        Outcome begun = editor.change("gpt", DeploymentChange.rotation(NEW, false), AUTHOR);
        DeploymentEntry both = published(topics);
        Outcome again = editor.change("gpt", DeploymentChange.rotation(NEW, false), AUTHOR);
        editor.change("gpt", DeploymentChange.rotation(NEW, true), AUTHOR);
        DeploymentEntry draining = published(topics);
        Outcome finished = editor.change("gpt", DeploymentChange.finish(), AUTHOR);
        DeploymentEntry done = published(topics);

        // Then
        assertThat(begun).isEqualTo(new Outcome(2, List.of(NEW + ": new, active"), List.of()));
        assertThat(again).isEqualTo(new Outcome(2, List.of(), List.of()));
        assertThat(finished).isEqualTo(new Outcome(4, List.of(OLD + ": draining -> disabled"), List.of()));
        assertThat(states(both)).containsExactly(CredentialState.ACTIVE, CredentialState.ACTIVE);
        assertThat(states(draining)).containsExactly(CredentialState.DRAINING, CredentialState.ACTIVE);
        assertThat(states(done)).containsExactly(CredentialState.DISABLED, CredentialState.ACTIVE);
        assertThat(done.getCredential()).isEqualTo(NEW);
        assertThat(audits(topics)).extracting(AuditEntry::getRevisionAfter).containsExactly(2L, 3L, 4L);
        assertThat(audits(topics).getLast()).isEqualTo(AuditEntry.newBuilder().setAt(NOW).setBy("operator").setAction("rotate")
                .setSubject("gpt").setReason("key leaked").setChanges(List.of(OLD + ": draining -> disabled"))
                .setRevisionBefore(3).setRevisionAfter(4).build());
    }

    @Test
    void shouldStandThroughAppliesUntilTheFileAgrees() {
        // Given a leaked credential that was disabled past the file
        Topics topics = prepared("stand.");
        CatalogueApplier applier = new CatalogueApplier(connection, topics, SIZES);
        Catalogue file = catalogue("credentials: ['" + OLD + "', '" + NEW + "']");
        applier.apply(file, "it", NOW);
        editor(topics).change("gpt", DeploymentChange.credential(OLD, CredentialState.DISABLED), AUTHOR);

        // When a file that does not know of it is applied
        ApplyOutcome kept = applier.apply(file, "ci", NOW);

        // Then it stays disabled, and the person is told
        assertThat(states(published(topics))).containsExactly(CredentialState.DISABLED, CredentialState.ACTIVE);
        assertThat(kept.revision()).isEqualTo(2);
        assertThat(kept.overrides()).singleElement().asString().contains("kept override of gpt by operator", "key leaked");

        // When the file agrees
        ApplyOutcome agreed = applier.apply(
                catalogue("credentials: [{reference: '" + OLD + "', state: disabled}, '" + NEW + "']"), "ci", NOW);

        // Then the override is over, and that is on record
        assertThat(agreed.overrides()).singleElement().asString().contains("ended override of gpt: the file says the same");
        assertThat(applier.apply(catalogue("credential: " + NEW), "ci", NOW).overrides()).isEmpty();
        assertThat(audits(topics)).extracting(AuditEntry::getAction).containsExactly("override", "supersede");
    }

    @Test
    void shouldDrainResumeAndClear() {
        Topics topics = prepared("drain.");
        CatalogueApplier applier = new CatalogueApplier(connection, topics, SIZES);
        Catalogue file = catalogue("credential: " + OLD);
        applier.apply(file, "it", NOW);
        CatalogueEditor editor = editor(topics);

        editor.change("gpt", DeploymentChange.drain(true), AUTHOR);
        assertThat(published(topics).getDrain()).isTrue();
        applier.apply(file, "ci", NOW);
        assertThat(published(topics).getDrain()).isTrue();
        editor.clear("gpt", AUTHOR);
        assertThat(published(topics).getDrain()).isTrue();
        applier.apply(file, "ci", NOW);
        assertThat(published(topics).getDrain()).isFalse();

        assertThat(audits(topics)).extracting(AuditEntry::getAction).containsExactly("override", "clear");
    }

    @Test
    void shouldWarnWhenNoCredentialIsLeftAndRefuseToFinishThen() {
        Topics topics = prepared("last.");
        new CatalogueApplier(connection, topics, SIZES).apply(catalogue("credential: " + OLD), "it", NOW);

        Outcome outcome = editor(topics).change("gpt", DeploymentChange.credential(OLD, CredentialState.DISABLED), AUTHOR);

        assertThat(outcome.warnings()).singleElement().asString().contains("no usable credential left");
        assertThatThrownBy(() -> editor(topics).change("gpt", DeploymentChange.finish(), AUTHOR))
                .isInstanceOf(CommandException.class).hasMessageContaining("without any");
    }

    @Test
    void shouldRefuseWhatDoesNotFitAndRepeatNoKey() {
        Topics topics = prepared("refuse.");
        new CatalogueApplier(connection, topics, SIZES).apply(catalogue("credential: " + OLD), "it", NOW);

        assertThatThrownBy(() -> editor(topics).change("gtp", DeploymentChange.drain(true), AUTHOR))
                .hasMessage("the catalogue has no deployment 'gtp'; it has gpt");
        assertThatThrownBy(() -> editor(topics).change("gpt", DeploymentChange.credential(NEW, CredentialState.DISABLED), AUTHOR))
                .hasMessage("gpt has no credential " + NEW + "; it has " + OLD);
        assertThatThrownBy(() -> DeploymentChange.rotation("sk-CANARY", true)).isInstanceOf(CommandException.class)
                .hasMessageNotContaining("CANARY");
    }

    private static List<CredentialState> states(DeploymentEntry entry) {
        return entry.getCredentials().stream().map(CredentialEntry::getState).toList();
    }

    private static CatalogueEditor editor(Topics topics) {
        return new CatalogueEditor(new CatalogueTransaction(connection, topics, SIZES));
    }

    /** As the applications see it. */
    private static DeploymentEntry published(Topics topics) {
        try (AvroSerdes serdes = AvroSerdes.create(connection.settings());
                TableFollower<CatalogueSnapshot> follower = TableFollower.catalogue(topics, connection.reader(),
                        serdes.deserializer(CatalogEntry.class))) {
            follower.start(Duration.ofSeconds(30));
            return follower.get().deployments().get("gpt");
        }
    }

    private static List<AuditEntry> audits(Topics topics) {
        try (AvroSerdes serdes = AvroSerdes.create(connection.settings());
                KafkaConsumer<String, byte[]> consumer = connection.reader()) {
            return CatalogueLog.read(consumer, topics.catalog().name(), serdes.deserializer(CatalogEntry.class)).entries()
                    .entrySet().stream().sorted(Map.Entry.comparingByKey()).map(entry -> entry.getValue().getAudit())
                    .filter(audit -> audit != null).toList();
        }
    }

    private static Topics prepared(String prefix) {
        Topics topics = new Topics(prefix);
        try (Admin admin = connection.admin(); AvroSerdes serdes = AvroSerdes.create(connection.settings())) {
            assertThat(new TopicAdmin(admin, topics, SIZES).ensure(topics.fixed()).problems()).isEmpty();
            new SchemaRegistrar(serdes.registry(), topics).register(topics.fixed());
        }
        return topics;
    }

    private static Catalogue catalogue(String credentials) {
        return ((CatalogueReading.Valid) CatalogueFile.parse("""
                providers:
                  openai: {api: openai}
                deployments:
                  gpt:
                    provider: openai
                    model: gpt-4o
                    endpoint: https://api.openai.com/v1
                    %s
                    price: {input: 2.5, output: 10}
                routes:
                  chat:
                    tiers:
                      - deployments: [gpt]
                """.formatted(credentials), Set.of("openai"))).catalogue();
    }
}
