package io.spillway.worker.provider.bedrock;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.contract.json.MalformedJsonException;

/** The blocks of a streamed answer, each put together from its pieces. */
final class StreamedMessage {

    /** After these the arguments of the last call may be cut off, as the text may be. */
    private static final Set<String> CUT_SHORT = Set.of("max_tokens", "model_context_window_exceeded");

    private static final class Block {
        private final StringBuilder text = new StringBuilder();
        private final StringBuilder thinking = new StringBuilder();
        private final StringBuilder input = new StringBuilder();
        private final ArrayNode citations = Json.array();
        private ObjectNode toolUse = Json.object();
    }

    private final Map<Integer, Block> blocks = new TreeMap<>();

    /** Takes an event; true when it brought a part of the answer. */
    boolean take(String type, ObjectNode event) {
        Block block = blocks.computeIfAbsent(event.path("contentBlockIndex").asInt(0), index -> new Block());
        return switch (type) {
            case "contentBlockStart" -> {
                if (event.path("start").path("toolUse") instanceof ObjectNode toolUse) {
                    block.toolUse = toolUse;
                }
                yield !block.toolUse.isEmpty();
            }
            case "contentBlockDelta" -> add(block, event.path("delta"));
            default -> false;
        };
    }

    private static boolean add(Block block, JsonNode delta) {
        String text = delta.path("text").asText("");
        String input = delta.path("toolUse").path("input").asText("");
        JsonNode reasoning = delta.path("reasoningContent");
        String thinking = reasoning.path("text").asText("");
        block.text.append(text);
        block.input.append(input);
        block.thinking.append(thinking);
        if (delta.path("citation").isObject()) {
            block.citations.add(delta.path("citation"));
        }
        return !text.isEmpty() || !input.isEmpty() || !thinking.isEmpty() || reasoning.has("redactedContent");
    }

    /** The message in the form of an answer in one piece; empty when a tool call is not whole. */
    Optional<ObjectNode> write(String stopReason) {
        ObjectNode message = Json.object().put("role", "assistant");
        ArrayNode content = message.putArray("content");
        for (Block block : blocks.values()) {
            if (!block.thinking.isEmpty()) {
                content.addObject().putObject("reasoningContent").putObject("reasoningText").put("text",
                        block.thinking.toString());
            }
            if (!block.citations.isEmpty()) {
                ObjectNode cited = content.addObject().putObject("citationsContent");
                cited.putArray("content").addObject().put("text", block.text.toString());
                cited.set("citations", block.citations);
            } else if (!block.text.isEmpty()) {
                content.addObject().put("text", block.text.toString());
            }
            if (!block.toolUse.isEmpty() || !block.input.isEmpty()) {
                Optional<JsonNode> input = input(block.input.toString(), stopReason);
                if (input.isEmpty()) {
                    return Optional.empty();
                }
                content.addObject().set("toolUse", block.toolUse.deepCopy().set("input", input.get()));
            }
        }
        return Optional.of(message);
    }

    private static Optional<JsonNode> input(String pieces, String stopReason) {
        if (pieces.isBlank()) {
            return Optional.of(Json.object());
        }
        try {
            return Optional.of(Json.readObject(pieces));
        } catch (MalformedJsonException e) {
            return CUT_SHORT.contains(stopReason) ? Optional.of(Json.object().textNode(pieces)) : Optional.empty();
        }
    }
}
