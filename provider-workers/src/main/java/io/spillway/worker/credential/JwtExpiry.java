package io.spillway.worker.credential;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.contract.json.Json;
import io.spillway.contract.json.MalformedJsonException;

/** When a credential that is a JSON Web Token ends, as the token itself says. Nothing is verified: the provider does that. */
final class JwtExpiry {

    private static final String BEGINNING = "eyJ";
    private static final int PARTS = 3;
    private static final long LATEST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    private JwtExpiry() {}

    static Optional<Instant> of(Secret secret) {
        if (!secret.reveal().startsWith(BEGINNING)) {
            return Optional.empty();
        }
        String[] parts = secret.reveal().split("\\.", -1);
        if (parts.length != PARTS) {
            return Optional.empty();
        }
        try {
            JsonNode claims = Json.readObject(new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8));
            long seconds = claims.path("exp").asLong(0);
            return seconds > 0 && seconds <= LATEST ? Optional.of(Instant.ofEpochSecond(seconds)) : Optional.empty();
        } catch (IllegalArgumentException | MalformedJsonException e) {
            return Optional.empty();
        }
    }
}
