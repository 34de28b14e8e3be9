package io.spillway.cli.stack;

import static io.spillway.cli.stack.StackClient.header;
import static io.spillway.cli.stack.StackClient.text;
import static io.spillway.cli.stack.StackClient.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.spillway.contract.RecordHeaders;
import io.spillway.contract.serde.AvroSerdes;
import io.spillway.simulator.Behaviour;
import io.spillway.simulator.SimulatedProvider;
import io.spillway.simulator.SimulatorConfig;
import io.spillway.v1.ChatMessage;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.Lane;
import io.spillway.v1.Role;

/** The whole system on a real broker with real HTTP: what a caller sees. */
class EndToEndIT {

    @TempDir
    static Path directory;

    private static SimulatedProvider alpha;
    private static SimulatedProvider beta;
    private static LocalStack stack;
    private static StackClient client;
    private static String requests;
    private static String batch;

    @BeforeAll
    static void start() throws Exception {
        alpha = SimulatedProvider.start(SimulatorConfig.of("alpha"));
        beta = SimulatedProvider.start(SimulatorConfig.of("beta").withSeed(2));
        stack = LocalStack.start(StackSettings.temporary(), TestCatalogue.of(alpha.baseUri(), beta.baseUri(), directory),
                line -> {});
        client = new StackClient(stack);
        requests = stack.topics().requests(Lane.INTERACTIVE).name();
        batch = stack.topics().requests(Lane.BATCH).name();
    }

    @AfterAll
    static void stop() throws Exception {
        client.close();
        stack.close();
        alpha.close();
        beta.close();
    }

    @BeforeEach
    void bothHealthy() {
        alpha.behave(Behaviour.healthy());
        beta.behave(Behaviour.healthy());
    }

    @Test
    void shouldAnswerJsonWithJsonUnderTheSameKeyAndId() {
        RecordMetadata sent = client.send(requests, "order-7", utf8(StackClient.body("chat", "hello")), Map.of());

        ConsumerRecord<byte[], byte[]> answer = client.answer(sent.topic() + "-" + sent.partition() + "-" + sent.offset());

        assertThat(answer.key()).isEqualTo(utf8("order-7"));
        assertThat(text(answer)).startsWith("{").contains("\"object\":\"chat.completion\"").contains("\"usage\"");
        assertThat(header(answer, RecordHeaders.OUTCOME)).isEqualTo("ok");
        assertThat(header(answer, RecordHeaders.DEPLOYMENT)).isIn("alpha-1", "beta-1");
    }

    @Test
    void shouldAnswerAvroWithAvro() {
        ChatRequest request = ChatRequest.newBuilder().setModel("chat").setMessages(
                List.of(ChatMessage.newBuilder().setRole(Role.USER).setContent("hello from Avro").build())).build();
        try (AvroSerdes serdes = AvroSerdes.create(stack.serdeSettings())) {
            client.send(requests, "avro-key", serdes.serializer(ChatRequest.class).serialize(requests, request),
                    Map.of(RecordHeaders.REQUEST_ID, "avro-1"));

            ConsumerRecord<byte[], byte[]> answer = client.answer("avro-1");

            ChatResponse response = serdes.deserializer(ChatResponse.class).deserialize(answer.topic(), answer.value());
            assertThat(answer.key()).isEqualTo(utf8("avro-key"));
            assertThat(response.getError()).isNull();
            assertThat(response.getChoices()).hasSize(1);
            assertThat(response.getUsage().getTotalTokens()).isPositive();
        }
    }

    @Test
    void shouldServeTheBatchLane() {
        client.sendJson(batch, "batch-1", "chat", "take your time");

        assertThat(header(client.answer("batch-1"), RecordHeaders.OUTCOME)).isEqualTo("ok");
    }

    @Test
    void shouldFailOverWhenThePrimaryFails() {
        alpha.behave(new Behaviour.ErrorStatus(500, "server_error", "broken"));

        client.sendJson(requests, "failover-1", "chat", "anybody there?");

        ConsumerRecord<byte[], byte[]> answer = client.answer("failover-1");
        assertThat(header(answer, RecordHeaders.OUTCOME)).isEqualTo("ok");
        assertThat(header(answer, RecordHeaders.DEPLOYMENT)).isEqualTo("beta-1");
        assertThat(header(answer, RecordHeaders.TIER)).isEqualTo("1");
    }

    @Test
    void shouldAnswerOnceWhenTheSameRequestComesTwice() {
        client.sendJson(requests, "twice", "chat", "same");
        client.sendJson(requests, "twice", "chat", "same");
        client.answer("twice");
        client.sendJson(requests, "twice", "chat", "same");
        client.sendJson(requests, "after-twice", "chat", "a later one shows that the earlier were processed", Map.of());
        client.answer("after-twice");

        settle();
        assertThat(client.answers("twice")).hasSize(1);
        assertThat(alpha.calls().paidByRequest().getOrDefault("twice", 0) + beta.calls().paidByRequest().getOrDefault("twice", 0))
                .isEqualTo(1);
    }

