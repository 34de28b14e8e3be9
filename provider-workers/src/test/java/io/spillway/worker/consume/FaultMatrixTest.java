package io.spillway.worker.consume;

import static io.spillway.worker.consume.FaultCalls.HEAD;
import static io.spillway.worker.consume.FaultCalls.answer;
import static io.spillway.worker.consume.FaultCalls.expect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.spillway.v1.FailureKind;
import io.spillway.v1.SendState;
import io.spillway.v1.TimeoutPhase;
import io.spillway.worker.http.FaultServer;

/** Faults of the wire, each on a raw socket and through a whole call. Rows 12, 14, 18 and 19: {@link FaultAnswersTest}. */
@DisplayName("Fault matrix, the wire")
class FaultMatrixTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(400);

    private final FaultCalls calls = new FaultCalls();

    @AfterEach
    void close() {
        calls.close();
    }

    @Test
    @DisplayName("Row 9: no response")
    void shouldTimeOutWhenTheProviderNeverAnswers() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.holdOpen();
        })) {
            expect(calls.call(server, SHORT, LONG, LONG), FailureKind.TIMEOUT, SendState.MAYBE_SENT, TimeoutPhase.FIRST_BYTE);
            expect(calls.call(server, LONG, LONG, SHORT), FailureKind.TIMEOUT, SendState.MAYBE_SENT, TimeoutPhase.TOTAL);
            assertThat(server.requests()).as("one each").hasSize(2);
        }
    }

    @Test
    @DisplayName("Row 9: slow first byte")
    void shouldWaitForASlowFirstByteWithinItsLimitAndNotBeyond() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            while (connection.readRequest() && connection.silence(1_500)) {
                connection.write(FaultServer.json(FaultCalls.ANSWER));
            }
        })) {
            expect(calls.call(server, SHORT, LONG, LONG), FailureKind.TIMEOUT, SendState.MAYBE_SENT, TimeoutPhase.FIRST_BYTE);
            answer(calls.call(server, LONG, LONG, LONG));
        }
    }

    @Test
    @DisplayName("Row 10: slow-loris body, total deadline")
    void shouldCutADrippingBodyOffAtTheTotal() throws IOException {
        CompletableFuture<Boolean> clientClosed = new CompletableFuture<>();
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.write(HEAD + "Content-Length: 100000\r\n\r\n");
            try {
                while (connection.silence(20)) {
                    connection.write("1");
                }
            } catch (IOException e) {
                clientClosed.complete(true);
            }
        })) {
            expect(calls.call(server, LONG, LONG, SHORT), FailureKind.TIMEOUT, SendState.ANSWERED, TimeoutPhase.TOTAL);
            await().untilAsserted(() -> assertThat(clientClosed).isCompletedWithValue(true));
        }
    }

    @Test
    @DisplayName("Row 10: body that stops, idle gap")
    void shouldCutABodyOffWhenNothingArrivesForTheIdleGap() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.write(HEAD + "Content-Length: 100000\r\n\r\n{\"id\":");
            connection.holdOpen();
        })) {
            expect(calls.call(server, LONG, SHORT, LONG), FailureKind.TIMEOUT, SendState.ANSWERED, TimeoutPhase.IDLE_GAP);
        }
    }

    @Test
    @DisplayName("Row 11: half-closed socket")
    void shouldFailOnceWhenTheProviderHalfCloses() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.socket().shutdownOutput();
            connection.holdOpen();
        })) {
            expect(calls.call(server), FailureKind.CONNECTION_FAILED, SendState.MAYBE_SENT, null);
            assertThat(server.requests()).as("bytes were sent: never repeated").hasSize(1);
        }
    }

    @Test
    @DisplayName("Row 11: reset before the answer")
    void shouldFailOnceWhenTheConnectionIsResetBeforeTheAnswer() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.reset();
        })) {
            expect(calls.call(server), FailureKind.CONNECTION_FAILED, SendState.MAYBE_SENT, null);
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    @DisplayName("Row 11: reset within the body")
    void shouldFailWhenTheConnectionIsResetWithinTheBody() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.write(HEAD + "Content-Length: 100000\r\n\r\n{\"id\":");
            connection.silence(100);
            connection.reset();
        })) {
            expect(calls.call(server), FailureKind.CONNECTION_FAILED, SendState.ANSWERED, null);
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    @DisplayName("Row 11: stale pooled connection")
    void shouldAnswerOverANewConnectionWhenThePooledOneIsDead() throws IOException {
        try (FaultServer server = new FaultServer(connection -> {
            connection.readRequest();
            connection.write(FaultServer.json(FaultCalls.ANSWER));
        })) {
            answer(calls.call(server));
            await().pollDelay(Duration.ofMillis(150)).until(() -> true);
            answer(calls.call(server));

            assertThat(server.requests()).as("one each: the dead connection took no byte").hasSize(2);
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @ParameterizedTest(name = "Row 13: {0}")
    @ValueSource(strings = {"Content-Length: 500\r\n\r\n{\"id\":\"c1\"}", "Content-Length: 5\r\n\r\n{\"id\":\"c1\"}",
            "Transfer-Encoding: chunked\r\n\r\nff\r\n{\"id\":\"c1\"}",
            "Transfer-Encoding: chunked\r\n\r\nb\r\n{\"id\":\"c1\"}\r\n",
            "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n-1\r\n{}\r\n0\r\n\r\n",
            "Transfer-Encoding: gzip\r\n\r\n{}", "Content-Length: -7\r\n\r\n{}", "Content-Length: 7, 8\r\n\r\n{}",
            "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", "Content-Encoding: br\r\nContent-Length: 2\r\n\r\n{}",
            "\r\ndata: {\"id\":\"c1\",\"choices\":[{\"delta\":{\"content\":\"h"})
    void shouldNeverTakeAPartForAnAnswer(String rest) throws IOException {
        expect(calls.answeredWith((HEAD + rest).getBytes(StandardCharsets.ISO_8859_1)), FailureKind.MALFORMED_RESPONSE,
                SendState.ANSWERED, null);
    }

    @Test
    @DisplayName("Row 13: gzip cut off")
    void shouldNeverTakeAPartOfAGzipBodyForAnAnswer() throws IOException {
        byte[] whole = gzip(FaultCalls.ANSWER.getBytes(StandardCharsets.UTF_8));
        ByteArrayOutputStream cut = new ByteArrayOutputStream();
        cut.writeBytes((HEAD + "Content-Encoding: gzip\r\nContent-Length: " + whole.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        cut.write(whole, 0, whole.length - 9);

        expect(calls.answeredWith(cut.toByteArray()), FailureKind.MALFORMED_RESPONSE, SendState.ANSWERED, null);
    }

    @Test
    @DisplayName("Row 15: endless body")
    void shouldAbortAtTheCapWhenTheBodyNeverEnds() throws IOException {
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
            expect(calls.call(server), FailureKind.MALFORMED_RESPONSE, SendState.ANSWERED, null);
            assertThat(sent.get()).as("hung up soon after the cap, socket buffers aside").isLessThan(20L * 1024 * 1024);
        }
    }

    @Test
    @DisplayName("Row 15: announced length beyond the cap")
    void shouldNotReadABodyThatIsAnnouncedTooLarge() throws IOException {
        expect(calls.answeredWith((HEAD + "Content-Length: 99999999999\r\n\r\n").getBytes(StandardCharsets.US_ASCII)),
                FailureKind.MALFORMED_RESPONSE, SendState.ANSWERED, null);
    }

    @Test
    @DisplayName("Row 15: gzip bomb")
    void shouldAbortAtTheCapWhenAGzipBodyGrows() throws IOException {
        byte[] bomb = gzip(new byte[64 * 1024 * 1024]);
        assertThat(bomb.length).as("within the cap before decoding").isLessThan(FaultCalls.CAP);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes((HEAD + "Content-Encoding: gzip\r\nContent-Length: " + bomb.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        whole.writeBytes(bomb);

        expect(calls.answeredWith(whole.toByteArray()), FailureKind.MALFORMED_RESPONSE, SendState.ANSWERED, null);
    }

    @ParameterizedTest(name = "Row 15: head too large ({0})")
    @ValueSource(strings = {"many", "long", "endless"})
    void shouldRefuseAHeadBeyondTheLimits(String how) throws IOException {
        String headers = switch (how) {
            case "many" -> "X-H: v\r\n".repeat(300);
            case "long" -> "X-H: " + "v".repeat(20_000) + "\r\n";
            default -> "X-H: " + "v".repeat(5_000_000);
        };
        expect(calls.answeredWith((HEAD + headers + "Content-Length: 2\r\n\r\n{}").getBytes(StandardCharsets.US_ASCII)),
                FailureKind.MALFORMED_RESPONSE, SendState.ANSWERED, null);
    }

    @ParameterizedTest(name = "No redirects: {0}")
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void shouldFailWithoutAnotherRequestWhenRedirected(int status) throws IOException {
        try (FaultServer elsewhere = new FaultServer(FaultServer.answering(FaultServer.json(FaultCalls.ANSWER)));
                FaultServer server = new FaultServer(FaultServer.answering("HTTP/1.1 " + status + " Moved\r\nLocation: "
                        + elsewhere.uri() + "\r\nContent-Length: 0\r\n\r\n"))) {
            CallEnd end = calls.call(server);

            expect(end, FailureKind.UNKNOWN, SendState.ANSWERED, null);
            assertThat(FaultCalls.failure(end).getHttpStatus()).isEqualTo(status);
            assertThat(server.requests()).hasSize(1);
            assertThat(elsewhere.connections()).isZero();
        }
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }
}
