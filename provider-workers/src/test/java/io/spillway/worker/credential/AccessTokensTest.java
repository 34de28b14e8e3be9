package io.spillway.worker.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.contract.json.Json;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTokensTest {

    private static final String URL = "https://oauth2.googleapis.com/token";
    private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

    private static KeyPair keys;

    private final AtomicInteger requests = new AtomicInteger();
    private final List<String> forms = new ArrayList<>();
    private volatile Instant now = START;
    private volatile double jitter;
    private volatile TokenServer server = this::grant;

    @BeforeAll
    static void makeKeys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        keys = generator.generateKeyPair();
    }

    private TokenServer.Reply grant(URI uri, byte[] form) {
        assertThat(uri).hasToString(URL);
        forms.add(new String(form, StandardCharsets.US_ASCII));
        return reply(200,
                "{\"access_token\":\"ya29.t" + requests.incrementAndGet() + "\",\"expires_in\":3599,\"token_type\":\"Bearer\"}");
    }

    private static TokenServer.Reply reply(int status, String body) {
        return new TokenServer.Reply(status, body.getBytes(StandardCharsets.UTF_8));
    }

    private AccessTokens tokens() {
        return AccessTokens.ofServiceAccounts((uri, form) -> server.post(uri, form), () -> now, () -> jitter);
    }

    private static Secret account() {
        return account(URL);
    }

    private static Secret account(String tokenUri) {
        String pem = "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(keys.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
        return Secret.of(Json.text(Json.object().put("type", "service_account").put("client_email", "a@p.iam.gserviceaccount.com")
                .put("private_key_id", "kid1").put("private_key", pem).put("token_uri", tokenUri)));
    }

    @Test
    void shouldSignWhatGoogleChecks() throws Exception {
        // When
        assertThat(tokens().token(account()).reveal()).isEqualTo("ya29.t1");

        // Then
        String form = URLDecoder.decode(forms.getFirst(), StandardCharsets.UTF_8);
        assertThat(form).startsWith("grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=");
        String[] parts = form.substring(form.indexOf("assertion=") + 10).split("\\.");
        assertThat(decoded(parts[0])).hasToString("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"kid1\"}");
        JsonNode claims = decoded(parts[1]);
        assertThat(claims.path("iss").asText()).isEqualTo("a@p.iam.gserviceaccount.com").isEqualTo(claims.path("sub").asText());
        assertThat(claims.path("aud").asText()).isEqualTo(URL);
        assertThat(claims.path("scope").asText()).isEqualTo("https://www.googleapis.com/auth/cloud-platform");
        assertThat(claims.path("iat").asLong()).isEqualTo(START.getEpochSecond());
        assertThat(claims.path("exp").asLong() - claims.path("iat").asLong()).isEqualTo(3600);
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initVerify(keys.getPublic());
        signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
        assertThat(signature.verify(Base64.getUrlDecoder().decode(parts[2]))).isTrue();
    }

    private static JsonNode decoded(String part) {
        return Json.readObject(Base64.getUrlDecoder().decode(part));
    }

    @Test
    void shouldKeepATokenUntilFiveMinutesBeforeItsEnd() {
        AccessTokens tokens = tokens();
        tokens.token(account());

        now = START.plusSeconds(3599 - 301);
        assertThat(tokens.token(account()).reveal()).isEqualTo("ya29.t1");
        now = START.plusSeconds(3599 - 300);
        assertThat(tokens.token(account()).reveal()).isEqualTo("ya29.t2");
        assertThat(requests).hasValue(2);
    }

    @Test
    void shouldRenewUpToAMinuteEarlierByChance() {
        jitter = 1;
        AccessTokens tokens = tokens();
        tokens.token(account());
        assertThat(tokens.endsAt(account())).contains(START.plusSeconds(3599));

        now = START.plusSeconds(3599 - 361);
        assertThat(tokens.token(account()).reveal()).isEqualTo("ya29.t1");
        now = START.plusSeconds(3599 - 360);
        assertThat(tokens.token(account()).reveal()).isEqualTo("ya29.t2");
    }

    @Test
    void shouldServeTheOldTokenWhileTheServerFailsAndAskAgainAfterAPause() {
        // Given
        AccessTokens tokens = tokens();
        tokens.token(account());
        AtomicInteger failures = new AtomicInteger();
        server = (uri, form) -> {
            failures.incrementAndGet();
            throw new IOException("no route");
        };
        now = START.plusSeconds(3400);

        // When
        for (int i = 0; i < 20; i++) {
            assertThat(tokens.token(account()).reveal()).isEqualTo("ya29.t1");
        }

        // Then
        assertThat(failures).hasValue(1);
        now = now.plusSeconds(5);
        tokens.token(account());
        assertThat(failures).hasValue(2);
        now = START.plusSeconds(3599);
        assertThatThrownBy(() -> tokens.token(account())).isInstanceOf(TokenUnavailableException.class);
        server = this::grant;
        now = now.plusSeconds(5);
        assertThat(tokens.token(account()).reveal()).isEqualTo("ya29.t2");
    }

    @Test
    void shouldAskOnceForManyCallersWhoWait() throws Exception {
        // Given a server that answers when all callers are under way
        AccessTokens tokens = tokens();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch open = new CountDownLatch(1);
        server = (uri, form) -> {
            asked.countDown();
            await(open);
            return grant(uri, form);
        };
        Set<String> seen = ConcurrentHashMap.newKeySet();

        // When
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> callers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                callers.add(threads.submit(() -> seen.add(tokens.token(account()).reveal())));
            }
            asked.await();
            open.countDown();
            for (Future<?> caller : callers) {
                caller.get();
            }
        }

        // Then
        assertThat(requests).hasValue(1);
        assertThat(seen).containsExactly("ya29.t1");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldReplaceARefusedTokenOnce() {
        AccessTokens tokens = tokens();
        Secret first = tokens.token(account());

        // Fresh from the server: another one would be refused as well.
        assertThat(tokens.replace(account(), first).reveal()).isEqualTo("ya29.t1");
        now = START.plus(Duration.ofMinutes(1));
        Secret second = tokens.replace(account(), first);
        assertThat(second.reveal()).isEqualTo("ya29.t2");
        // A second caller with the old token finds the new one.
        assertThat(tokens.replace(account(), first).reveal()).isEqualTo("ya29.t2");
        assertThat(tokens.token(account()).reveal()).isEqualTo("ya29.t2");
        assertThat(requests).hasValue(2);
    }

    @Test
    void shouldSayThatTheAccountIsRefusedAndNotAskEveryTime() {
        // Given
        AccessTokens tokens = tokens();
        server = (uri, form) -> {
            requests.incrementAndGet();
            return reply(400, "{\"error\":\"invalid_grant\",\"error_description\":\"account secret-name not found\"}");
        };

        // Then
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> tokens.token(account())).isInstanceOf(CredentialException.class)
                    .hasMessageContaining("invalid_grant").hasMessageNotContaining("secret-name");
        }
        assertThat(requests).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"500|{}", "503|<html>", "429|{\"error\":\"rate\"}", "200|", "200|{}",
            "200|{\"access_token\":\"a b\",\"expires_in\":9}", "200|{\"access_token\":\"ya29.x\",\"expires_in\":0}",
            "200|{\"access_token\":\"ya29.x\\r\\nEvil: 1\",\"expires_in\":9}"})
    void shouldNotBlameTheAccountForAnAnswerThatIsNone(int status, String body) {
        server = (uri, form) -> reply(status, body == null ? "" : body);
        assertThatThrownBy(() -> tokens().token(account())).isInstanceOf(TokenUnavailableException.class);
    }

    @Test
    void shouldRenewAShortTokenAtHalfItsLife() {
        server = (uri, form) -> reply(200, "{\"access_token\":\"ya29.s" + requests.incrementAndGet() + "\",\"expires_in\":60}");
        AccessTokens tokens = tokens();
        tokens.token(account());
        now = START.plusSeconds(29);
        assertThat(tokens.token(account()).reveal()).isEqualTo("ya29.s1");
        now = START.plusSeconds(30);
        assertThat(tokens.token(account()).reveal()).isEqualTo("ya29.s2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ya29.a-token", "{}", "{\"type\":\"authorized_user\"}", "{\"type\":\"service_account\"}",
            "{\"type\":\"service_account\",\"client_email\":\"e\",\"private_key_id\":\"k\",\"private_key\":\"canary\",\"token_uri\":\"https://x\"}"})
    void shouldNameTheRemedyAndNoSecretWhenTheKeyIsNone(String json) {
        assertThatThrownBy(() -> tokens().token(Secret.of(json))).isInstanceOf(CredentialException.class)
                .hasMessageContaining("JSON key of a service account").hasMessageNotContaining("canary")
                .hasMessageNotContaining("ya29");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://oauth2.googleapis.com/token", "file:///etc/passwd", "not a url", "//x"})
    void shouldSendAssertionsEncryptedOnly(String tokenUri) {
        assertThatThrownBy(() -> tokens().token(account(tokenUri))).isInstanceOf(CredentialException.class)
                .hasMessageContaining("token_uri");
        assertThat(requests).hasValue(0);
    }

    @Test
    void shouldShowNoSecret() {
        assertThat(ServiceAccount.parse(account()).toString()).doesNotContain("PRIVATE").doesNotContain("kid1");
        assertThat(AccessToken.read(reply(200, "{\"access_token\":\"ya29.x\",\"expires_in\":9}"), START, 0).toString())
                .doesNotContain("ya29");
    }
}
