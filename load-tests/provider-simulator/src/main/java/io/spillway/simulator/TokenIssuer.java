package io.spillway.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.simulator.ReplySender.Payload;
import io.spillway.simulator.wire.Connection;
import io.spillway.simulator.wire.HttpRequest;
import io.spillway.simulator.wire.RequestHandler.Next;
import io.spillway.simulator.wire.ResponseHead;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Google's token endpoint for one service account, whose key it makes up at first use: exchanges signed assertions for access tokens,
 * and checks them as Google does. Tokens live until {@link #expireAll}.
 */
final class TokenIssuer {

    static final String PATH = "/oauth2/token";

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String PREFIX = "ya29.simulated-";
    private static final String EMAIL = "router@simulated.iam.gserviceaccount.com";
    private static final String KEY_ID = "0123456789abcdef";
    private static final String GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private static final String AUDIENCE = "https://oauth2.googleapis.com/token";
    private static final int KEY_BITS = 2048;
    private static final long LONGEST_SECONDS = 3600;
    private static final long CLOCK_SKEW_SECONDS = 300;

    private final InstantSource clock;
    private final Set<String> live = ConcurrentHashMap.newKeySet();
    private final AtomicInteger issued = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable KeyPair keys;

    TokenIssuer(InstantSource clock) {
        this.clock = clock;
    }

    /** The account's JSON key, as Google hands it out. */
    ObjectNode serviceAccount(URI base) {
        String pem = Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(keys().getPrivate().getEncoded());
        return JsonNodeFactory.instance.objectNode().put("type", "service_account").put("project_id", "simulated")
                .put("private_key_id", KEY_ID)
                .put("private_key", "-----BEGIN PRIVATE KEY-----\n" + pem + "\n-----END PRIVATE KEY-----\n")
                .put("client_email", EMAIL).put("client_id", "1").put("token_uri", base.resolve(PATH).toString());
    }

    /** Tokens handed out so far. */
    int issued() {
        return issued.get();
    }

    /** Makes all tokens worthless, as if their time was over. */
    void expireAll() {
        live.clear();
    }

    /** Whether the credential is one of these tokens, and then whether it still counts; empty for anything else. */
    Optional<Boolean> judge(String credential) {
        return credential.startsWith(PREFIX) ? Optional.of(live.contains(credential)) : Optional.empty();
    }

    Next serve(HttpRequest request, Connection connection) throws IOException {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        Optional<String> problem = problem(request);
        problem.ifPresentOrElse(text -> answer.put("error", "invalid_grant").put("error_description", text), () -> {
            String token = PREFIX + issued.incrementAndGet();
            live.add(token);
            answer.put("access_token", token).put("expires_in", LONGEST_SECONDS - 1).put("token_type", "Bearer");
        });
        ResponseHead head = new ResponseHead(problem.isPresent() ? 400 : 200).add("content-type", "application/json");
        return ReplySender.plain(connection, head, Payload.json(answer));
    }

    private Optional<String> problem(HttpRequest request) {
        Map<String, String> form = form(request.body());
        String[] parts = form.getOrDefault("assertion", "").split("\\.", -1);
        if (!form.getOrDefault("grant_type", "").equals(GRANT) || parts.length != 3) {
            return Optional.of("Not a signed assertion.");
        }
        try {
            JsonNode header = MAPPER.readTree(Base64.getUrlDecoder().decode(parts[0]));
            JsonNode claims = MAPPER.readTree(Base64.getUrlDecoder().decode(parts[1]));
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initVerify(keys().getPublic());
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            boolean isSigned = signature.verify(Base64.getUrlDecoder().decode(parts[2]));
            return isSigned ? claimProblem(header, claims) : Optional.of("Invalid JWT Signature.");
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            return Optional.of("Invalid JWT.");
        }
    }

    private Optional<String> claimProblem(JsonNode header, JsonNode claims) {
        long now = clock.instant().getEpochSecond();
        long from = claims.path("iat").asLong();
        long until = claims.path("exp").asLong();
        if (!header.path("alg").asText().equals("RS256") || !header.path("kid").asText().equals(KEY_ID)) {
            return Optional.of("Invalid JWT: unknown key or algorithm.");
        }
        if (!claims.path("iss").asText().equals(EMAIL) || !claims.path("aud").asText().equals(AUDIENCE)) {
            return Optional.of("Invalid JWT: wrong issuer or audience.");
        }
        if (!claims.path("scope").asText().contains("cloud-platform")) {
            return Optional.of("Invalid OAuth scope.");
        }
        boolean isTimely = until - from <= LONGEST_SECONDS && from <= now + CLOCK_SKEW_SECONDS && until > now;
        return isTimely
                ? Optional.empty()
                : Optional.of("Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.");
    }

    private static Map<String, String> form(byte[] body) {
        Map<String, String> form = new HashMap<>();
        for (String pair : new String(body, StandardCharsets.UTF_8).split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                form.put(pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return form;
    }

    private KeyPair keys() {
        lock.lock();
        try {
            KeyPair known = keys;
            if (known == null) {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
                generator.initialize(KEY_BITS);
                known = generator.generateKeyPair();
                keys = known;
            }
            return known;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has RSA; use a standard JDK", e);
        } finally {
            lock.unlock();
        }
    }
}
