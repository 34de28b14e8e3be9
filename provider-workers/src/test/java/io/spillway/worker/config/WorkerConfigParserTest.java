package io.spillway.worker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.spillway.worker.credential.VaultSettings;

class WorkerConfigParserTest {

    private static final Map<String, String> LEAST = Map.of("kafka.bootstrap.servers", "b:9092", "schema.registry.url",
            "http://r");

    @Test
    void shouldUseTheDefaultsWhenOnlyAddressesAreGiven() {
        WorkerConfig config = WorkerConfigParser.parse(LEAST, "w1");

        assertThat(config).usingRecursiveComparison().isEqualTo(
                WorkerConfig.of("w1", Map.of("bootstrap.servers", "b:9092"), Map.of("schema.registry.url", "http://r")));
        assertThat(config.timeouts().firstByte()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.maxBodyBytes()).isEqualTo(16 * 1024 * 1024);
    }

    @Test
    void shouldReadEverySetting() {
        Map<String, String> raw = new HashMap<>(LEAST);
        raw.putAll(Map.of("worker.id", "w9", "worker.providers", "openai, anthropic", "worker.drain.timeout", "2m",
                "worker.connect.timeout", "500ms", "worker.response.max.bytes", "512KiB", "worker.max.in.flight", "7",
                "worker.credentials.allow.env", "true", "interactive.isolation", "read_committed", "topics.prefix", "x."));

        WorkerConfig config = WorkerConfigParser.parse(raw, "w1");

        assertThat(config.workerId()).isEqualTo("w9");
        assertThat(config.providers()).isEqualTo(Set.of("openai", "anthropic"));
        assertThat(config.drainTimeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.timeouts().connect()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.maxBodyBytes()).isEqualTo(512 * 1024);
        assertThat(config.maxInFlight()).isEqualTo(7);
        assertThat(config.allowEnvCredentials()).isTrue();
        assertThat(config.interactiveIsolation()).isEqualTo(WorkerConfig.Isolation.READ_COMMITTED);
        assertThat(config.topicPrefix()).isEqualTo("x.");
    }

    @Test
    void shouldReadCapitalsWhenTheFileIsAnEnvironmentFile() {
        WorkerConfig config = WorkerConfigParser
                .parse(Map.of("KAFKA_BOOTSTRAP_SERVERS", "b:9092", "SCHEMA_REGISTRY_URL", "http://r",
                        "WORKER_FIRST_BYTE_TIMEOUT", "90s", "WORKER_CREDENTIALS_ALLOW_ENV", "true"), "w1");

        assertThat(config.kafka()).containsEntry("bootstrap.servers", "b:9092");
        assertThat(config.timeouts().firstByte()).isEqualTo(Duration.ofSeconds(90));
        assertThat(config.timeouts().firstToken()).as("as long as a first byte").isEqualTo(Duration.ofSeconds(90));
        assertThat(config.allowEnvCredentials()).isTrue();
    }

    @Test
    void shouldReadWhereTheVaultIs() {
        Map<String, String> raw = new HashMap<>(LEAST);
        raw.putAll(Map.of("worker.vault.address", "https://vault.example.com:8200", "worker.vault.token.file", "/run/vault/token",
                "worker.vault.namespace", "team-a", "worker.vault.ca.file", "/etc/ca.pem", "worker.vault.refresh", "30s"));

        assertThat(WorkerConfigParser.parse(raw, "w1").vault())
                .contains(new VaultSettings(URI.create("https://vault.example.com:8200"), Path.of("/run/vault/token"),
                        Optional.of("team-a"), Optional.of(Path.of("/etc/ca.pem")), Duration.ofSeconds(30)));
    }

    @Test
    void shouldRefuseHalfAVaultAndOneWithoutEncryption() {
        Map<String, String> raw = new HashMap<>(LEAST);
        raw.put("worker.vault.address", "http://vault.example.com:8200");
        assertThatExceptionOfType(WorkerConfigException.class).isThrownBy(() -> WorkerConfigParser.parse(raw, "w1"))
                .withMessageContaining("worker.vault.token.file: missing")
                .withMessageContaining("worker.vault.address: not the https");

        Map<String, String> lonely = new HashMap<>(LEAST);
        lonely.put("worker.vault.namespace", "team-a");
        assertThatExceptionOfType(WorkerConfigException.class).isThrownBy(() -> WorkerConfigParser.parse(lonely, "w1"))
                .withMessageContaining("worker.vault.namespace: means nothing without a Vault");
    }

