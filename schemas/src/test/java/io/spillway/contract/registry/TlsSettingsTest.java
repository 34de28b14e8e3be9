package io.spillway.contract.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsSettingsTest {

    private static final String PASSWORD = "changeit";

    @TempDir
    Path directory;

    @Test
    void shouldTrustAndIdentifyItselfWithTheConfiguredStores() throws Exception {
        // Given: a server that asks for a client certificate; both sides use the same self-signed pair
        Path store = keyStore();
        HttpsServer server = server(store);
        Map<String, Object> config = new HashMap<>();
        config.put("schema.registry.url", "https://localhost:" + server.getAddress().getPort());
        config.put("max.retries", 0);
        config.put("schema.registry.ssl.truststore.location", store.toString());
        config.put("schema.registry.ssl.truststore.password", PASSWORD);
        config.put("schema.registry.ssl.truststore.type", "PKCS12");
        try {
            // When, Then: without a client certificate the server hangs up
            try (SchemaRegistryClient client = RestSchemaRegistryClient.create(config)) {
                assertThatThrownBy(() -> client.schemaById(1)).isInstanceOf(SchemaRegistryUnavailableException.class);
            }
            config.put("schema.registry.ssl.keystore.location", store.toString());
            config.put("schema.registry.ssl.keystore.password", PASSWORD);
            config.put("schema.registry.ssl.key.password", PASSWORD);
            config.put("schema.registry.ssl.keystore.type", "PKCS12");
            try (SchemaRegistryClient client = RestSchemaRegistryClient.create(config)) {
                assertThat(client.schemaById(1).getType()).isEqualTo(Schema.Type.STRING);
            }
        } finally {
            server.stop(0);
        }
    }

    @Test
    void shouldNameTheKeysWhenAStoreIsMissing() {
        assertThatThrownBy(() -> TlsSettings
                .sslContext(Map.of("schema.registry.ssl.truststore.location", directory.resolve("none").toString())))
                .hasMessageContaining("schema.registry.ssl.").hasMessageContaining("Check location");
    }

    @Test
    void shouldLeaveTheDefaultsWhenNothingIsSet() {
        assertThat(TlsSettings.sslContext(Map.of("ssl.truststore.location", "kafka's own"))).isEmpty();
    }

    private Path keyStore() throws Exception {
        Path store = directory.resolve("pair.p12");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD, "-alias",
                "pair", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=localhost", "-ext",
                "san=dns:localhost", "-validity", "2")
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        // A key entry is no trust anchor: the certificate is added as one.
        KeyStore keys = load(store);
        keys.setCertificateEntry("anchor", keys.getCertificate("pair"));
        try (var out = Files.newOutputStream(store)) {
            keys.store(out, PASSWORD.toCharArray());
        }
        return store;
    }

    private static HttpsServer server(Path store) throws Exception {
        KeyStore keys = load(store);
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(keys, PASSWORD.toCharArray());
        TrustManagerFactory trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trustManagers.init(keys);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters ssl = getSSLContext().getDefaultSSLParameters();
                ssl.setNeedClientAuth(true);
                parameters.setSSLParameters(ssl);
            }
        });
        server.createContext("/", exchange -> {
            try (exchange) {
                byte[] body = "{\"schema\":\"\\\"string\\\"\"}".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        return server;
    }

    private static KeyStore load(Path store) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }
}
