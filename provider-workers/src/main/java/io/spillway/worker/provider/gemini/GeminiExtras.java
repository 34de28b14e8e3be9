package io.spillway.worker.provider.gemini;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.v1.ChatRequest;
import io.spillway.worker.provider.UntranslatableRequestException;

/** What becomes of the parameters that the contract does not name. */
final class GeminiExtras {

    /** Parameters of other dialects that only change cost, storage or caching: left out. */
    private static final Set<String> HARMLESS = Set.of("store", "metadata", "prompt_cache_key", "prompt_cache_retention",
            "verbosity", "prediction", "tools", "tool_choice", "response_format", "usage", "service_tier", "safety_identifier",
            "cache_control");

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");

    private GeminiExtras() {}

    static void writeTo(ChatRequest request, Set<String> dropped, ObjectNode body, ObjectNode config) {
        String extra = request.getExtra();
        if (extra == null) {
            return;
        }
        for (Map.Entry<String, JsonNode> field : Json.readObject(extra).properties()) {
            put(field.getKey(), field.getValue(), dropped, body, config);
        }
    }

    private static void put(String name, JsonNode value, Set<String> dropped, ObjectNode body, ObjectNode config) {
        if (value.isNull() || HARMLESS.contains(name) || dropped.contains(name)) {
            return;
        }
        switch (name) {
            case "top_k" -> config.set("topK", value);
            case "thinking_config" -> config.set("thinkingConfig", value);
            case "safety_settings" -> body.set("safetySettings", value);
            case "logit_bias" -> refuseUnless(value.isEmpty(), name);
            case "modalities" -> refuseUnless(value.size() == 1 && value.path(0).asText().equals("text"), name);
            // A name is the caller's own word: repeated only if it looks like a parameter.
            default -> refuseUnless(!NAME.matcher(name).matches(), name);
        }
    }

    private static void refuseUnless(boolean isHarmless, String name) {
        if (!isHarmless) {
            throw UntranslatableRequestException.unsupported(name);
        }
    }
}
