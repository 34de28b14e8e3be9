package io.spillway.contract.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.v1.ChatMessage;
import io.spillway.v1.ContentPart;
import io.spillway.v1.Role;
import io.spillway.v1.ToolCall;
import org.jspecify.annotations.Nullable;

/** Writes one message, of a request or a response, in OpenAI's shape. */
final class MessageWriter {

    private MessageWriter() {}

    static ObjectNode write(ChatMessage message) {
        ObjectNode node = Json.object();
        node.put("role", WireNames.of(message.getRole()));
        if (!message.getParts().isEmpty()) {
            ArrayNode parts = node.putArray("content");
            message.getParts().forEach(part -> parts.add(part(part)));
        } else if (message.getContent() != null || message.getRole() == Role.ASSISTANT) {
            node.put("content", message.getContent());
        }
        putText(node, "name", message.getName());
        if (!message.getToolCalls().isEmpty()) {
            ArrayNode calls = node.putArray("tool_calls");
            message.getToolCalls().forEach(call -> calls.add(toolCall(call)));
        }
        putText(node, "tool_call_id", message.getToolCallId());
        putText(node, "refusal", message.getRefusal());
        String extra = message.getExtra();
        if (extra != null) {
            Residue.merge(node, Json.readObject(extra), MessageReader.KNOWN);
        }
        return node;
    }

    private static ObjectNode part(ContentPart part) {
        ObjectNode node = Json.object();
        switch (part.getType()) {
            case TEXT, UNKNOWN -> node.put("type", "text").put("text", part.getText());
            case IMAGE_URL -> {
                ObjectNode image = node.put("type", "image_url").putObject("image_url").put("url", part.getImageUrl());
                putText(image, "detail", part.getImageDetail());
            }
            case OTHER -> {
                String raw = part.getRaw();
                return raw == null ? node : Json.readObject(raw);
            }
        }
        return node;
    }

    private static ObjectNode toolCall(ToolCall call) {
        ObjectNode node = Json.object();
        node.put("id", call.getId()).put("type", "function");
        node.putObject("function").put("name", call.getName()).put("arguments", call.getArguments());
        return node;
    }

    static void putText(ObjectNode node, String name, @Nullable String value) {
        if (value != null) {
            node.put(name, value);
        }
    }
}
