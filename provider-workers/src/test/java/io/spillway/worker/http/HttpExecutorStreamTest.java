package io.spillway.worker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.spillway.v1.Failure;
import io.spillway.v1.FailureKind;
import io.spillway.v1.SendState;
import io.spillway.v1.TimeoutPhase;
import io.spillway.worker.http.CallResult.Broken;
import io.spillway.worker.http.CallResult.Received;
import io.spillway.worker.http.CallResult.Streamed;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.Calls;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderAdapter;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.openai.OpenAiAdapter;

/** Streams over real sockets, by a server that misbehaves. */
class HttpExecutorStreamTest {

    private static final int CAP = 64 * 1024;
    private static final CallTimeouts PATIENT = new CallTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(20),
            Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(30));
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final CallTimeouts HASTY_START = new CallTimeouts(PATIENT.connect(), PATIENT.firstByte(), SHORT,
            PATIENT.idleGap(), PATIENT.total());
    private static final CallTimeouts HASTY_GAP = new CallTimeouts(PATIENT.connect(), PATIENT.firstByte(), PATIENT.firstToken(),
            SHORT, PATIENT.total());

    private static final String OPEN = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n";
    private static final String CHUNKED = OPEN + "Transfer-Encoding: chunked\r\n\r\n";
    private static final String TOKEN = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"tick \"}}]}\n\n";
    private static final String STOP = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    private static final String DONE = "data: [DONE]\n\n";
    private static final String ALIVE = ": keep-alive\n\n";
    private static final String LAST_CHUNK = "0\r\n\r\n";

    private final ProviderAdapter adapter = new OpenAiAdapter();
    private final ProviderCall providerCall = Calls.of(Calls.request(Calls.user("hi")));
    private HttpExecutor executor;

    @BeforeEach
    void start() {
        executor = new HttpExecutor(new HttpSettings(Duration.ofSeconds(5), CAP, 100, Optional.empty()), System::nanoTime);
        executor.start();
    }

    @AfterEach
    void stop() {
        executor.close();
    }

    @Test
    void shouldAnswerAndKeepTheConnectionWhenAllIsWell() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            while (connection.readRequest()) {
                connection.write(CHUNKED + chunk(TOKEN));
                connection.silence(60);
                connection.write(chunk(ALIVE) + chunk(TOKEN + STOP) + chunk(DONE) + LAST_CHUNK);
            }
        })) {
            for (int i = 0; i < 3; i++) {
                Streamed streamed = streamed(execute(server, PATIENT));
                assertThat(text(streamed)).isEqualTo("tick tick ");
                assertThat(streamed.firstTokenMillis()).isLessThanOrEqualTo(streamed.durationMillis() - 50);
            }
            assertThat(server.connections()).isEqualTo(1);
        }
        assertThat(executor.inFlight()).isZero();
    }

    @Test
    void shouldMeasureTheFirstTokenAndNotTheFirstByte() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.write(CHUNKED + chunk(ALIVE) + chunk(TOKEN.replace("tick ", "")));
            connection.silence(400);
            connection.write(chunk(TOKEN + STOP + DONE) + LAST_CHUNK);
        })) {
            Streamed streamed = streamed(execute(server, PATIENT));
            assertThat(text(streamed)).isEqualTo("tick ");
            assertThat(streamed.firstTokenMillis()).isGreaterThanOrEqualTo(390);
        }
    }

    @Test
    void shouldCutAtTheFirstTokenWhenOnlySignsOfLifeCome() throws IOException {
        CompletableFuture<Boolean> clientClosed = new CompletableFuture<>();
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.write(CHUNKED);
            try {
                while (connection.silence(30)) {
                    connection.write(chunk(ALIVE));
                }
            } catch (IOException e) {
                clientClosed.complete(true);
            }
        })) {
            expect(execute(server, HASTY_START), FailureKind.TIMEOUT, TimeoutPhase.FIRST_BYTE);
            await().untilAsserted(() -> assertThat(clientClosed).isCompletedWithValue(true));
        }
    }

    @Test
    void shouldCutAtTheGapWhenOnlySignsOfLifeFollowAToken() throws IOException {
        CompletableFuture<Boolean> clientClosed = new CompletableFuture<>();
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.write(CHUNKED + chunk(TOKEN));
            try {
                while (connection.silence(30)) {
                    connection.write(chunk(ALIVE));
                }
            } catch (IOException e) {
                clientClosed.complete(true);
            }
        })) {
            expect(execute(server, HASTY_GAP), FailureKind.TIMEOUT, TimeoutPhase.IDLE_GAP);
            await().untilAsserted(() -> assertThat(clientClosed).isCompletedWithValue(true));
        }
    }

    @Test
    void shouldNotCutWhenTokensComeSlowlyButSteadily() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.write(CHUNKED);
            for (int i = 0; i < 10; i++) {
                connection.silence(80);
                connection.write(chunk(TOKEN));
            }
            connection.write(chunk(STOP + DONE) + LAST_CHUNK);
        })) {
            Duration second = Duration.ofSeconds(1);
            CallTimeouts gap = new CallTimeouts(PATIENT.connect(), second, second, Duration.ofMillis(600), PATIENT.total());
            assertThat(text(streamed(execute(server, gap)))).hasSize(50);
        }
    }

    @Test
    void shouldCutAtTheGapWhenATokenDrips() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.write(CHUNKED + chunk(TOKEN));
            for (char c : TOKEN.repeat(100).toCharArray()) {
                connection.write(chunk(String.valueOf(c)));
                if (!connection.silence(30)) {
                    return;
                }
            }
        })) {
            expect(execute(server, HASTY_GAP), FailureKind.TIMEOUT, TimeoutPhase.IDLE_GAP);
        }
    }

    @Test
    void shouldCutAtTheTotalWhenTokensNeverEnd() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.write(CHUNKED);
            while (connection.silence(20)) {
                connection.write(chunk(TOKEN));
            }
        })) {
            CallResult result = execute(server, PATIENT.withTotal(Duration.ofMillis(500)));
            expect(result, FailureKind.TIMEOUT, TimeoutPhase.TOTAL);
        }
    }

    /** Everything that ends before it says so, however politely. */
    @ParameterizedTest
    @ValueSource(strings = {"cut within an event", "closed after a token", "no mark", "no mark, chunked", "no reason",
            "no last chunk", "bad chunk", "negative chunk", "short of its length", "reset", "nothing", "nothing, chunked"})
    void shouldNeverTakeABrokenStreamForAnAnswer(String how) throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            String plain = OPEN + "Connection: close\r\n\r\n";
            switch (how) {
                case "cut within an event" -> connection.write(plain + TOKEN + TOKEN.substring(0, 40));
                case "closed after a token" -> connection.write(plain + TOKEN);
                case "no mark" -> connection.write(plain + TOKEN + STOP);
                case "no mark, chunked" -> connection.write(CHUNKED + chunk(TOKEN + STOP) + LAST_CHUNK);
                case "no reason" -> connection.write(CHUNKED + chunk(TOKEN + DONE) + LAST_CHUNK);
                case "no last chunk" -> connection.write(CHUNKED + chunk(TOKEN + STOP));
                case "bad chunk" -> connection.write(CHUNKED + chunk(TOKEN) + "xyz\r\n" + STOP + DONE);
                case "negative chunk" -> connection.write(CHUNKED + chunk(TOKEN) + "-5\r\n" + STOP + DONE);
                case "short of its length" -> connection.write(OPEN + "Content-Length: 5000\r\n\r\n" + TOKEN + STOP);
                case "reset" -> {
                    connection.write(CHUNKED + chunk(TOKEN));
                    connection.silence(100);
                    connection.reset();
                }
                case "nothing" -> connection.write(plain);
                case "nothing, chunked" -> connection.write(CHUNKED + LAST_CHUNK);
                default -> throw new IllegalArgumentException(how);
            }
        })) {
            Failure failure = failure(execute(server, PATIENT));
            assertThat(failure.getKind()).isIn(FailureKind.MALFORMED_RESPONSE, FailureKind.CONNECTION_FAILED);
            assertThat(failure.getSent()).isEqualTo(SendState.ANSWERED);
            assertThat(failure.getMaybePaid()).isTrue();
            assertThat(server.requests()).as("never repeated").hasSize(1);
        }
    }

    @Test
    void shouldEndAtOnceWithAnErrorOfTheStream() throws IOException {
        CompletableFuture<Boolean> clientClosed = new CompletableFuture<>();
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.write(CHUNKED + chunk(TOKEN + "data: {\"error\":{\"code\":503,\"message\":\"x\"}}\n\n"));
            // And leaves it open.
            clientClosed.complete(isLeft(connection));
        })) {
            CallResult result = execute(server, PATIENT);
            assertThat(failure(result).getKind()).isEqualTo(FailureKind.OVERLOADED);
            assertThat(result).isInstanceOf(Streamed.class);
            await().untilAsserted(() -> assertThat(clientClosed).isCompletedWithValue(true));
        }
    }

    @Test
    void shouldAnswerWithoutWaitingWhenTheServerForgetsToEnd() throws IOException {
        CompletableFuture<Boolean> clientClosed = new CompletableFuture<>();
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.write(CHUNKED + chunk(TOKEN + STOP + DONE));
            clientClosed.complete(isLeft(connection));
        })) {
            assertThat(text(streamed(execute(server, PATIENT)))).isEqualTo("tick ");
            await().untilAsserted(() -> assertThat(clientClosed).isCompletedWithValue(true));
        }
    }

    /** What follows the mark is nobody's answer. */
    @ParameterizedTest
    @ValueSource(strings = {"garbage", "reset", "more tokens"})
    void shouldIgnoreWhatFollowsTheMark(String what) throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.write(CHUNKED + chunk(TOKEN + STOP + DONE));
            switch (what) {
                case "garbage" -> connection.write("garbage\r\n");
                case "more tokens" -> connection.write(chunk(TOKEN) + LAST_CHUNK);
                default -> {
                    connection.silence(30);
                    connection.reset();
                }
            }
        })) {
            assertThat(text(streamed(execute(server, PATIENT)))).isEqualTo("tick ");
        }
    }

    @Test
    void shouldRefuseAStreamAboveTheCap() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.write(CHUNKED);
            while (connection.silence(0)) {
                connection.write(chunk(TOKEN.repeat(20)));
            }
        })) {
            expect(execute(server, PATIENT), FailureKind.MALFORMED_RESPONSE, null);
        }
    }

    @Test
    void shouldTakeAStreamSomeTimesLargerThanABody() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            int tokens = 2 * CAP / TOKEN.length();
            connection.write(CHUNKED);
            for (int i = 0; i < tokens; i++) {
                connection.write(chunk(TOKEN));
            }
            connection.write(chunk(STOP + DONE) + LAST_CHUNK);
        })) {
            assertThat(text(streamed(execute(server, PATIENT)))).hasSize(2 * CAP / TOKEN.length() * 5);
        }
    }

    @Test
    void shouldReadACompressedStreamAsItArrives() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.write(OPEN + "Content-Encoding: gzip\r\nConnection: close\r\n\r\n");
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (GZIPOutputStream zip = new GZIPOutputStream(bytes, 512, true)) {
                for (String part : List.of(TOKEN, TOKEN, STOP + DONE)) {
                    zip.write(part.getBytes(StandardCharsets.UTF_8));
                    zip.flush();
                    connection.write(bytes.toByteArray());
                    bytes.reset();
                    connection.silence(150);
                }
            }
            connection.write(bytes.toByteArray());
        })) {
            Streamed streamed = streamed(execute(server, PATIENT));
            assertThat(text(streamed)).isEqualTo("tick tick ");
            assertThat(streamed.firstTokenMillis()).isLessThan(streamed.durationMillis() - 200);
        }
    }

    @Test
    void shouldCallACutOrOverblownCompressedStreamMalformed() throws IOException {
        byte[] cut = gzip(TOKEN + STOP + DONE);
        byte[] bomb = gzip(ALIVE.repeat(CAP));
        for (byte[] body : List.of(java.util.Arrays.copyOf(cut, cut.length / 2), bomb,
                "not gzip".getBytes(StandardCharsets.UTF_8))) {
            try (FaultServer server = new FaultServer(connection -> {
                connection.readRequest();
                connection.write(OPEN + "Content-Encoding: gzip\r\nConnection: close\r\n\r\n");
                connection.write(body);
            })) {
                expect(execute(server, PATIENT), FailureKind.MALFORMED_RESPONSE, null);
            }
        }
    }

    @Test
    void shouldHandOverTheWholeBodyWhenItIsNoStreamOrNoSuccess() throws IOException {
        String error = "HTTP/1.1 429 Too Many\r\nContent-Type: text/event-stream\r\nContent-Length: 2\r\n\r\n{}";
        for (String answer : List.of(FaultServer.json("{\"choices\":[]}"), error)) {
            try (FaultServer server = new FaultServer(FaultServer.answering(answer))) {
                assertThat(execute(server, PATIENT)).isInstanceOf(Received.class);
            }
        }
    }

    @Test
    void shouldEndAStreamWhenAborted() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.write(CHUNKED + chunk(TOKEN));
            connection.holdOpen();
        })) {
            CompletableFuture<CallResult> call = CompletableFuture.supplyAsync(() -> execute(server, PATIENT),
                    task -> Thread.ofVirtual().start(task));
            await().until(() -> server.requests().size() == 1);
            executor.abortAll();
            assertThat(failure(call.join()).getKind()).isEqualTo(FailureKind.WORKER_LOST);
        }
    }

    /** Waits until the client is gone, politely or not. */
    private static boolean isLeft(FaultServer.Connection connection) {
        try {
            return connection.socket().getInputStream().read() < 0;
        } catch (IOException e) {
            return true;
        }
    }

    private CallResult execute(FaultServer server, CallTimeouts timeouts) {
        URI uri = server.uri();
        HttpCall call = new HttpCall(uri, List.of(new HttpCall.Header("Content-Type", "application/json")),
                "{}".getBytes(StandardCharsets.UTF_8));
        return executor.execute(call, timeouts, Reach.PRIVATE_PLAIN, head -> adapter.stream(providerCall, head));
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.getBytes(StandardCharsets.UTF_8).length) + "\r\n" + text + "\r\n";
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static Streamed streamed(CallResult result) {
        assertThat(result).isInstanceOf(Streamed.class);
        return (Streamed) result;
    }

    private static String text(Streamed streamed) {
        assertThat(streamed.outcome()).isInstanceOf(CallOutcome.Answered.class);
        return ((CallOutcome.Answered) streamed.outcome()).response().getChoices().getFirst().getMessage().getContent();
    }

    private static Failure failure(CallResult result) {
        return switch (result) {
            case Streamed(HttpAnswer head, CallOutcome.Failed failed, long first, long duration) -> failed.failure();
            case Broken broken -> broken.failure().toFailure();
            case Streamed answered -> throw new AssertionError("an answer");
            case Received received -> throw new AssertionError("not a stream");
        };
    }

    private static void expect(CallResult result, FailureKind kind, TimeoutPhase phase) {
        Failure failure = failure(result);
        assertThat(failure.getKind()).as("%s", failure).isEqualTo(kind);
        assertThat(failure.getPhase()).as("%s", failure).isEqualTo(phase);
        assertThat(failure.getSent()).as("%s", failure).isEqualTo(SendState.ANSWERED);
    }
}
