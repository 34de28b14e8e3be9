package io.spillway.worker.credential;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.contract.json.Json;
import io.spillway.contract.json.MalformedJsonException;

/**
 * A Microsoft Entra application that asks for tokens with a secret of its own (OAuth 2 client credentials). Its {@code toString}
 * shows the application only.
 *
 * @param tenantId the directory
 * @param clientId the application
 * @param secret its secret
 * @param tokenUri the directory's token endpoint
 */
record EntraClient(String tenantId, String clientId, Secret secret, URI tokenUri) implements TokenAccount {

    private static final String REMEDY = "; write {\"tenantId\": ..., \"clientId\": ..., \"clientSecret\": ...} into the "
            + "credential's file";
    private static final String PUBLIC_CLOUD = "https://login.microsoftonline.com";
    private static final String SCOPE = "https://cognitiveservices.azure.com/.default";
    /** An id or a domain name. */
    private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]{0,127}");

    /** Whether a credential is such an object, rather than a token that somebody else keeps fresh. */
    static boolean isObject(Secret credential) {
        return credential.reveal().startsWith("{");
    }

    /** @throws CredentialException naming the field at fault, never its content */
    static EntraClient parse(Secret json) {
        JsonNode root;
        try {
            root = Json.readObject(json.reveal());
        } catch (MalformedJsonException e) {
            throw new CredentialException("the Entra client's credential is not a JSON object" + REMEDY);
        }
        String tenant = text(root, "tenantId");
        if (!TENANT.matcher(tenant).matches()) {
            throw new CredentialException("the Entra client's tenantId is neither an id nor a domain" + REMEDY);
        }
        return new EntraClient(tenant, text(root, "clientId"), Secret.of(text(root, "clientSecret")),
                tokenUri(root.path("authority").asText(PUBLIC_CLOUD), tenant));
    }

    private static String text(JsonNode root, String field) {
        String value = root.path(field).asText("");
        if (value.isBlank()) {
            throw new CredentialException("the Entra client's credential has no " + field + REMEDY);
        }
        return value;
    }

    private static URI tokenUri(String authority, String tenant) {
        String base = authority.endsWith("/") ? authority.substring(0, authority.length() - 1) : authority;
        try {
            URI uri = URI.create(base + "/" + tenant + "/oauth2/v2.0/token");
            if (TokenAccount.isSafe(uri)) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Reported below, as every other address that will not do.
        }
        throw new CredentialException("the Entra client's authority is not an https address; leave it out for "
                + PUBLIC_CLOUD + ", or name the login host of your cloud");
    }

    @Override
    public byte[] form(Instant now) {
        String form = "grant_type=client_credentials&client_id=" + encoded(clientId) + "&client_secret="
                + encoded(secret.reveal()) + "&scope=" + encoded(SCOPE);
        return form.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String label() {
        return clientId;
    }

    @Override
    public String toString() {
        return "EntraClient[" + clientId + "]";
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
