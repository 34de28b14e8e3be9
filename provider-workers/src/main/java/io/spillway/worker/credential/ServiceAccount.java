package io.spillway.worker.credential;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.contract.json.Json;
import io.spillway.contract.json.MalformedJsonException;

/**
 * A Google service account as its JSON key describes it. Its {@code toString} shows the address only.
 *
 * @param email the account
 * @param keyId which of the account's keys this is
 * @param key signs assertions
 * @param tokenUri where assertions are exchanged for tokens
 */
record ServiceAccount(String email, String keyId, PrivateKey key, URI tokenUri) implements TokenAccount {

    private static final String REMEDY = "; write the JSON key of a service account into the credential's file";

    /** @throws CredentialException naming the field at fault, never its content */
    static ServiceAccount parse(Secret json) {
        JsonNode root;
        try {
            root = Json.readObject(json.reveal());
        } catch (MalformedJsonException e) {
            throw new CredentialException("the service account's key is not a JSON object" + REMEDY);
        }
        if (!root.path("type").asText("").equals("service_account")) {
            throw new CredentialException("the service account's key has no type service_account" + REMEDY);
        }
        return new ServiceAccount(text(root, "client_email"), text(root, "private_key_id"), key(text(root, "private_key")),
                tokenUri(text(root, "token_uri")));
    }

    private static String text(JsonNode root, String field) {
        String value = root.path(field).asText("");
        if (value.isBlank()) {
            throw new CredentialException("the service account's key has no " + field + REMEDY);
        }
        return value;
    }

    private static PrivateKey key(String pem) {
        String base64 = pem.replaceAll("-----(BEGIN|END) PRIVATE KEY-----", "").replaceAll("\\s", "");
        try {
            return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new CredentialException("the service account's private_key is not an RSA key in PKCS #8" + REMEDY);
        }
    }

    /** The assertion is a credential for an hour: it leaves the machine encrypted only. */
    private static URI tokenUri(String text) {
        try {
            URI uri = URI.create(text);
            if (TokenAccount.isSafe(uri)) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Reported below, as every other address that will not do.
        }
        throw new CredentialException("the service account's token_uri is not an https address" + REMEDY);
    }

    @Override
    public byte[] form(Instant now) {
        return Assertion.form(this, now);
    }

    @Override
    public String label() {
        return email;
    }

    @Override
    public String toString() {
        return "ServiceAccount[" + email + "]";
    }
}
