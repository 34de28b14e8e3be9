package io.spillway.worker.credential;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.auth.oauth2.ServiceAccountCredentials;
import com.sun.net.httpserver.HttpServer;
import io.spillway.contract.json.Json;
import org.junit.jupiter.api.Test;

/** Google's own credentials library as the judge of what is sent to the token server. */
class ServiceAccountOracleTest {

    @Test
    void shouldAskForTokensAsGooglesLibraryDoes() throws Exception {
        // Given
        ConcurrentLinkedQueue<String> forms = new ConcurrentLinkedQueue<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/token", exchange -> {
            try (exchange) {
                forms.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                byte[] body = "{\"access_token\":\"ya29.x\",\"expires_in\":3599,\"token_type\":\"Bearer\"}"
                        .getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().add("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/token";
            Secret account = account(url);

            // When
            ServiceAccountCredentials.fromStream(new ByteArrayInputStream(account.reveal().getBytes(StandardCharsets.UTF_8)))
                    .createScoped("https://www.googleapis.com/auth/cloud-platform").refreshAccessToken();
            Map<String, String> theirs = form(forms.remove());
            Map<String, String> ours = form(
                    new String(Assertion.form(ServiceAccount.parse(account), Instant.now()), StandardCharsets.UTF_8));

            // Then
            assertThat(ours.keySet()).isEqualTo(theirs.keySet());
            assertThat(ours).containsEntry("grant_type", theirs.get("grant_type"));
            assertThat(part(ours, 0)).isEqualTo(part(theirs, 0));
            ObjectNode ourClaims = part(ours, 1);
            ObjectNode theirClaims = part(theirs, 1);
            assertThat(ourClaims.path("exp").asLong() - ourClaims.path("iat").asLong())
                    .isEqualTo(theirClaims.path("exp").asLong() - theirClaims.path("iat").asLong());
            for (String claim : new String[]{"iss", "sub", "aud", "scope"}) {
                if (theirClaims.has(claim)) {
                    assertThat(ourClaims.path(claim)).as(claim).isEqualTo(theirClaims.path(claim));
                }
            }
            assertThat(theirClaims.has("iss") && theirClaims.has("aud") && theirClaims.has("scope")).isTrue();
        } finally {
            server.stop(0);
        }
    }

    private static ObjectNode part(Map<String, String> form, int index) {
        return Json.readObject(Base64.getUrlDecoder().decode(form.get("assertion").split("\\.")[index]));
    }

    private static Map<String, String> form(String text) {
        Map<String, String> form = new HashMap<>();
        for (String pair : text.split("&")) {
            int equals = pair.indexOf('=');
            form.put(pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return form;
    }

    private static Secret account(String tokenUri) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair keys = generator.generateKeyPair();
        String pem = "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(keys.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
        return Secret.of(Json.text(Json.object().put("type", "service_account").put("client_email", "a@p.iam.gserviceaccount.com")
                .put("client_id", "1").put("private_key_id", "kid1").put("private_key", pem).put("token_uri", tokenUri)));
    }
}
