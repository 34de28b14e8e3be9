package io.spillway.worker.credential;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;

/** What a service account says of itself to get a token: a JWT signed with RS256 (RFC 7523). */
final class Assertion {

    private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
    private static final String GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    /** The audience is the same wherever the assertion is posted to, through a proxy for example. */
    private static final String AUDIENCE = "https://oauth2.googleapis.com/token";
    /** The longest that Google accepts. */
    private static final Duration LIFETIME = Duration.ofHours(1);

    private Assertion() {}

    /** The form to post to the token server. */
    static byte[] form(ServiceAccount account, Instant now) {
        String form = "grant_type=" + URLEncoder.encode(GRANT, StandardCharsets.UTF_8) + "&assertion=" + jwt(account, now);
        return form.getBytes(StandardCharsets.US_ASCII);
    }

    static String jwt(ServiceAccount account, Instant now) {
        ObjectNode header = Json.object().put("alg", "RS256").put("typ", "JWT").put("kid", account.keyId());
        long issued = now.getEpochSecond();
        ObjectNode claims = Json.object().put("iss", account.email()).put("sub", account.email())
                .put("aud", AUDIENCE).put("scope", SCOPE).put("iat", issued)
                .put("exp", issued + LIFETIME.toSeconds());
        String signed = encoded(Json.bytes(header)) + "." + encoded(Json.bytes(claims));
        return signed + "." + encoded(signature(account, signed.getBytes(StandardCharsets.US_ASCII)));
    }

    private static byte[] signature(ServiceAccount account, byte[] signed) {
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(account.key());
            signature.update(signed);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new CredentialException("the service account's private_key cannot sign; create a new key for the account");
        }
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
