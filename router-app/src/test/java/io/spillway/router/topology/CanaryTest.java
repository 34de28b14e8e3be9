package io.spillway.router.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.slf4j.LoggerFactory;

import io.spillway.contract.RecordHeaders;
import io.spillway.v1.Failure;
import io.spillway.v1.FailureKind;
import io.spillway.v1.Lane;

/** What a prompt or an answer says stays out of everything that is kept for people to look at. */
class CanaryTest {

    private static final String CANARY = "canary-7f3a91c2";

    private final TestRouter router = new TestRouter(Entries.chat("openai/gpt", "anthropic/claude"));
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    CanaryTest() {
        log.start();
        ((Logger) LoggerFactory.getLogger("io.spillway")).addAppender(log);
    }

    @AfterEach
    void close() {
        ((Logger) LoggerFactory.getLogger("io.spillway")).detachAppender(log);
        router.close();
    }

    @Test
    void shouldKeepThePromptOutOfDecisionsAndMetrics() {
        // Given failures, parking, a conflict and a deadline, all with the canary in the prompt
        router.send(Lane.INTERACTIVE, "k", TestRouter.body(CANARY), TestRouter.id("r1"));
        router.failed(router.attempt("openai"), FailureKind.TIMEOUT);
        router.failed(router.attempt("anthropic"),
                Failure.newBuilder().setKind(FailureKind.SERVER_ERROR).setMessage(CANARY).build());
        router.send(Lane.INTERACTIVE, "k", TestRouter.body("not " + CANARY), TestRouter.id("r1"));
        router.advance(Duration.ofSeconds(90));
        // Then
        assertThat(router.answers()).hasSize(2).noneMatch(answer -> answer.text().contains(CANARY));
        assertKeptOut();
    }

    @ParameterizedTest
    @EnumSource(FailureKind.class)
    void shouldKeepAProvidersWordsOutOfTheError(FailureKind kind) {
        // Given a provider that repeats the prompt in its error
        router.send(Lane.INTERACTIVE, "k", TestRouter.body(CANARY), TestRouter.id("r1"));
        Failure failure = Failure.newBuilder().setKind(kind).setMessage("invalid: " + CANARY).setProviderCode(CANARY).build();
        // When
        router.failed(router.attempt("openai"), failure);
        router.advance(Duration.ofSeconds(61));
        // Then
        assertThat(router.answer().text()).doesNotContain(CANARY);
        assertKeptOut();
    }

    @Test
    void shouldNotQuoteBadRequests() {
        // Given bodies that are wrong just where the canary is
        List<String> bodies = List.of("{\"model\":\"chat\",\"messages\":\"" + CANARY + "\"}",
                "{\"model\":\"chat\",\"messages\":[{\"role\":\"user\",\"content\":{\"" + CANARY + "\":1}}]}",
                "{\"model\":\"chat\",\"messages\":[\"" + CANARY + " is here\"]}", "{\"model\":\"chat\",\"messages\":[" + CANARY,
                "{\"model\":\"chat\",\"temperature\":\"the " + CANARY
                        + "\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
                "{\"model\":\"chat\",\"messages\":[{\"role\":\"say " + CANARY + "\",\"content\":\"x\"}]}",
                "{\"model\":\"chat\",\"stop\":[\"" + CANARY + "\",7],\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
        // When
        for (int i = 0; i < bodies.size(); i++) {
            router.send(Lane.INTERACTIVE, "k", bodies.get(i), TestRouter.id("r" + i));
        }
        // Then
        assertThat(router.answers()).hasSize(bodies.size()).noneMatch(answer -> answer.text().contains(CANARY));
        assertKeptOut();
    }

    @Test
    void shouldNotQuoteUnreadableRecords() {
        // Given damaged Avro with the canary in it, and plain text
        byte[] avro = router.avro(AcceptanceTest.chatRequest(CANARY));
        byte[] truncated = java.util.Arrays.copyOf(avro, avro.length - 3);
        byte[] unknownSchema = avro.clone();
        unknownSchema[3] = 99;
        List<byte[]> values = List.of(truncated, unknownSchema, CANARY.getBytes(StandardCharsets.UTF_8));
        // When
        for (int i = 0; i < values.size(); i++) {
            router.send(Lane.INTERACTIVE, "k", values.get(i),
                    TestRouter.headers(RecordHeaders.REQUEST_ID, "r" + i, RecordHeaders.REPLY_FORMAT, "json"));
        }
        // Then
        assertThat(router.answers()).hasSize(values.size()).noneMatch(answer -> answer.text().contains(CANARY));
        assertKeptOut();
    }

    @Test
    void shouldNotTellCallersOfEndpoints() {
        router.send(Lane.INTERACTIVE, "k", TestRouter.body("x"), TestRouter.id("r1"));
        router.advance(Duration.ofSeconds(61));
        assertThat(router.answer().text()).doesNotContain("internal-endpoint").doesNotContain("openai/gpt");
    }

    private void assertKeptOut() {
        List<String> kept = new ArrayList<>();
        router.decisions().forEach(decision -> kept.add(decision.toString()));
        router.deadLetters().forEach(letter -> {
            for (Header header : letter.headers()) {
                kept.add(header.key() + "=" + new String(header.value(), StandardCharsets.UTF_8));
            }
        });
        router.metrics.getMeters().forEach(meter -> kept.add(meter.getId().toString()));
        log.list.forEach(event -> kept.add(event.getFormattedMessage() + event.getKeyValuePairs()));
        assertThat(kept).isNotEmpty().noneMatch(text -> text.contains(CANARY));
    }
}
