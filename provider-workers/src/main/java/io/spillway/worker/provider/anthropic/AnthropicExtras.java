package io.spillway.worker.provider.anthropic;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.v1.ChatRequest;
import io.spillway.worker.provider.UntranslatableRequestException;

/** What becomes of the parameters that the contract does not name. */
final class AnthropicExtras {

    /** Parameters of this dialect: passed on as they are. */
    private static final Set<String> OWN = Set.of("top_k", "thinking", "inference_geo", "speed");

    /** Parameters of other dialects that only change cost, storage or caching: left out. */
    private static final Set<String> HARMLESS = Set.of("store", "metadata", "prompt_cache_key", "prompt_cache_retention",
            "verbosity",
            "prediction", "tools", "tool_choice", "response_format", "usage");

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");

    private AnthropicExtras() {}

    static void writeTo(ChatRequest request, Set<String> dropped, ObjectNode body) {
        String extra = request.getExtra();
        if (extra == null) {
            return;
        }
        for (Map.Entry<String, JsonNode> field : Json.readObject(extra).properties()) {
            put(field.getKey(), field.getValue(), dropped, body);
        }
    }

    private static void put(String name, JsonNode value, Set<String> dropped, ObjectNode body) {
        if (value.isNull() || HARMLESS.contains(name) || dropped.contains(name)) {
            return;
        }
        if (OWN.contains(name)) {
            body.set(name, value);
            return;
        }
        switch (name) {
            case "safety_identifier" -> {
                if (!body.has("metadata")) {
                    body.putObject("metadata").put("user_id", value.asText());
                }
            }
            case "service_tier" -> putServiceTier(value.asText(), body);
            case "logit_bias" -> refuseUnless(value.isEmpty(), name);
            case "modalities" -> refuseUnless(value.size() == 1 && value.path(0).asText().equals("text"), name);
            // A name is the caller's own word: repeated only if it looks like a parameter.
            default -> refuseUnless(!NAME.matcher(name).matches(), name);
        }
    }

    private static void putServiceTier(String tier, ObjectNode body) {
        switch (tier) {
            case "auto", "standard_only" -> body.put("service_tier", tier);
            case "default" -> body.put("service_tier", "standard_only");
            default -> {}
        }
    }

    private static void refuseUnless(boolean isHarmless, String name) {
        if (!isHarmless) {
            throw UntranslatableRequestException.unsupported(name);
        }
    }
}
