package io.spillway.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

import io.spillway.cli.broker.LocalBroker;
import io.spillway.cli.broker.LocalBrokerConfig;
import io.spillway.cli.command.KafkaConnection;
import io.spillway.contract.Topics;
import io.spillway.v1.DecisionKind;
import io.spillway.v1.DecisionTrigger;
import io.spillway.v1.RoutingDecision;

final class DecisionReaderIT {

    private static final String TOPIC = Topics.standard().decisions().name();
    private static final Instant OLD = Instant.now().minusSeconds(7_200);

    @Test
    void shouldFindDecisionsByKeyAndTimeOnARealBroker() throws Exception {
        try (LocalBroker broker = LocalBroker.start(LocalBrokerConfig.temporary())) {
            Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
            DecisionReader.Found missing = read(settings, "r-0", Optional.empty());
            assertThat(missing.partitions()).isZero();
            // Given decisions about a hundred requests, the first of each two hours old
            try (Admin admin = Admin.create(settings)) {
                admin.createTopics(List.of(new NewTopic(TOPIC, 5, (short) 1))).all().get();
            }
            try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(settings, new StringSerializer(),
                    new ByteArraySerializer())) {
                for (int i = 0; i < 100; i++) {
                    producer.send(new ProducerRecord<>(TOPIC, null, OLD.toEpochMilli(), "r-" + i, new byte[]{1}));
                }
                producer.flush();
                for (int i = 0; i < 100; i++) {
                    producer.send(new ProducerRecord<>(TOPIC, "r-" + i, new byte[]{2}));
                }
            }
            // When, Then
            for (int i = 0; i < 100; i += 20) {
                assertThat(read(settings, "r-" + i, Optional.empty()).decisions()).extracting(RoutingDecision::getSequence)
                        .containsExactly(1, 2);
            }
            assertThat(read(settings, "r-7", Optional.of(OLD.plusSeconds(3_600))).decisions())
                    .extracting(RoutingDecision::getSequence)
                    .containsExactly(2);
            assertThat(read(settings, "r-7", Optional.of(Instant.now().plusSeconds(60))).decisions()).isEmpty();
        }
    }

    private static DecisionReader.Found read(Map<String, Object> settings, String requestId, Optional<Instant> since) {
        try (var consumer = new KafkaConnection(settings).reader()) {
            return new DecisionReader(consumer, Topics.standard(),
                    (topic, bytes) -> StoryTest.decision(bytes[0], 0, DecisionTrigger.ACCEPTED, DecisionKind.DEFER).build())
                    .decisions(requestId, since, false);
        }
    }
}
