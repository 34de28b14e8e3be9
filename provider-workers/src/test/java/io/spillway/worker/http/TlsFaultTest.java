package io.spillway.worker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.spillway.v1.Failure;
import io.spillway.v1.FailureKind;
import io.spillway.v1.SendState;
import io.spillway.v1.TimeoutPhase;
import io.spillway.worker.provider.HttpCall;

@DisplayName("Row 16: TLS that does not hold fails closed")
class TlsFaultTest {

    private static final CallTimeouts PATIENT = new CallTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(20),
            Duration.ofSeconds(20), Duration.ofSeconds(30));
    private static final byte HANDSHAKE = 0x16;

    @TempDir
    private static Path folder;
    private static TestCertificates certificates;

    @BeforeAll
    static void create() throws IOException, InterruptedException {
        certificates = TestCertificates.create(folder);
    }

    @Test
    @DisplayName("Row 16, control: a valid certificate of the configured authority is accepted")
    void shouldCallWhenTheCertificateIsValid() throws IOException {
        try (FaultServer server = server(certificates.listener("good")); HttpExecutor executor = executor(trusting())) {
            assertThat(executor.execute(call(server.uri()), PATIENT, Reach.PRIVATE)).isInstanceOf(CallResult.Received.class);
            assertThat(server.requests()).hasSize(1);
        }
    }

    @ParameterizedTest(name = "Row 16: {0}")
    @CsvSource({"expired, validity check failed", "misnamed, 127.0.0.1", "self-signed, unable to find valid certification path"})
    void shouldSendNothingWhenTheCertificateDoesNotHold(String alias, String reason) throws IOException {
        try (FaultServer server = server(certificates.listener(alias)); HttpExecutor executor = executor(trusting())) {
            Failure failure = failure(executor.execute(call(server.uri()), PATIENT, Reach.PRIVATE));

            expectClosed(failure, server);
            assertThat(failure.getMessage()).contains("TLS failed").contains(reason);
        }
    }

    @Test
    @DisplayName("Row 16: untrusted authority")
    void shouldSendNothingWhenTheAuthorityIsNotConfigured() throws IOException {
        try (FaultServer server = server(certificates.listener("good")); HttpExecutor executor = executor(Optional.empty())) {
            expectClosed(failure(executor.execute(call(server.uri()), PATIENT, Reach.PRIVATE)), server);
        }
    }

    @Test
    @DisplayName("Row 16: protocol too old (the server insists on TLS 1.1)")
    void shouldSendNothingWhenTheProtocolIsTooOld() throws IOException {
        CompletableFuture<List<Integer>> heard = new CompletableFuture<>();
        try (FaultServer server = new FaultServer(connection -> {
            int hello = connection.socket().getInputStream().read();
            connection.socket().getInputStream().readNBytes(4);
            connection.write(serverHello());
            // What the client says next, its own hello aside: an alert (21), never data (23).
            byte[] rest = connection.socket().getInputStream().readAllBytes();
            heard.complete(List.of(hello, (int) rest[rest.length - 7]));
        }); HttpExecutor executor = executor(trusting())) {
            URI https = URI.create(server.uri().toString().replace("http:", "https:"));
            Failure failure = failure(executor.execute(call(https), PATIENT, Reach.PRIVATE));

            assertThat(failure.getKind()).as("%s", failure).isEqualTo(FailureKind.CONNECTION_FAILED);
            assertThat(failure.getSent()).isEqualTo(SendState.NOT_SENT);
            assertThat(failure.getMessage()).contains("TLS failed");
            assertThat(server.connections()).isEqualTo(1);
            assertThat(heard.join()).containsExactly((int) HANDSHAKE, 21);
        }
    }

    @Test
    @DisplayName("Row 16: handshake that never ends")
    void shouldTimeOutConnectingWhenTheHandshakeHangs() throws IOException {
        try (FaultServer server = new FaultServer(FaultServer.Connection::holdOpen);
                HttpExecutor executor = executor(trusting())) {
            URI https = URI.create(server.uri().toString().replace("http:", "https:"));
            CallTimeouts hasty = new CallTimeouts(Duration.ofMillis(400), Duration.ofSeconds(20), Duration.ofSeconds(20),
                    Duration.ofSeconds(30));
            Failure failure = failure(executor.execute(call(https), hasty, Reach.PRIVATE));

            assertThat(failure.getKind()).isEqualTo(FailureKind.TIMEOUT);
            assertThat(failure.getPhase()).isEqualTo(TimeoutPhase.CONNECT);
            assertThat(failure.getSent()).isEqualTo(SendState.NOT_SENT);
        }
    }

    @Test
    void shouldKeepAConnectionToAPrivateHostFromCallsThatMayNotReachIt() throws IOException {
        HttpSettings settings = new HttpSettings(Duration.ofSeconds(10), 1024 * 1024, 10, trusting());
        try (FaultServer server = server(certificates.listener("good"));
                HttpExecutor executor = new HttpExecutor(settings, EdgeSettings.standard(),
                        FixedNames.of(TestCertificates.PROVIDER, "127.0.0.1"), System::nanoTime)) {
            executor.start();
            HttpCall call = call(server.uri(TestCertificates.PROVIDER));
            assertThat(executor.execute(call, PATIENT, Reach.PRIVATE)).isInstanceOf(CallResult.Received.class);

            Failure failure = failure(executor.execute(call, PATIENT, Reach.PUBLIC));

            assertThat(failure.getSent()).isEqualTo(SendState.NOT_SENT);
            assertThat(failure.getMessage()).contains(TestCertificates.PROVIDER).contains("allow-private");
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void shouldSayWhatIsWrongWithAnAuthoritiesFile() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty.pem"), "");
        Path garbage = Files.writeString(folder.resolve("garbage.pem"),
                "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n");

        for (Path file : List.of(empty, garbage, folder.resolve("none.pem"))) {
            assertThatIllegalArgumentException().isThrownBy(() -> Trust.withAuthorities(file))
                    .withMessageContaining(file.toString()).withMessageContaining("PEM");
        }
    }

    /** No request, no second attempt, and certainly none without TLS. */
    private static void expectClosed(Failure failure, FaultServer server) {
        assertThat(failure.getKind()).as("%s", failure).isEqualTo(FailureKind.CONNECTION_FAILED);
        assertThat(failure.getSent()).isEqualTo(SendState.NOT_SENT);
        assertThat(failure.getPhase()).isNull();
        assertThat(failure.getMaybePaid()).isFalse();
        assertThat(server.requests()).isEmpty();
        assertThat(server.connections()).isEqualTo(1);
    }

    private static FaultServer server(SSLServerSocket listener) {
        return new FaultServer(listener, FaultServer.answering(FaultServer.json("{}")));
    }

    private static Optional<SSLContext> trusting() {
        return Optional.of(Trust.withAuthorities(certificates.authorities()));
    }

    private static HttpExecutor executor(Optional<SSLContext> tls) {
        HttpExecutor executor = new HttpExecutor(new HttpSettings(Duration.ofSeconds(10), 1024 * 1024, 10, tls),
                System::nanoTime);
        executor.start();
        return executor;
    }

    private static HttpCall call(URI uri) {
        return new HttpCall(uri, List.of(new HttpCall.Header("Authorization", "Bearer sk-secret")),
                "{\"prompt\":true}".getBytes(StandardCharsets.UTF_8));
    }

    private static Failure failure(CallResult result) {
        assertThat(result).isInstanceOf(CallResult.Broken.class);
        return ((CallResult.Broken) result).failure().toFailure();
    }

    private static byte[] serverHello() {
        ByteArrayOutputStream hello = new ByteArrayOutputStream();
        // Handshake record; server hello of 38 bytes; version TLS 1.1.
        hello.writeBytes(new byte[]{HANDSHAKE, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2});
        hello.writeBytes(new byte[32]);
        // No session, ECDHE_RSA_WITH_AES_128_CBC_SHA, no compression.
        hello.writeBytes(new byte[]{0, (byte) 0xc0, 0x13, 0});
        return hello.toByteArray();
    }
}
