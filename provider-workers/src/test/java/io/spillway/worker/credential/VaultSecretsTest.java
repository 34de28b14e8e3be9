package io.spillway.worker.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VaultSecretsTest {

    private static final String REFERENCE = "${vault:secret/llm/openai#key}";

    @TempDir
    private Path folder;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final Map<String, String> secrets = new ConcurrentHashMap<>();
    private volatile String goodToken = "hvs.first";
    private volatile int broken;
    private volatile long lease;
    private long now = 1_000_000;
    private HttpServer server;
    private Path tokenFile;

    @BeforeEach
    void start() throws IOException {
        tokenFile = Files.writeString(folder.resolve("vault-token"), "hvs.first\n");
        secrets.put("/v1/secret/data/llm/openai", "sk-one");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::serve);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void shouldReadAFieldOfAVersionTwoSecretWithTheTokenFromTheFile() {
        assertThat(resolver().resolve(REFERENCE).reveal()).isEqualTo("sk-one");

        assertThat(asked).containsExactly("GET /v1/secret/data/llm/openai team-a");
    }

    @Test
    void shouldAskAgainAfterTheConfiguredTimeOnly() {
        CredentialResolver resolver = resolver();
        resolver.resolve(REFERENCE);
        secrets.put("/v1/secret/data/llm/openai", "sk-two");

        now += 9_999;
        assertThat(resolver.resolve(REFERENCE).reveal()).isEqualTo("sk-one");
        now += 1;
        resolver.resolve(REFERENCE);
        assertThat(resolver.resolve(REFERENCE).reveal()).isEqualTo("sk-two");
        assertThat(asked).hasSize(2);
    }

    @Test
    void shouldAskAgainAfterHalfTheLeaseWhenThatIsSooner() {
        lease = 6;
        CredentialResolver resolver = resolver();
        resolver.resolve(REFERENCE);
        secrets.put("/v1/secret/data/llm/openai", "sk-two");

        now += 3_000;
        resolver.resolve(REFERENCE);

        assertThat(resolver.resolve(REFERENCE).reveal()).isEqualTo("sk-two");
    }

    @Test
    void shouldAskAtOnceWhenAProviderRefusedTheValueButNotForEveryCall() {
        CredentialResolver resolver = resolver();
        CredentialResolver.Found found = resolver.all(REFERENCE).getFirst();
        secrets.put("/v1/secret/data/llm/openai", "sk-two");

        now += 1_000;
        for (int i = 0; i < 10; i++) {
            resolver.reread(REFERENCE, found);
        }

        assertThat(resolver.resolve(REFERENCE).reveal()).isEqualTo("sk-two");
        assertThat(resolver.all(REFERENCE).getFirst().value().generation()).isEqualTo(found.value().generation() + 1);
        assertThat(asked).hasSize(2);
    }

    @Test
    void shouldKeepTheLastGoodValueWhenVaultIsSealedOrGone() {
        CredentialResolver resolver = resolver();
        resolver.resolve(REFERENCE);

        broken = 503;
        now += 10_000;
        assertThat(resolver.resolve(REFERENCE).reveal()).isEqualTo("sk-one");
        server.stop(0);
        now += 10_000;
        assertThat(resolver.resolve(REFERENCE).reveal()).isEqualTo("sk-one");
    }

    @Test
    void shouldTakeANewTokenFromTheFileWhenVaultRefusesTheOldOne() throws IOException {
        CredentialResolver resolver = resolver();
        resolver.resolve(REFERENCE);
        goodToken = "hvs.second";
        Files.writeString(tokenFile, "hvs.second");
        secrets.put("/v1/secret/data/llm/openai", "sk-two");

        now += 10_000;
        resolver.resolve(REFERENCE);

        assertThat(resolver.resolve(REFERENCE).reveal()).isEqualTo("sk-two");
    }

    @Test
    void shouldSayWhatToCheckAndNoSecretWhenThereIsNoAnswer() {
        goodToken = "hvs.other";

        assertThatThrownBy(() -> resolver().resolve(REFERENCE)).isInstanceOf(CredentialException.class)
                .hasMessageContaining("HTTP 403").hasMessageContaining("policy").hasMessageNotContaining("hvs.");
        assertThatThrownBy(() -> resolver().resolve("${vault:secret/llm/openai#other}")).isInstanceOf(CredentialException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"${vault:secret}", "${vault:secret/openai}", "${vault:/secret/openai#key}",
            "${vault:secret/../../sys#key}", "${vault:secret/a b#key}", "${vault:secret/a?x#key}"})
    void shouldAskNothingWhenTheReferenceIsNotOfTheForm(String reference) {
        assertThatThrownBy(() -> resolver().resolve(reference)).isInstanceOf(CredentialException.class)
                .hasMessageContaining("mount/path#field");
        assertThat(asked).isEmpty();
    }

    @Test
    void shouldNeedAVaultThatIsConfigured() {
        assertThatThrownBy(() -> new CredentialResolver(false, name -> null, () -> now).resolve(REFERENCE))
                .isInstanceOf(CredentialException.class).hasMessageContaining("worker.vault.address");
    }

    private CredentialResolver resolver() {
        URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        VaultSettings settings = new VaultSettings(address, tokenFile, Optional.of("team-a"), Optional.empty(),
                Duration.ofSeconds(10));
        VaultSecrets vault = new VaultSecrets(settings, new VaultClient(settings), () -> now, Runnable::run);
        return new CredentialResolver(false, name -> null, () -> now, Optional.of(vault));
    }

    private void serve(HttpExchange exchange) throws IOException {
        asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                + exchange.getRequestHeaders().getFirst("X-Vault-Namespace"));
        String secret = secrets.get(exchange.getRequestURI().getPath());
        boolean isAllowed = goodToken.equals(exchange.getRequestHeaders().getFirst("X-Vault-Token"));
        int status = broken != 0 ? broken : !isAllowed ? 403 : secret == null ? 404 : 200;
        String body = status == 200
                ? "{\"lease_duration\":" + lease + ",\"data\":{\"data\":{\"key\":\"" + secret
                        + "\"},\"metadata\":{\"version\":1}}}"
                : "{\"errors\":[\"permission denied for hvs.first\"]}";
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }
}
