package io.spillway.worker.credential;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JwtExpiryTest {

    @Test
    void shouldReadTheEndThatTheTokenStates() {
        Instant end = Instant.parse("2027-01-01T00:00:00Z");

        assertThat(JwtExpiry.of(Secret.of(jwt("{\"exp\":" + end.getEpochSecond() + "}")))).contains(end);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-live-123", "", "eyJ", "eyJ.a.b", "eyJ.!!.b", "a.b.c"})
    void shouldKnowNothingOfOtherCredentials(String text) {
        assertThat(JwtExpiry.of(Secret.of(text))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "{\"exp\":-1}", "{\"exp\":99999999999999999}", "{\"exp\":\"soon\"}"})
    void shouldKnowNothingWhenTheClaimIsNoTime(String claims) {
        assertThat(JwtExpiry.of(Secret.of(jwt(claims)))).isEmpty();
    }

    static String jwt(String claims) {
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        return encoder.encodeToString("{\"alg\":\"RS256\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + encoder.encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + ".c2ln";
    }
}