    @Test
    void shouldNameEveryProblemAtOnce() {
        Map<String, String> raw = Map.of("worker.drain.timeout", "soon", "worker.max.in.flight", "0", "worker.respone.max.bytes",
                "1MiB",
                "interactive.isolation", "maybe", "worker.credentials.allow.env", "yes", "kafka.consumer.group.id", "mine",
                "kafka.acks", "1", "topics.prefix", "a b", "worker.providers", "Open AI", "schema.registry.url", "http://r");

        assertThatExceptionOfType(WorkerConfigException.class).isThrownBy(() -> WorkerConfigParser.parse(raw, "w1"))
                .satisfies(e -> {
                    assertThat(e.problems()).hasSize(10);
                    assertThat(e.getMessage()).contains("worker.drain.timeout: 'soon'", "worker.max.in.flight: '0'",
                            "worker.respone.max.bytes", "interactive.isolation: 'maybe'", "worker.credentials.allow.env: 'yes'",
                            "group.id", "acks", "topics.prefix", "'Open AI'", "kafka.bootstrap.servers: missing");
                });
    }

    @Test
    void shouldNotPrintClientSettingsWhichMayHoldPasswords() {
        Map<String, String> raw = new HashMap<>(LEAST);
        raw.put("kafka.sasl.jaas.config", "password=hunter2");

        assertThat(WorkerConfigParser.parse(raw, "w1").toString()).doesNotContain("hunter2").contains("w1");
    }

    @Test
    void shouldReadTheWayOut(@TempDir Path folder) throws IOException {
        Path authorities = Files.writeString(folder.resolve("ca.pem"), "x");
        Map<String, String> raw = new HashMap<>(LEAST);
        raw.putAll(Map.of("WORKER_PROXY", "http://proxy.corp:3128", "worker.proxy.credential", "${file:/run/secrets/proxy}",
                "worker.no.proxy", "models.internal, 10.0.0.0/8", "worker.tls.ca.file", authorities.toString(),
                "worker.connection.lifetime", "90s"));

        EgressConfig egress = WorkerConfigParser.parse(raw, "w1").egress();

        assertThat(egress.connectionLifetime()).isEqualTo(Duration.ofSeconds(90));
        assertThat(egress.caFile()).hasValue(authorities);
        assertThat(egress.proxy()).hasValueSatisfying(proxy -> {
            assertThat(proxy.host()).isEqualTo("proxy.corp");
            assertThat(proxy.port()).isEqualTo(3128);
            assertThat(proxy.credential()).hasValue("${file:/run/secrets/proxy}");
            assertThat(proxy.exceptions().covers("a.models.internal")).isTrue();
            assertThat(proxy.exceptions().covers("10.1.2.3")).isTrue();
        });
    }

    @ParameterizedTest
    @CsvSource({"worker.proxy, http://me:CANARY@proxy:3128, worker.proxy: holds a user or a password",
            "worker.proxy, https://proxy:3128, worker.proxy: not the address", "worker.proxy, proxy:3128, worker.proxy: not the",
            "worker.proxy, http://proxy, worker.proxy: not the address", "worker.proxy, http://CANARY proxy, worker.proxy: not",
            "worker.proxy, http://proxy:3128/CANARY, worker.proxy: not the address",
            "worker.proxy.credential, CANARY, worker.proxy.credential: not a reference",
            "worker.no.proxy, a.example, worker.no.proxy: has no effect without worker.proxy",
            "worker.no.proxy, 10.0.0.0/99, worker.no.proxy: '10.0.0.0/99' is neither",
            "worker.tls.ca.file, /no/such/file, worker.tls.ca.file: '/no/such/file' cannot be read",
            "worker.connection.lifetime, ever, worker.connection.lifetime: 'ever'"})
    void shouldSayWhatIsWrongWithTheWayOut(String key, String value, String problem) {
        Map<String, String> raw = new HashMap<>(LEAST);
        raw.put(key, value);

        assertThatExceptionOfType(WorkerConfigException.class).isThrownBy(() -> WorkerConfigParser.parse(raw, "w1"))
                .satisfies(e -> assertThat(e.getMessage()).contains(problem).doesNotContain("CANARY"));
    }
}
