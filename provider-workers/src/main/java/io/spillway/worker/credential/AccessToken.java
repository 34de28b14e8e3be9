package io.spillway.worker.credential;

import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.contract.json.Json;
import io.spillway.contract.json.MalformedJsonException;

/**
 * A token and how long it lasts.
 *
 * @param secret the token itself
 * @param fetchedAt when it was asked for
 * @param renewAt from when on a new one is fetched
 * @param endsAt from when on it is worth nothing
 */
record AccessToken(Secret secret, Instant fetchedAt, Instant renewAt, Instant endsAt) {

    private static final Duration RENEWED_EARLY = Duration.ofMinutes(5);
    /** On top of that, by chance. */
    private static final Duration MOST_JITTER = Duration.ofMinutes(1);
    private static final long LONGEST_SECONDS = 86_400;
    private static final Pattern ERROR = Pattern.compile("[a-z_]{1,40}");
    /** Characters that a header can carry and a Bearer token can have (RFC 6750). */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]{1,8192}");

    /**
     * Reads a token server's answer.
     *
     * @param jitter from 0 to 1: how much of a minute earlier it is renewed
     * @throws CredentialException when the server refuses the account
     * @throws TokenUnavailableException when the answer is no answer
     */
    static AccessToken read(TokenServer.Reply reply, Instant now, double jitter) {
        JsonNode root = document(reply.body());
        boolean isServersFault = reply.status() >= 500 || reply.status() == 429 || reply.status() == 408;
        if (reply.status() != 200 && !isServersFault) {
            String given = root.path("error").asText("");
            String error = ERROR.matcher(given).matches() ? given : "no reason given";
            throw new CredentialException("the token server refuses the account (HTTP " + reply.status() + ", " + error
                    + "); check that the account and its key exist and are enabled, and that this machine's clock is right");
        }
        String token = root.path("access_token").asText("");
        long seconds = root.path("expires_in").asLong(0);
        if (reply.status() != 200 || !TOKEN.matcher(token).matches() || seconds <= 0) {
            throw new TokenUnavailableException("the token server gave no token (HTTP " + reply.status() + ")");
        }
        Duration life = Duration.ofSeconds(Math.min(seconds, LONGEST_SECONDS));
        // A token of a few minutes is renewed at half its life.
        Duration wanted = RENEWED_EARLY.plusMillis(Math.round(MOST_JITTER.toMillis() * jitter));
        Duration early = life.dividedBy(2).compareTo(wanted) < 0 ? life.dividedBy(2) : wanted;
        return new AccessToken(Secret.of(token), now, now.plus(life).minus(early), now.plus(life));
    }

    boolean isValid(Instant now) {
        return now.isBefore(endsAt);
    }

    boolean isFresh(Instant now) {
        return now.isBefore(renewAt);
    }

    private static JsonNode document(byte[] body) {
        try {
            return Json.readDocument(body);
        } catch (MalformedJsonException e) {
            return Json.object();
        }
    }
}
