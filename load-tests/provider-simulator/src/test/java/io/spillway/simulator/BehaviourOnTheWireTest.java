package io.spillway.simulator;

import static io.spillway.simulator.testing.ChatClient.anthropicBody;
import static io.spillway.simulator.testing.ChatClient.json;
import static io.spillway.simulator.testing.ChatClient.openAiBody;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.spillway.simulator.Behaviour.Outage.Mode;
import io.spillway.simulator.Behaviour.Truncated.Cut;
import io.spillway.simulator.testing.ChatClient;
import io.spillway.simulator.testing.RawClient;
import io.spillway.simulator.testing.RawClient.End;
import io.spillway.simulator.testing.RawClient.Received;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BehaviourOnTheWireTest {

    private static final String OPENAI_BODY = openAiBody("gpt-4o", "hello");
    private static final String OPENAI_STREAM = OPENAI_BODY.replace("{\"model\"", "{\"stream\":true,\"model\"");

    private SimulatedProvider provider;
    private ChatClient client;

    @BeforeEach
    void start() {
        provider = SimulatedProvider.start(SimulatorConfig.of("test"));
        client = new ChatClient(provider.baseUri());
    }

    @AfterEach
    void stop() {
        client.close();
        provider.close();
    }

    private Received raw(String path, String body, int silenceMillis) throws IOException {
        try (RawClient raw = new RawClient(provider.baseUri())) {
            return raw.send(RawClient.post(path, body)).receive(silenceMillis);
        }
    }

    private void assertPaid(CallOutcome outcome) {
        assertThat(provider.calls().countsByOutcome()).containsOnlyKeys(outcome);
        assertThat(provider.calls().paidCount()).isEqualTo(1);
        assertThat(provider.calls().unpaidCount()).isZero();
    }

    private void assertUnpaid(CallOutcome outcome) {
        assertThat(provider.calls().countsByOutcome()).containsOnlyKeys(outcome);
        assertThat(provider.calls().paidCount()).isZero();
        assertThat(provider.calls().unpaid()).singleElement().extracting(UnpaidCall::outcome).isEqualTo(outcome);
    }

    @Test
    void shouldRefuseConnectionsDuringRefusingOutageAndRecover() throws Exception {
        assertThat(client.openAi(OPENAI_BODY).statusCode()).isEqualTo(200);

        provider.behave(new Behaviour.Outage(Mode.REFUSE));

        assertThatThrownBy(() -> new RawClient(provider.baseUri())).isInstanceOf(ConnectException.class);
        assertThatThrownBy(() -> client.openAi(OPENAI_BODY)).isInstanceOf(IOException.class);
        provider.behave(Behaviour.healthy());
        assertThat(client.openAi(OPENAI_BODY).statusCode()).isEqualTo(200);
        assertThat(provider.calls().paidCount()).isEqualTo(2);
    }

    @Test
    void shouldNotChargeCallsThatRefusingOutageCuts() throws Exception {
        provider.behave(new Behaviour.Healthy(Latency.ofMillis(300)));
        try (RawClient raw = new RawClient(provider.baseUri())) {
            raw.send(RawClient.post(ChatClient.OPENAI, OPENAI_BODY));
            await().until(() -> provider.inFlight() == 1);

            provider.behave(new Behaviour.Outage(Mode.REFUSE));

            assertThat(raw.receive(5000).end()).isEqualTo(End.RESET);
            await().until(() -> provider.inFlight() == 0);
        }
        assertUnpaid(CallOutcome.OUTAGE);
    }

    @Test
    void shouldResetAfterRequestDuringResettingOutage() throws Exception {
        provider.behave(new Behaviour.Outage(Mode.RESET));

        Received received = raw(ChatClient.OPENAI, OPENAI_BODY, 5000);

        assertThat(received).isEqualTo(new Received("", End.RESET));
        assertThat(client.send("GET", "/_admin/stats", "").statusCode()).isEqualTo(200);
        assertUnpaid(CallOutcome.OUTAGE);
    }

    @Test
    void shouldAnswer503WhenUnavailable() throws Exception {
        provider.behave(new Behaviour.Outage(Mode.UNAVAILABLE));

        HttpResponse<String> openAi = client.openAi(OPENAI_BODY);
        HttpResponse<String> anthropic = client.anthropic(anthropicBody("c", "x"));

        OpenAiWireTest.assertError(openAi, 503, "service_unavailable_error", "server_is_overloaded", null, "overloaded");
        assertThat(anthropic.statusCode()).isEqualTo(503);
        assertThat(json(anthropic.body()).path("error").path("type").asText()).isEqualTo("api_error");
        assertThat(provider.calls().countsByOutcome()).containsOnlyKeys(CallOutcome.OUTAGE).containsValue(2L);
    }

    @Test
    void shouldHintWaitWhenRateLimited() throws Exception {
        provider.behave(Behaviour.RateLimited.of(Duration.ofMillis(2500)));

        HttpResponse<String> openAi = client.openAi(OPENAI_BODY);
        HttpResponse<String> anthropic = client.anthropic(anthropicBody("c", "x"));

        OpenAiWireTest.assertError(openAi, 429, "requests", "rate_limit_exceeded", null, "Please try again in 2.500s");
        assertThat(openAi.headers().firstValue("retry-after-ms")).hasValue("2500");
        assertThat(openAi.headers().firstValue("retry-after")).hasValue("3");
        assertThat(openAi.headers().firstValue("x-ratelimit-remaining-requests")).hasValue("0");
        assertThat(openAi.headers().firstValue("x-ratelimit-reset-requests")).hasValue("2.500s");
        assertThat(anthropic.statusCode()).isEqualTo(429);
        assertThat(json(anthropic.body()).path("error").path("type").asText()).isEqualTo("rate_limit_error");
        assertThat(anthropic.headers().firstValue("retry-after")).hasValue("3");
        assertThat(provider.calls().unpaid()).extracting(UnpaidCall::reason).containsExactly("429 rate_limit_exceeded",
                "429 rate_limit_error");
    }

    @Test
    void shouldSendNoHintForExhaustedQuota() throws Exception {
        provider.behave(new Behaviour.RateLimited(Optional.empty(), 429, "insufficient_quota"));

        HttpResponse<String> response = client.openAi(OPENAI_BODY);

        OpenAiWireTest.assertError(response, 429, "insufficient_quota", "insufficient_quota", null,
                "exceeded your current quota");
        assertThat(response.headers().firstValue("retry-after")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 408, 409, 422, 500, 502, 503, 504, 529})
    void shouldSendErrorStatusInBothDialects(int status) throws Exception {
        provider.behave(new Behaviour.ErrorStatus(status, "some_code", "on purpose"));

        HttpResponse<String> openAi = client.openAi(OPENAI_BODY);
        HttpResponse<String> anthropic = client.anthropic(anthropicBody("c", "x"));

        assertThat(openAi.statusCode()).isEqualTo(status);
        assertThat(json(openAi.body()).path("error").path("code").asText()).isEqualTo("some_code");
        assertThat(json(openAi.body()).path("error").path("message").asText()).isEqualTo("on purpose");
        assertThat(anthropic.statusCode()).isEqualTo(status);
        assertThat(json(anthropic.body()).path("error").path("message").asText()).isEqualTo("on purpose");
        assertThat(provider.calls().countsByOutcome()).containsOnlyKeys(CallOutcome.ERROR_STATUS);
    }

    @Test
    void shouldHoldSocketWithoutBytesWhenHanging() throws Exception {
        provider.behave(new Behaviour.Hang(Duration.ofMinutes(10)));

        Received received = raw(ChatClient.OPENAI, OPENAI_BODY, 150);

        assertThat(received).isEqualTo(new Received("", End.STILL_OPEN));
        assertUnpaid(CallOutcome.HUNG);
        // The client has left by now: a hanging call must not outlive it.
        await().atMost(Duration.ofSeconds(5)).until(() -> provider.inFlight() == 0);
    }

    @Test
    void shouldCloseAfterHang() throws Exception {
        provider.behave(new Behaviour.Hang(Duration.ofMillis(50)));

        assertThat(raw(ChatClient.OPENAI, OPENAI_BODY, 5000)).isEqualTo(new Received("", End.CLOSED));
    }

    @Test
    void shouldDripOneByteAtATime() throws Exception {
        provider.behave(new Behaviour.Drip(Duration.ofMillis(40)));
        try (RawClient raw = new RawClient(provider.baseUri())) {
            raw.send(RawClient.post(ChatClient.OPENAI, OPENAI_BODY));

            Received early = raw.receive(20);

            assertThat(early.head()).startsWith("HTTP/1.1 200 OK");
            assertThat(early.body().length()).isLessThan(3);
            assertThat((char) raw.readByte())
                    .isEqualTo(early.body().isEmpty() ? '{' : "\"id\"".charAt(early.body().length() - 1));
        }
        assertPaid(CallOutcome.DRIPPED);
        await().atMost(Duration.ofSeconds(5)).until(() -> provider.inFlight() == 0);
    }

    @Test
    void shouldDripWholeAnswersInTheEnd() throws Exception {
        provider.behave(new Behaviour.Drip(Duration.ZERO));

        assertThat(json(client.openAi(OPENAI_BODY).body()).path("object").asText()).isEqualTo("chat.completion");
        assertThat(client.openAi(OPENAI_STREAM).body()).endsWith("data: [DONE]\n\n");
        assertThat(provider.calls().paidCount()).isEqualTo(2);
    }

    @Test
    void shouldSendGarbageInsteadOfJson() throws Exception {
        provider.behave(new Behaviour.Garbage());

        HttpResponse<String> response = client.openAi(OPENAI_BODY);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> new ObjectMapper().readTree(response.body())).isInstanceOf(JsonProcessingException.class);
        assertUnpaid(CallOutcome.GARBAGE);
    }

    @Test
    void shouldSendErrorObjectWithStatus200() throws Exception {
        provider.behave(new Behaviour.ErrorBody());

        HttpResponse<String> openAi = client.openAi(OPENAI_BODY);

        OpenAiWireTest.assertError(openAi, 200, "server_error", "server_error", null, "The server had an error");
        assertUnpaid(CallOutcome.ERROR_BODY);
        assertThat(json(client.anthropic(anthropicBody("c", "x")).body()).path("type").asText()).isEqualTo("error");
    }

    @Test
    void shouldSendNoChoices() throws Exception {
        provider.behave(new Behaviour.EmptyChoices());

        JsonNode body = json(client.openAi(OPENAI_BODY).body());

        assertThat(body.path("choices").isArray()).isTrue();
        assertThat(body.path("choices")).isEmpty();
        assertThat(body.path("usage").path("completion_tokens").asInt()).isZero();
        assertPaid(CallOutcome.EMPTY_CHOICES);
        assertThat(json(client.anthropic(anthropicBody("c", "x")).body()).path("content")).isEmpty();
    }

    @Test
    void shouldSendNoUsage() throws Exception {
        provider.behave(new Behaviour.NoUsage());

        JsonNode body = json(client.openAi(OPENAI_BODY).body());

        assertThat(body.has("usage")).isFalse();
        assertThat(body.path("choices")).hasSize(1);
        assertPaid(CallOutcome.NO_USAGE);
        assertThat(json(client.anthropic(anthropicBody("c", "x")).body()).has("usage")).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Cut.class)
    void shouldCutBodyAndCloseInOrder(Cut cut) throws Exception {
        provider.behave(new Behaviour.Truncated(cut));

        Received received = raw(ChatClient.OPENAI, OPENAI_BODY, 5000);

        assertThat(received.end()).isEqualTo(End.CLOSED);
        assertPaid(CallOutcome.TRUNCATED);
        switch (cut) {
            case BODY -> assertThat(received.body()).hasSize(received.contentLength() / 2);
            case LENGTH -> {
                assertThat(received.body()).hasSize(received.contentLength() - 64);
                assertThat(json(received.body()).path("object").asText()).isEqualTo("chat.completion");
            }
            case CHUNKED -> {
                assertThat(received.head()).contains("transfer-encoding: chunked");
                assertThat(received.body()).doesNotContain("\r\n0\r\n");
            }
        }
        assertThatThrownBy(() -> client.openAi(OPENAI_BODY)).isInstanceOf(IOException.class);
    }

    @Test
    void shouldResetInTheMiddleOfBody() throws Exception {
        provider.behave(new Behaviour.ResetMidBody());

        Received received = raw(ChatClient.OPENAI, OPENAI_BODY, 5000);

        assertThat(received.end()).isEqualTo(End.RESET);
        assertPaid(CallOutcome.RESET_MID_BODY);
    }

    @Test
    void shouldOnlyShowSignsOfLifeWhenTheStreamStalls() throws Exception {
        provider.behave(new Behaviour.Stalled(Duration.ofMillis(900)));

        Received received = raw(ChatClient.OPENAI, OPENAI_STREAM, 5000);

        assertThat(received.body()).contains("\"delta\"").contains(": keep-alive").doesNotContain("[DONE]");
        assertThat(received.body().lastIndexOf("\"delta\"")).isLessThan(received.body().indexOf(": keep-alive"));
        assertPaid(CallOutcome.STALLED);
    }

    @Test
    void shouldReportAnErrorInTheMiddleOfTheStream() throws Exception {
        provider.behave(new Behaviour.ErrorMidway());

        Received received = raw(ChatClient.OPENAI, OPENAI_STREAM, 500);

        assertThat(received.body()).contains("\"delta\"").contains("data: {\"error\"").doesNotContain("[DONE]");
        assertThat(received.body()).endsWith("0\r\n\r\n");
        assertPaid(CallOutcome.ERROR_MIDWAY);
    }

    @Test
    void shouldCloseOwnDirectionOnlyWhenHalfClosed() throws Exception {
        provider.behave(new Behaviour.HalfClosed());
        try (RawClient raw = new RawClient(provider.baseUri())) {
            Received received = raw.send(RawClient.post(ChatClient.OPENAI, OPENAI_BODY)).receive(5000);

            assertThat(received.end()).isEqualTo(End.CLOSED);
            assertThat(received.body()).hasSize(received.contentLength() / 2);
            assertThat(provider.openConnections()).isEqualTo(1);
        }
        await().atMost(Duration.ofSeconds(5)).until(() -> provider.openConnections() == 0);
        assertPaid(CallOutcome.HALF_CLOSED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldStreamHugeBodies(boolean stream) throws Exception {
        provider.behave(new Behaviour.Huge(3_000_000));

        String body = client.openAi(stream ? OPENAI_STREAM : OPENAI_BODY).body();

        assertThat(body).hasSizeBetween(3_000_000, 3_001_000);
        if (!stream) {
            assertThat(json(body).path("choices").path(0).path("message").path("content").asText()).hasSizeGreaterThan(2_990_000);
        }
        assertPaid(CallOutcome.HUGE);
        assertThat(provider.calls().paid().getFirst().completionTokens()).isEqualTo(750_000);
    }

    @Test
    void shouldSendBytesThatAreNoHttp() throws Exception {
        provider.behave(new Behaviour.NotHttp());

        Received received = raw(ChatClient.OPENAI, OPENAI_BODY, 5000);

        assertThat(received.text()).isNotEmpty().doesNotContain("HTTP/1.1");
        assertThat(received.end()).isEqualTo(End.CLOSED);
        assertUnpaid(CallOutcome.NOT_HTTP);
    }

    @Test
    void shouldCutStreamsToo() throws Exception {
        provider.behave(new Behaviour.Truncated());

        Received received = raw(ChatClient.OPENAI, OPENAI_STREAM, 5000);

        assertThat(received.head()).contains("text/event-stream");
        assertThat(received.body()).contains("chat.completion.chunk").doesNotContain("[DONE]");
        assertPaid(CallOutcome.TRUNCATED);
    }

    @Test
    void shouldLetOneModelFailAlone() throws Exception {
        provider.behave("bad", new Behaviour.ErrorStatus(500, "", ""));

        assertThat(client.openAi(openAiBody("bad", "x")).statusCode()).isEqualTo(500);
        assertThat(client.openAi(openAiBody("good", "x")).statusCode()).isEqualTo(200);
        provider.clearBehaviour("bad");
        assertThat(client.openAi(openAiBody("bad", "x")).statusCode()).isEqualTo(200);
    }

    @Test
    void shouldDelayFailures() throws Exception {
        provider.behave(new Behaviour.Delayed(Latency.ofMillis(100), new Behaviour.ErrorStatus(500, "", "")));
        long begin = System.nanoTime();

        int status = client.openAi(OPENAI_BODY).statusCode();

        assertThat(status).isEqualTo(500);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(100));
    }

    @Test
    void shouldGoBadAndBackWhenFlapping() {
        provider.behave(new Behaviour.Flapping(Duration.ofMillis(60), Duration.ofMillis(60), Behaviour.healthy(),
                new Behaviour.ErrorStatus(500, "", "")));

        for (int expected : new int[]{200, 500, 200, 500}) {
            await().pollInterval(Duration.ofMillis(5)).atMost(Duration.ofSeconds(5))
                    .until(() -> client.openAi(OPENAI_BODY).statusCode() == expected);
        }
    }
}
