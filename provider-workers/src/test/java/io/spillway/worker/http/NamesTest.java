package io.spillway.worker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.Security;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.spillway.v1.Failure;
import io.spillway.v1.FailureKind;
import io.spillway.v1.SendState;
import io.spillway.v1.TimeoutPhase;
import io.spillway.worker.provider.HttpCall;

class NamesTest {

    private static final CallTimeouts PATIENT = new CallTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(20),
            Duration.ofSeconds(20), Duration.ofSeconds(30));
    private static final String NAME = "model.internal";
    private static final Duration LIFETIME = Duration.ofSeconds(2);

    private final Map<String, List<String>> addresses = new ConcurrentHashMap<>();
    private final List<String> lookedUp = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch slow = new CountDownLatch(1);
    private HttpExecutor executor;

    @BeforeEach
    void start() {
        executor = new HttpExecutor(new HttpSettings(Duration.ofSeconds(2), 1024 * 1024, 100, Optional.empty()),
                new EdgeSettings(LIFETIME, Optional.empty()), new Names(), System::nanoTime);
        executor.start();
    }

    @AfterEach
    void stop() {
        slow.countDown();
        executor.close();
    }

    @Test
    @DisplayName("Row 17: DNS fails")
    void shouldFailWithoutSendingWhenTheNameIsUnknown() {
        expect(failure(http("nobody.internal", 80)), FailureKind.CONNECTION_FAILED, null);
    }

    @Test
    @DisplayName("Row 17: DNS is slow")
    void shouldTimeOutConnectingWhenTheResolverIsSlowAndServeOtherNamesMeanwhile() throws IOException {
        try (FaultServer server = new FaultServer(FaultServer.answering(FaultServer.json("{}")))) {
            addresses.put(NAME, List.of("127.0.0.1"));
            CallTimeouts hasty = new CallTimeouts(Duration.ofMillis(300), Duration.ofSeconds(20), Duration.ofSeconds(20),
                    Duration.ofSeconds(30));
            List<CompletableFuture<CallResult>> waiting = IntStream.range(0, 20).mapToObj(i -> CompletableFuture.supplyAsync(
                    () -> executor.execute(call("http", "slow.internal", 80), hasty, Reach.PRIVATE_PLAIN),
                    task -> Thread.ofVirtual().start(task))).toList();

            assertThat(http(NAME, server.port())).isInstanceOf(CallResult.Received.class);

            assertThat(waiting).allSatisfy(call -> {
                expect(failure(call.join()), FailureKind.TIMEOUT, TimeoutPhase.CONNECT);
                assertThat(call.join().durationMillis()).as("its own limit, not the look-up's").isBetween(300L, 1_500L);
            });
            assertThat(lookedUp).filteredOn("slow.internal"::equals).as("asked once for all").hasSize(1);
        }
    }

    @Test
    @DisplayName("Row 17: DNS is slower than the whole call may take")
    void shouldEndAtTheTotalWhenTheResolverIsSlowerThanThat() {
        CallResult result = executor.execute(call("http", "slow.internal", 80), PATIENT.withTotal(Duration.ofMillis(200)),
                Reach.PRIVATE_PLAIN);

        expect(failure(result), FailureKind.TIMEOUT, TimeoutPhase.TOTAL);
    }

    @Test
    @DisplayName("Row 17: DNS changes the address")
    void shouldFollowANewAddressWithinTheLifetimeOfAConnection() throws IOException {
        try (FaultServer old = server("127.0.0.1", 0); FaultServer now = server("127.0.0.2", old.port())) {
            addresses.put(NAME, List.of("127.0.0.1"));
            assertThat(http(NAME, old.port())).isInstanceOf(CallResult.Received.class);
            addresses.put(NAME, List.of("127.0.0.2"));
            await().pollInterval(Duration.ofMillis(20)).untilAsserted(() -> {
                assertThat(http(NAME, old.port())).isInstanceOf(CallResult.Received.class);
                assertThat(now.requests()).isNotEmpty();
            });

            assertThat(old.requests()).as("the connection was kept alive until then").hasSizeGreaterThan(1);
            assertThat(old.connections()).isEqualTo(1);
            int before = old.requests().size();
            assertThat(http(NAME, old.port())).isInstanceOf(CallResult.Received.class);
            assertThat(old.requests()).as("never again").hasSize(before);
        }
    }

    @Test
    @DisplayName("Row 17: several addresses, the first refuses")
    void shouldTryTheNextAddressWhenOneRefuses() throws IOException {
        try (FaultServer server = server("127.0.0.2", 0)) {
            addresses.put(NAME, List.of("127.0.0.3", "127.0.0.2"));

            assertThat(http(NAME, server.port())).isInstanceOf(CallResult.Received.class);
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    @DisplayName("Row 17: several addresses, the first never answers")
    void shouldLeaveTimeForTheNextAddressWhenOneNeverAnswers() throws IOException {
        try (FaultServer server = server("127.0.0.2", 0);
                ServerSocket full = new ServerSocket(server.port(), 1, InetAddress.ofLiteral("127.0.0.3"))) {
            // Two fill the queue of a listener that never accepts; later ones get no answer.
            List<Socket> filling = new ArrayList<>();
            try {
                for (int i = 0; i < 2; i++) {
                    filling.add(new Socket(full.getInetAddress(), full.getLocalPort()));
                }
                addresses.put(NAME, List.of("127.0.0.3", "127.0.0.2"));

                CallResult result = http(NAME, server.port());

                assertThat(result).isInstanceOf(CallResult.Received.class);
                assertThat(server.requests()).hasSize(1);
            } finally {
                for (Socket socket : filling) {
                    socket.close();
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"https, 169.254.169.254, PRIVATE, link-local", "http, 169.254.169.254, PRIVATE_PLAIN, link-local",
            "https, fe80::1, PRIVATE, link-local", "https, fd00:ec2::254, PRIVATE, metadata",
            "https, 100.100.100.200, PRIVATE, metadata", "https, 0.0.0.0, PRIVATE, unspecified",
            "https, 127.0.0.1, PUBLIC, allow-private: true", "https, 10.0.0.7, PUBLIC, allow-private: true",
            "https, ::1, PUBLIC, allow-private: true", "https, 64:ff9b::a00:7, PUBLIC, allow-private: true",
            "http, 8.8.8.8, PRIVATE_PLAIN, use https"})
    void shouldNotConnectWhenTheNameLeadsWhereItMayNot(String scheme, String address, Reach reach, String word) {
        addresses.put(NAME, List.of(address));

        Failure failure = failure(executor.execute(call(scheme, NAME, 443), PATIENT, reach));

        expect(failure, FailureKind.CONNECTION_FAILED, null);
        assertThat(failure.getMessage()).contains("'" + NAME + "'").contains(word);
    }

    @Test
    void shouldUseOnlyTheAllowedOfSeveralAddresses() throws IOException {
        try (FaultServer server = server("127.0.0.2", 0)) {
            addresses.put(NAME, List.of("169.254.169.254", "127.0.0.2"));

            assertThat(http(NAME, server.port())).isInstanceOf(CallResult.Received.class);
        }
    }

    @Test
    void shouldConnectToTheAddressThatWasJudged() throws IOException {
        try (FaultServer judged = server("127.0.0.2", 0); FaultServer other = server("127.0.0.1", judged.port())) {
            addresses.put(NAME, List.of("127.0.0.2"));
            addresses.put("then " + NAME, List.of("127.0.0.1"));

            assertThat(http(NAME, judged.port())).isInstanceOf(CallResult.Received.class);

            assertThat(lookedUp).as("once per connection: there is no second answer to swap").containsExactly(NAME);
            assertThat(other.connections()).isZero();
        }
    }

    /** Java's own resolver reads addresses too: what is spelt out is judged like what is looked up. */
    @ParameterizedTest
    @ValueSource(strings = {"https://127.0.0.1/", "https://[::1]/", "https://10.1.2.3/", "https://169.254.169.254/",
            "https://[::ffff:127.0.0.1]/", "https://[fe80::1]/", "https://2130706433/", "https://0x7f000001/", "https://127.1/",
            "https://0177.0.0.1/", "http://10.1.2.3/", "https://user@8.8.8.8/", "ftp://8.8.8.8/", "https:///path"})
    void shouldRefuseAnAddressThatIsSpeltOut(String endpoint) {
        HttpCall call = new HttpCall(URI.create(endpoint), List.of(), new byte[0]);

        expect(failure(executor.execute(call, PATIENT)), FailureKind.CONNECTION_FAILED, null);
        assertThat(lookedUp).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(value = {"null, 30", "-1, 30", "600, 30", "words, 30", "5, 5", "0, 0", "30, 30"}, nullValues = "null")
    void shouldBoundTheJvmsNameCache(String before, String after) {
        String key = "networkaddress.cache.ttl";
        String original = Security.getProperty(key);
        try {
            Security.setProperty(key, before == null ? "" : before);

            NameCache.limit();

            assertThat(Security.getProperty(key)).isEqualTo(after);
        } finally {
            Security.setProperty(key, original == null ? "" : original);
        }
    }

    private CallResult http(String host, int port) {
        return executor.execute(call("http", host, port), PATIENT, Reach.PRIVATE_PLAIN);
    }

    private static HttpCall call(String scheme, String host, int port) {
        return new HttpCall(URI.create(scheme + "://" + host + ":" + port + "/v1/chat"), List.of(),
                "{}".getBytes(StandardCharsets.UTF_8));
    }

    private static FaultServer server(String address, int port) throws IOException {
        return new FaultServer(new ServerSocket(port, 100, InetAddress.ofLiteral(address)),
                FaultServer.answering(FaultServer.json("{}")));
    }

    private static Failure failure(CallResult result) {
        assertThat(result).isInstanceOf(CallResult.Broken.class);
        return ((CallResult.Broken) result).failure().toFailure();
    }

    private static void expect(Failure failure, FailureKind kind, TimeoutPhase phase) {
        assertThat(failure.getKind()).as("%s", failure).isEqualTo(kind);
        assertThat(failure.getSent()).as("%s", failure).isEqualTo(SendState.NOT_SENT);
        assertThat(failure.getPhase()).isEqualTo(phase);
    }

    private final class Names implements DnsResolver {

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            lookedUp.add(host);
            if (host.equals("slow.internal")) {
                try {
                    slow.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            List<String> known = addresses.get(host);
            if (known == null) {
                throw new UnknownHostException(host);
            }
            // From the second time on a hostile name server says something else.
            List<String> later = addresses.get("then " + host);
            long times = lookedUp.stream().filter(host::equals).count();
            return Stream.of(times > 1 && later != null ? later : known).flatMap(List::stream).map(InetAddress::ofLiteral)
                    .toArray(InetAddress[]::new);
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }
}
