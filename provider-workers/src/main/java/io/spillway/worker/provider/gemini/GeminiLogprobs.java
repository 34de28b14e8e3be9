package io.spillway.worker.provider.gemini;

import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;

/** Rewrites log probabilities: Google keeps chosen and likeliest tokens in two lists, OpenAI nests them. */
final class GeminiLogprobs {

    private GeminiLogprobs() {}

    static ObjectNode translate(JsonNode result) {
        ObjectNode logprobs = Json.object();
        ArrayNode content = logprobs.putArray("content");
        JsonNode chosen = result.path("chosenCandidates");
        for (int i = 0; i < chosen.size(); i++) {
            ObjectNode token = token(chosen.path(i));
            ArrayNode top = token.putArray("top_logprobs");
            result.path("topCandidates").path(i).path("candidates").forEach(candidate -> top.add(token(candidate)));
            content.add(token);
        }
        return logprobs;
    }

    private static ObjectNode token(JsonNode candidate) {
        String text = candidate.path("token").asText("");
        ObjectNode token = Json.object().put("token", text).put("logprob", candidate.path("logProbability").asDouble(0));
        ArrayNode bytes = token.putArray("bytes");
        for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
            bytes.add(Byte.toUnsignedInt(one));
        }
        return token;
    }
}
