package io.spillway.worker.provider.mistral;

import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.worker.provider.UntranslatableRequestException;

/** Rewrites messages in OpenAI's shape: only fields that Mistral knows, and an order of roles that it takes. */
final class MistralMessages {

    private static final Set<String> FIELDS = Set.of("role", "content", "tool_calls", "tool_call_id", "name", "prefix");
    /** Content that is passed on as it is, because no other dialect has it. */
    private static final Set<String> OWN_PARTS = Set.of("document_url", "reference", "thinking", "file");
    /** Stands between a tool's result and the next thing the user says; Mistral refuses one right after the other. */
    private static final String BRIDGE = "Ok.";

    private MistralMessages() {}

    static void adapt(ObjectNode body) {
        ArrayNode adapted = Json.array();
        String before = "";
        for (JsonNode given : body.path("messages")) {
            ObjectNode message = message((ObjectNode) given);
            String role = message.path("role").asText();
            if (role.equals("user") && before.equals("tool")) {
                adapted.addObject().put("role", "assistant").put("content", BRIDGE);
            }
            adapted.add(message);
            before = role;
        }
        if (!adapted.isEmpty()) {
            endWell((ObjectNode) adapted.get(adapted.size() - 1), before);
        }
        body.set("messages", adapted);
    }

    /** The last word must be the user's or a tool's, or an answer that has been begun. */
    private static void endWell(ObjectNode last, String role) {
        switch (role) {
            case "assistant" -> last.put("prefix", true);
            case "system" -> last.put("role", "user");
            default -> {}
        }
    }

    private static ObjectNode message(ObjectNode given) {
        ObjectNode message = given.deepCopy();
        String role = message.path("role").asText();
        JsonNode refusal = message.path("refusal");
        if (refusal.isTextual() && !message.hasNonNull("content")) {
            message.set("content", refusal);
        }
        message.retain(FIELDS);
        if (!role.equals("tool")) {
            message.remove("name");
        }
        if (message.path("content") instanceof ArrayNode parts) {
            ArrayNode adapted = Json.array();
            parts.forEach(part -> adapted.add(part((ObjectNode) part)));
            message.set("content", adapted);
        }
        if (message.path("tool_calls") instanceof ArrayNode calls) {
            ArrayNode adapted = Json.array();
            calls.forEach(call -> adapted.add(toolCall(call)));
            message.set("tool_calls", adapted);
            // Null beside calls is fine elsewhere; here a text is expected.
            if (!message.hasNonNull("content")) {
                message.put("content", "");
            }
        }
        if (message.has("tool_call_id")) {
            message.put("tool_call_id", CallIds.of(message.path("tool_call_id").asText()));
        }
        return message;
    }

    private static ObjectNode part(ObjectNode part) {
        String type = part.path("type").asText("");
        return switch (type) {
            case "text" -> Json.object().put("type", type).put("text", part.path("text").asText(""));
            case "image_url" -> {
                ObjectNode image = Json.object();
                JsonNode given = part.path("image_url");
                image.put("url", given.path("url").asText(""));
                if (given.hasNonNull("detail")) {
                    image.set("detail", given.get("detail"));
                }
                yield Json.object().put("type", type).set("image_url", image);
            }
            default -> {
                if (!OWN_PARTS.contains(type)) {
                    throw UntranslatableRequestException.unsupportedContent(
                            "The request has content that is neither text nor an image, which this dialect does not take.");
                }
                yield part;
            }
        };
    }

    private static ObjectNode toolCall(JsonNode call) {
        JsonNode function = call.path("function");
        ObjectNode adapted = Json.object().put("id", CallIds.of(call.path("id").asText(""))).put("type", "function");
        adapted.putObject("function").put("name", function.path("name").asText("")).put("arguments",
                function.path("arguments").asText(""));
        return adapted;
    }
}