    @Test
    void shouldAnswerADeadlineOnceAndForgetTheLateResult() {
        alpha.behave(new Behaviour.Hang(Duration.ofSeconds(30)));
        beta.behave(new Behaviour.Hang(Duration.ofSeconds(30)));

        client.sendJson(requests, "late", "chat", "quick!", Map.of(RecordHeaders.DEADLINE, "1s"));

        ConsumerRecord<byte[], byte[]> answer = client.answer("late");
        assertThat(header(answer, RecordHeaders.OUTCOME)).isEqualTo("deadline_exceeded");
        assertThat(text(answer)).contains("\"code\":\"deadline_exceeded\"");
        bothHealthy();
        client.sendJson(requests, "after-late", "chat", "next");
        client.answer("after-late");
        settle();
        assertThat(client.answers("late")).hasSize(1);
    }

    @Test
    void shouldParkRequestsWhileEverythingIsDownAndAnswerThemAfterwards() {
        alpha.behave(new Behaviour.Outage(Behaviour.Outage.Mode.UNAVAILABLE));
        beta.behave(new Behaviour.Outage(Behaviour.Outage.Mode.UNAVAILABLE));
        for (int i = 0; i < 40; i++) {
            client.sendJson(requests, "parked-" + i, "chat", "hold on " + i);
        }
        // Longer than every timeout and every rest of the breakers: several rounds are tried in vain.
        await().pollDelay(Duration.ofSeconds(8)).atMost(Duration.ofSeconds(9)).until(() -> true);
        for (int i = 0; i < 40; i++) {
            assertThat(client.answers("parked-" + i)).isEmpty();
        }

        bothHealthy();

        for (int i = 0; i < 40; i++) {
            assertThat(header(client.answer("parked-" + i), RecordHeaders.OUTCOME)).isEqualTo("ok");
        }
        settle();
        for (int i = 0; i < 40; i++) {
            assertThat(client.answers("parked-" + i)).hasSize(1);
        }
    }

    @Test
    void shouldDeadLetterPoisonAndMoveOn() {
        RecordMetadata poison = client.send(requests, "poison", new byte[]{7, 7, 7}, Map.of());
        RecordMetadata unknownSchema = client.send(requests, "poison", new byte[]{0, 0, 0, 39, 15, 1, 2}, Map.of());
        client.send(requests, "poison", utf8(StackClient.body("chat", "after the poison")),
                Map.of(RecordHeaders.REQUEST_ID, "after-poison"));

        assertThat(header(client.answer("after-poison"), RecordHeaders.OUTCOME)).isEqualTo("ok");
        await().atMost(StackClient.PATIENCE).untilAsserted(() -> {
            assertThat(client.deadLetters()).anySatisfy(letter -> {
                assertThat(letter.value()).isEqualTo(new byte[]{7, 7, 7});
                assertThat(header(letter, RecordHeaders.DLQ_REASON)).isEqualTo("UNKNOWN_FORMAT");
                assertThat(header(letter, RecordHeaders.DLQ_OFFSET)).isEqualTo(Long.toString(poison.offset()));
            });
            assertThat(client.deadLetters()).anySatisfy(letter -> {
                assertThat(header(letter, RecordHeaders.DLQ_REASON)).isEqualTo("UNDECODABLE_AVRO");
                assertThat(header(letter, RecordHeaders.DLQ_OFFSET)).isEqualTo(Long.toString(unknownSchema.offset()));
            });
        });
    }

    @Test
    void shouldTellACallerWhatIsWrongWithItsRequest() {
        client.send(requests, "bad", utf8("{\"model\":\"no-such-route\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"),
                Map.of(RecordHeaders.REQUEST_ID, "bad-route"));
        client.send(requests, "bad",
                utf8("{\"model\":\"chat\",\"messages\":[{\"role\":\"sytem\",\"content\":\"x\"}],\"temperature\":9}"),
                Map.of(RecordHeaders.REQUEST_ID, "bad-body"));

        assertThat(text(client.answer("bad-route"))).contains("invalid_request").contains("no-such-route");
        assertThat(text(client.answer("bad-body"))).contains("messages[0].role").contains("temperature");
    }

    /** Long enough for a second answer to appear if there were one. */
    private static void settle() {
        await().pollDelay(Duration.ofMillis(800)).atMost(Duration.ofSeconds(5)).until(() -> true);
    }
}
