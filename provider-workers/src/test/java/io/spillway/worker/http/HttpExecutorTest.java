package io.spillway.worker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
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
import io.spillway.worker.provider.HttpCall;

class HttpExecutorTest {

    private static final int CAP = 256 * 1024;
    private static final CallTimeouts PATIENT = new CallTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(20),
            Duration.ofSeconds(20), Duration.ofSeconds(30));
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

    private PrivateCalls executor;

    @BeforeEach
    void start() {
        executor = new PrivateCalls(
                new HttpExecutor(new HttpSettings(Duration.ofSeconds(5), CAP, 100, Optional.empty()), System::nanoTime));
        executor.start();
    }

    @AfterEach
    void stop() {
        executor.close();
    }

    @Test
    void shouldReturnTheAnswerAndKeepTheConnectionWhenAllIsWell() throws IOException {
        try (FaultServer server = new FaultServer(FaultServer.answering(FaultServer.json("{\"a\":1}")))) {
            for (int i = 0; i < 3; i++) {
                Received received = received(executor.execute(call(server.uri()), PATIENT));
                assertThat(received.answer().status()).isEqualTo(200);
                assertThat(received.answer().header("CONTENT-type")).hasValue("application/json");
                assertThat(new String(received.answer().body(), StandardCharsets.UTF_8)).isEqualTo("{\"a\":1}");
                assertThat(received.firstByteMillis()).isBetween(0L, received.durationMillis());
            }
            assertThat(server.connections()).isEqualTo(1);
            assertThat(server.requests()).hasSize(3).allSatisfy(request -> assertThat(request)
                    .startsWith("POST /v1/chat HTTP/1.1\r\n").contains("X-Key: secret").contains("Accept-Encoding: gzip")
                    .doesNotContain("Upgrade:").doesNotContain("Cookie").endsWith("{\"q\":true}"));
        }
        assertThat(executor.inFlight()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 401, 407, 429, 500, 503})
    void shouldHandOverTheAnswerOnceWhateverTheStatusIs(int status) throws IOException {
        String answer = "HTTP/1.1 " + status + " X\r\nLocation: /elsewhere\r\nRetry-After: 0\r\nSet-Cookie: a=b\r\n"
                + "WWW-Authenticate: Basic realm=x\r\nContent-Length: 2\r\n\r\n{}";
        try (FaultServer server = new FaultServer(FaultServer.answering(answer))) {
            assertThat(received(executor.execute(call(server.uri()), PATIENT)).answer().status()).isEqualTo(status);
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void shouldTimeOutAtFirstByteWhenTheProviderNeverAnswers() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.holdOpen();
        })) {
            Failure failure = broken(executor.execute(call(server.uri()),
                    new CallTimeouts(Duration.ofSeconds(5), Duration.ofMillis(300), Duration.ofSeconds(20),
                            Duration.ofSeconds(30))));
            expect(failure, FailureKind.TIMEOUT, SendState.MAYBE_SENT, TimeoutPhase.FIRST_BYTE);
        }
    }

    @Test
    void shouldTimeOutAtTheTotalWhenThatComesFirst() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.holdOpen();
        })) {
            CallResult result = executor.execute(call(server.uri()), PATIENT.withTotal(Duration.ofMillis(500)));
            expect(broken(result), FailureKind.TIMEOUT, SendState.MAYBE_SENT, TimeoutPhase.TOTAL);
            assertThat(result.durationMillis()).as("within 250 ms of 500").isBetween(500L, 750L);
        }
    }

    @Test
    void shouldTimeOutAtFirstByteWhenTheHeadDrips() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            for (char c : HEAD.repeat(100).toCharArray()) {
                connection.write(String.valueOf(c));
                if (!connection.silence(50)) {
                    return;
                }
            }
        })) {
            Failure failure = broken(executor.execute(call(server.uri()),
                    new CallTimeouts(Duration.ofSeconds(5), Duration.ofMillis(400), Duration.ofSeconds(20),
                            Duration.ofSeconds(30))));
            expect(failure, FailureKind.TIMEOUT, SendState.ANSWERED, TimeoutPhase.FIRST_BYTE);
        }
    }

    @Test
    void shouldTimeOutAtTheTotalWhenTheBodyDrips() throws IOException {
        CompletableFuture<Boolean> clientClosed = new CompletableFuture<>();
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.write(HEAD + "Content-Length: 100000\r\n\r\n");
            try {
                while (connection.silence(20)) {
                    connection.write("x");
                }
            } catch (IOException e) {
                clientClosed.complete(true);
            }
        })) {
            Failure failure = broken(executor.execute(call(server.uri()), PATIENT.withTotal(Duration.ofMillis(600))));
            expect(failure, FailureKind.TIMEOUT, SendState.ANSWERED, TimeoutPhase.TOTAL);
            await().untilAsserted(() -> assertThat(clientClosed).isCompletedWithValue(true));
        }
    }

    @Test
    void shouldTimeOutAtTheIdleGapWhenTheBodyStops() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.write(HEAD + "Content-Length: 100000\r\n\r\n{\"half\":");
            connection.holdOpen();
        })) {
            Failure failure = broken(executor.execute(call(server.uri()),
                    new CallTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofMillis(300),
                            Duration.ofSeconds(30))));
            expect(failure, FailureKind.TIMEOUT, SendState.ANSWERED, TimeoutPhase.IDLE_GAP);
        }
    }

    @Test
    void shouldNotSendWhenNothingListens() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }

        Failure failure = broken(executor.execute(call(URI.create("http://127.0.0.1:" + port + "/")), PATIENT));

        expect(failure, FailureKind.CONNECTION_FAILED, SendState.NOT_SENT, null);
        assertThat(failure.getMessage()).doesNotContain("127.0.0.1");
    }

    @Test
    void shouldTimeOutConnectingWhenTheListenersQueueIsFull() throws IOException {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CallTimeouts hasty = new CallTimeouts(Duration.ofMillis(400), Duration.ofMillis(400), Duration.ofSeconds(20),
                    Duration.ofSeconds(30));
            HttpCall call = call(URI.create("http://127.0.0.1:" + full.getLocalPort() + "/"));
            // Connections beyond the backlog get no answer from the kernel; those within are accepted and ignored.
            List<CompletableFuture<CallResult>> results = java.util.stream.IntStream.range(0, 12)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> executor.execute(call, hasty),
                            task -> Thread.ofVirtual().start(task)))
                    .toList();

            List<Failure> failures = results.stream().map(CompletableFuture::join).map(HttpExecutorTest::broken).toList();
            assertThat(failures).allMatch(failure -> failure.getKind() == FailureKind.TIMEOUT);
            assertThat(failures).anySatisfy(
                    failure -> expect(failure, FailureKind.TIMEOUT, SendState.NOT_SENT, TimeoutPhase.CONNECT));
        }
    }

    @Test
    void shouldFailWithoutSendingWhenTheHostIsNotKnown() {
        Failure failure = broken(executor.execute(call(URI.create("http://no-such-host.invalid/")), PATIENT));

        expect(failure, FailureKind.CONNECTION_FAILED, SendState.NOT_SENT, null);
    }

    @Test
    void shouldFailWithoutSendingWhenTlsMeetsPlaintext() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.write("HTTP/1.1 400 Bad Request\r\n\r\n");
            connection.silence(200);
        })) {
            URI https = URI.create(server.uri().toString().replace("http:", "https:"));
            expect(broken(executor.execute(call(https), PATIENT)), FailureKind.CONNECTION_FAILED, SendState.NOT_SENT, null);
        }
    }

    @Test
    void shouldReportNoTimeWithoutConnectingWhenTheTotalIsSpent() throws IOException {
        try (FaultServer server = new FaultServer(FaultServer.answering(FaultServer.json("{}")))) {
            Failure failure = broken(executor.execute(call(server.uri()), PATIENT.withTotal(Duration.ZERO)));
            expect(failure, FailureKind.TIMEOUT, SendState.NOT_SENT, TimeoutPhase.TOTAL);
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void shouldSayMaybeSentWhenTheConnectionEndsBeforeAnyAnswer() throws IOException {
        try (FaultServer server = new FaultServer(FaultServer.Connection::readRequest)) {
            expect(broken(executor.execute(call(server.uri()), PATIENT)), FailureKind.CONNECTION_FAILED, SendState.MAYBE_SENT,
                    null);
            assertThat(server.requests()).as("never repeated").hasSize(1);
        }
    }

    @Test
    void shouldSayMaybeSentWhenTheConnectionIsResetBeforeAnyAnswer() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.reset();
        })) {
            expect(broken(executor.execute(call(server.uri()), PATIENT)), FailureKind.CONNECTION_FAILED, SendState.MAYBE_SENT,
                    null);
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void shouldFailWhenTheProviderHalfClosesWithoutAnAnswer() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.socket().shutdownOutput();
            connection.holdOpen();
        })) {
            expect(broken(executor.execute(call(server.uri()), PATIENT)), FailureKind.CONNECTION_FAILED, SendState.MAYBE_SENT,
                    null);
        }
    }

    @Test
    void shouldFailWhenTheConnectionIsResetWithinTheBody() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.write(HEAD + "Content-Length: 100000\r\n\r\n{\"half\":");
            connection.silence(100);
            connection.reset();
        })) {
            expect(broken(executor.execute(call(server.uri()), PATIENT)), FailureKind.CONNECTION_FAILED, SendState.ANSWERED,
                    null);
        }
    }

    @Test
    void shouldUseAFreshConnectionWhenThePooledOneWasClosedByTheProvider() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.write(FaultServer.json("{\"n\":" + connection.number() + "}"));
        })) {
            // The provider closes after each answer, without saying so.
            for (int i = 1; i <= 3; i++) {
                Received received = received(executor.execute(call(server.uri()), PATIENT));
                assertThat(new String(received.answer().body(), StandardCharsets.UTF_8)).isEqualTo("{\"n\":" + i + "}");
                await().pollDelay(Duration.ofMillis(150)).until(() -> true);
            }
            assertThat(server.requests()).hasSize(3);
            assertThat(server.connections()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 100\r\n\r\n{\"short\":1}", "Transfer-Encoding: chunked\r\n\r\nff\r\n{\"short\"",
            "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n", "Transfer-Encoding: chunked\r\n\r\nnot-a-size\r\n{}\r\n",
            "Content-Encoding: gzip\r\nContent-Length: 10\r\n\r\n0123456789",
            "Content-Encoding: br\r\nContent-Length: 2\r\n\r\n{}",
            "Content-Length: 9999999999\r\n\r\n"})
    void shouldCallTheAnswerMalformedWhenItsFramingLies(String rest) throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.write(HEAD + rest);
        })) {
            expect(broken(executor.execute(call(server.uri()), PATIENT)), FailureKind.MALFORMED_RESPONSE, SendState.ANSWERED,
                    null);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n", "\u0000\u0001\u0002\u0003\r\n\r\n",
            "HTTP/1.1 abc\r\n\r\n"})
    void shouldCallTheAnswerMalformedWhenItIsNotHttp(String garbage) throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.write(garbage);
            connection.silence(100);
        })) {
            Failure failure = broken(executor.execute(call(server.uri()), PATIENT));
            assertThat(failure.getKind()).isIn(FailureKind.MALFORMED_RESPONSE, FailureKind.CONNECTION_FAILED);
            assertThat(failure.getSent()).isEqualTo(SendState.ANSWERED);
        }
    }

    @Test
    void shouldRefuseTheHeadWhenItHasTooManyOrTooLongHeaders() throws IOException {
        for (String head : List.of("X-H: v\r\n".repeat(300), "X-Long: " + "v".repeat(20_000) + "\r\n")) {
            try (FaultServer server = new FaultServer(connection -> {
                connection.readRequest();
                connection.write(HEAD + head + "Content-Length: 2\r\n\r\n{}");
                connection.silence(500);
            })) {
                expect(broken(executor.execute(call(server.uri()), PATIENT)), FailureKind.MALFORMED_RESPONSE, SendState.ANSWERED,
                        null);
            }
        }
    }

    @Test
    void shouldCutTheBodyOffAtTheCapWhenItNeverEnds() throws IOException {
        AtomicLong sent = new AtomicLong();
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.write(HEAD + "Transfer-Encoding: chunked\r\n\r\n");
            byte[] chunk = ("10000\r\n" + "0".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            while (sent.get() < 200L * 1024 * 1024) {
                connection.write(chunk);
                sent.addAndGet(chunk.length);
            }
        })) {
            Failure failure = broken(executor.execute(call(server.uri()), PATIENT));
            expect(failure, FailureKind.MALFORMED_RESPONSE, SendState.ANSWERED, null);
            assertThat(failure.getMessage()).contains(Integer.toString(CAP));
            assertThat(sent.get()).as("stopped soon after the cap, socket buffers aside").isLessThan(20L * 1024 * 1024);
        }
    }

    @Test
    void shouldDecodeGzipAndCutABombOffAtTheCap() throws IOException {
        byte[] small = gzip("{\"zipped\":true}".getBytes(StandardCharsets.UTF_8));
        byte[] bomb = gzip(new byte[64 * 1024 * 1024]);
        assertThat(bomb.length).as("under the cap before decoding").isLessThan(CAP);
        try (FaultServer server = new FaultServer(connection -> {
            byte[] body = connection.number() == 1 ? small : bomb;
            while (connection.readRequest()) {
                connection.write(HEAD + "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + Integer.toHexString(body.length) + "\r\n");
                connection.write(body);
                connection.write("\r\n0\r\n\r\n");
            }
        })) {
            Received received = received(executor.execute(call(server.uri()), PATIENT));
            assertThat(new String(received.answer().body(), StandardCharsets.UTF_8)).isEqualTo("{\"zipped\":true}");
            assertThat(received.answer().header("content-encoding")).isEmpty();
            assertThat(received(executor.execute(call(server.uri()), PATIENT)).answer().body()).isNotEmpty();
            assertThat(server.connections()).as("the connection was reused after a gzip body").isEqualTo(1);
        }
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.write(HEAD + "Content-Encoding: gzip\r\nContent-Length: " + bomb.length + "\r\n\r\n");
            connection.write(bomb);
        })) {
            expect(broken(executor.execute(call(server.uri()), PATIENT)), FailureKind.MALFORMED_RESPONSE, SendState.ANSWERED,
                    null);
        }
    }

    @Test
    void shouldEndEveryCallWhenAborted() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.holdOpen();
        })) {
            List<CompletableFuture<CallResult>> calls = java.util.stream.IntStream.range(0, 20)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> executor.execute(call(server.uri()), PATIENT),
                            task -> Thread.ofVirtual().start(task)))
                    .toList();
            await().until(() -> server.requests().size() == 20);

            executor.abortAll();

            assertThat(calls)
                    .allSatisfy(call -> expect(broken(call.join()), FailureKind.WORKER_LOST, SendState.MAYBE_SENT, null));
            assertThat(executor.inFlight()).isZero();
        }
    }

    private static HttpCall call(URI uri) {
        return new HttpCall(uri,
                List.of(new HttpCall.Header("Content-Type", "application/json"), new HttpCall.Header("X-Key", "secret")),
                "{\"q\":true}".getBytes(StandardCharsets.UTF_8));
    }

    private static Received received(CallResult result) {
        assertThat(result).isInstanceOf(Received.class);
        return (Received) result;
    }

    private static Failure broken(CallResult result) {
        assertThat(result).isInstanceOf(Broken.class);
        return ((Broken) result).failure().toFailure();
    }

    private static void expect(Failure failure, FailureKind kind, SendState sent, TimeoutPhase phase) {
        assertThat(failure.getKind()).as("%s", failure).isEqualTo(kind);
        assertThat(failure.getSent()).as("%s", failure).isEqualTo(sent);
        assertThat(failure.getPhase()).as("%s", failure).isEqualTo(phase);
        assertThat(failure.getMessage()).isNotEmpty().doesNotContain("secret");
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }
}
