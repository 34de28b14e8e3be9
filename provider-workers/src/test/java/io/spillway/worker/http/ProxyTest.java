package io.spillway.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.spillway.v1.Failure;
import io.spillway.v1.FailureKind;
import io.spillway.v1.SendState;
import io.spillway.v1.TimeoutPhase;
import io.spillway.worker.credential.CredentialException;
import io.spillway.worker.credential.Secret;
import io.spillway.worker.domain.ProxyExceptions;
import io.spillway.worker.provider.HttpCall;

class ProxyTest {

    private static final CallTimeouts PATIENT = new CallTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(20),
            Duration.ofSeconds(20), Duration.ofSeconds(30));
    private static final URI PROVIDER = URI.create("https://" + TestCertificates.PROVIDER + "/v1/chat");
    private static final String OPEN = "HTTP/1.1 200 Connection established\r\n\r\n";

    @TempDir
    private static Path folder;
    private static TestCertificates certificates;

    private final AtomicReference<Secret> credential = new AtomicReference<>(Secret.of("me:one"));
    private final List<String> lookedUp = Collections.synchronizedList(new ArrayList<>());

    @BeforeAll
    static void create() throws IOException, InterruptedException {
        certificates = TestCertificates.create(folder);
    }

    @Test
    void shouldTunnelToTheNameWithoutLookingItUp() throws IOException {
        try (FaultServer provider = provider();
                FaultServer proxy = new FaultServer(tunnelTo(provider));
                HttpExecutor executor = executor(proxy.port(), ProxyExceptions.none())) {
            for (int i = 0; i < 2; i++) {
                assertThat(executor.execute(call(PROVIDER), PATIENT)).isInstanceOf(CallResult.Received.class);
            }

            assertThat(proxy.requests()).as("one tunnel for both calls").singleElement().asString()
                    .startsWith("CONNECT provider.example:443 HTTP/1.1\r\n")
                    .contains("Proxy-Authorization: Basic bWU6b25l\r\n").doesNotContain("sk-secret");
            assertThat(provider.requests()).hasSize(2).allSatisfy(
                    request -> assertThat(request).startsWith("POST /v1/chat ").contains("sk-secret").doesNotContain("Proxy-"));
            assertThat(lookedUp).containsExactly("proxy.internal");
        }
    }

    @Test
    void shouldUseTheCredentialOfTheMoment() throws IOException {
        try (FaultServer proxy = new FaultServer(refusing(503));
                HttpExecutor executor = executor(proxy.port(), ProxyExceptions.none())) {
            executor.execute(call(PROVIDER), PATIENT);
            credential.set(Secret.of("me:two"));
            executor.execute(call(PROVIDER), PATIENT);
            credential.set(Secret.none());
            executor.execute(call(PROVIDER), PATIENT);

            assertThat(proxy.requests()).hasSize(3);
            assertThat(proxy.requests().get(0)).contains("Basic bWU6b25l");
            assertThat(proxy.requests().get(1)).contains("Basic bWU6dHdv");
            assertThat(proxy.requests().get(2)).doesNotContain("Proxy-Authorization");
        }
    }

    @ParameterizedTest
    @CsvSource({"407, worker.proxy.credential", "403, worker.no.proxy", "502, worker.no.proxy", "302, worker.no.proxy"})
    void shouldNotTakeTheProxysRefusalForTheProvidersAnswer(int status, String remedy) throws IOException {
        try (FaultServer proxy = new FaultServer(refusing(status));
                HttpExecutor executor = executor(proxy.port(), ProxyExceptions.none())) {
            Failure failure = failure(executor.execute(call(PROVIDER), PATIENT));

            expect(failure, FailureKind.CONNECTION_FAILED, null);
            assertThat(failure.getMessage()).contains("HTTP " + status).contains(remedy).doesNotContain("one");
            assertThat(proxy.requests()).hasSize(1);
        }
    }

    @Test
    void shouldFailWithoutGoingDirectlyWhenTheProxyIsDown() throws IOException {
        int port;
        try (FaultServer gone = new FaultServer(FaultServer.Connection::holdOpen)) {
            port = gone.port();
        }
        try (HttpExecutor executor = executor(port, ProxyExceptions.none())) {
            Failure failure = failure(executor.execute(call(PROVIDER), PATIENT));

            expect(failure, FailureKind.CONNECTION_FAILED, null);
            assertThat(failure.getMessage()).contains("proxy.internal").contains("worker.proxy");
            assertThat(lookedUp).doesNotContain(TestCertificates.PROVIDER);
        }
    }

    @Test
    void shouldTimeOutConnectingWhenTheProxyIsSilent() throws IOException {
        try (FaultServer proxy = new FaultServer(connection -> {
            connection.readRequest();
            connection.holdOpen();
        }); HttpExecutor executor = executor(proxy.port(), ProxyExceptions.none())) {
            CallTimeouts hasty = new CallTimeouts(Duration.ofMillis(400), Duration.ofSeconds(20), Duration.ofSeconds(20),
                    Duration.ofSeconds(30));
            expect(failure(executor.execute(call(PROVIDER), hasty)), FailureKind.TIMEOUT, TimeoutPhase.CONNECT);
        }
    }

    @Test
    void shouldFailClosedWhenTheProxyInterceptsTls() throws IOException {
        try (FaultServer impostor = new FaultServer(certificates.listener("self-signed"),
                FaultServer.answering(FaultServer.json("{}")));
                FaultServer proxy = new FaultServer(tunnelTo(impostor));
                HttpExecutor executor = executor(proxy.port(), ProxyExceptions.none())) {
            expect(failure(executor.execute(call(PROVIDER), PATIENT)), FailureKind.CONNECTION_FAILED, null);
            assertThat(impostor.requests()).isEmpty();
        }
    }

    @Test
    void shouldFailWithoutSendingWhenTheCredentialCannotBeRead() throws IOException {
        try (FaultServer proxy = new FaultServer(refusing(503));
                HttpExecutor executor = executor(new ProxySettings("proxy.internal", proxy.port(), () -> {
                    throw new CredentialException("gone");
                }, ProxyExceptions.none()))) {
            Failure failure = failure(executor.execute(call(PROVIDER), PATIENT));

            expect(failure, FailureKind.CONNECTION_FAILED, null);
            assertThat(failure.getMessage()).contains("worker.proxy.credential");
            assertThat(proxy.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://169.254.169.254/latest", "https://2852039166/", "https://0xa9fea9fe/",
            "https://[::ffff:169.254.169.254]/", "https://10.0.0.7/", "https://127.0.0.1/", "https://[::1]/"})
    void shouldNotAskTheProxyForAddressesThatMayNotBeCalled(String endpoint) throws IOException {
        try (FaultServer proxy = new FaultServer(refusing(503));
                HttpExecutor executor = executor(proxy.port(), ProxyExceptions.none())) {
            expect(failure(executor.execute(call(URI.create(endpoint)), PATIENT)), FailureKind.CONNECTION_FAILED, null);
            assertThat(proxy.connections()).isZero();
        }
    }

    @Test
    void shouldCallExceptionsAndPlainHttpDirectly() throws IOException {
        try (FaultServer provider = provider();
                FaultServer plain = new FaultServer(FaultServer.answering(FaultServer.json("{}")));
                FaultServer proxy = new FaultServer(refusing(503));
                HttpExecutor executor = executor(proxy.port(), ProxyExceptions.parse(List.of("127.0.0.0/8")))) {
            assertThat(executor.execute(call(provider.uri()), PATIENT, Reach.PRIVATE)).isInstanceOf(CallResult.Received.class);
            assertThat(executor.execute(call(plain.uri()), PATIENT, Reach.PRIVATE_PLAIN))
                    .isInstanceOf(CallResult.Received.class);
            assertThat(proxy.connections()).isZero();
        }
    }

    @Test
    void shouldHeedNoProxyOfTheJvm() throws IOException {
        try (FaultServer provider = provider(); FaultServer trap = new FaultServer(FaultServer.Connection::readRequest)) {
            Map<String, String> properties = Map.of("https.proxyHost", "127.0.0.1", "https.proxyPort",
                    Integer.toString(trap.port()), "http.proxyHost", "127.0.0.1", "http.proxyPort", Integer.toString(trap.port()),
                    "socksProxyHost", "127.0.0.1", "socksProxyPort", Integer.toString(trap.port()), "http.nonProxyHosts", "",
                    "socksNonProxyHosts", "");
            properties.forEach(System::setProperty);
            try (HttpExecutor executor = executor(Optional.empty())) {
                assertThat(executor.execute(call(provider.uri()), PATIENT, Reach.PRIVATE))
                        .isInstanceOf(CallResult.Received.class);
            } finally {
                properties.keySet().forEach(System::clearProperty);
            }
            assertThat(trap.connections()).isZero();
        }
    }

    private HttpExecutor executor(int port, ProxyExceptions exceptions) {
        return executor(new ProxySettings("proxy.internal", port, credential::get, exceptions));
    }

    private HttpExecutor executor(ProxySettings proxy) {
        return executor(Optional.of(proxy));
    }

    private HttpExecutor executor(Optional<ProxySettings> proxy) {
        HttpSettings settings = new HttpSettings(Duration.ofSeconds(10), 1024 * 1024, 10,
                Optional.of(Trust.withAuthorities(certificates.authorities())));
        HttpExecutor executor = new HttpExecutor(settings, new EdgeSettings(Duration.ofMinutes(5), proxy), new Names(),
                System::nanoTime);
        executor.start();
        return executor;
    }

    private static FaultServer provider() throws IOException {
        return new FaultServer(certificates.listener("good"), FaultServer.answering(FaultServer.json("{}")));
    }

    /** Whatever name is asked for, the tunnel leads there. */
    private static FaultServer.Script tunnelTo(FaultServer target) {
        return connection -> {
            connection.readRequest();
            try (Socket far = new Socket(InetAddress.getLoopbackAddress(), target.port())) {
                connection.write(OPEN);
                Thread back = Thread.ofVirtual().start(() -> {
                    try {
                        far.getInputStream().transferTo(connection.socket().getOutputStream());
                    } catch (IOException e) {
                        // The worker hung up.
                    }
                });
                connection.socket().getInputStream().transferTo(far.getOutputStream());
                back.interrupt();
            }
        };
    }

    private static FaultServer.Script refusing(int status) {
        return connection -> {
            while (connection.readRequest()) {
                connection.write("HTTP/1.1 " + status + " No\r\nProxy-Authenticate: Basic realm=x\r\nLocation: /\r\n"
                        + "Content-Length: 2\r\n\r\n{}");
            }
        };
    }

    private static HttpCall call(URI uri) {
        return new HttpCall(uri, List.of(new HttpCall.Header("Authorization", "Bearer sk-secret")),
                "{}".getBytes(StandardCharsets.UTF_8));
    }

    private static Failure failure(CallResult result) {
        assertThat(result).isInstanceOf(CallResult.Broken.class);
        return ((CallResult.Broken) result).failure().toFailure();
    }

    private static void expect(Failure failure, FailureKind kind, TimeoutPhase phase) {
        assertThat(failure.getKind()).as("%s", failure).isEqualTo(kind);
        assertThat(failure.getSent()).as("%s", failure).isEqualTo(SendState.NOT_SENT);
        assertThat(failure.getPhase()).isEqualTo(phase);
        assertThat(failure.getMaybePaid()).isFalse();
    }

    /** Knows the proxy, and addresses that are spelt out. */
    private final class Names implements DnsResolver {

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            lookedUp.add(host);
            if (host.equals("proxy.internal") || host.equals("127.0.0.1")) {
                return new InetAddress[]{InetAddress.getByAddress(new byte[]{127, 0, 0, 1})};
            }
            throw new UnknownHostException(host);
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }
}
