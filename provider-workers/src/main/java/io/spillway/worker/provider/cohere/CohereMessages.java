package io.spillway.worker.provider.cohere;

import java.util.List;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.v1.ChatMessage;
import io.spillway.v1.ContentPart;
import io.spillway.v1.Role;
import io.spillway.v1.ToolCall;
import io.spillway.worker.provider.UntranslatableRequestException;

/** Writes the conversation. */
final class CohereMessages {

    private CohereMessages() {}

    static ArrayNode write(List<ChatMessage> messages) {
        ArrayNode written = Json.array();
        messages.forEach(message -> written.add(message(message)));
        boolean isSystemOnly = messages.stream()
                .allMatch(message -> message.getRole() == Role.SYSTEM || message.getRole() == Role.DEVELOPER);
        if (isSystemOnly && written.get(written.size() - 1) instanceof ObjectNode last) {
            last.put("role", "user");
        }
        return written;
    }

    private static ObjectNode message(ChatMessage message) {
        return switch (message.getRole()) {
            case SYSTEM, DEVELOPER -> content(Json.object().put("role", "system"), message);
            case USER, UNKNOWN -> content(Json.object().put("role", "user"), message);
            case ASSISTANT -> assistant(message);
            case TOOL -> content(Json.object().put("role", "tool").put("tool_call_id", message.getToolCallId()), message);
        };
    }

    /** What is said beside calls is their plan here. Reasoning is left out: it was another model's. */
    private static ObjectNode assistant(ChatMessage message) {
        ObjectNode node = Json.object().put("role", "assistant");
        if (message.getToolCalls().isEmpty()) {
            String refusal = message.getRefusal();
            boolean onlyRefused = message.getContent() == null && message.getParts().isEmpty() && refusal != null;
            return onlyRefused ? node.put("content", refusal) : content(node, message);
        }
        String plan = text(message);
        if (!plan.isEmpty()) {
            node.put("tool_plan", plan);
        }
        ArrayNode calls = node.putArray("tool_calls");
        for (ToolCall call : message.getToolCalls()) {
            calls.addObject().put("id", call.getId()).put("type", "function").putObject("function").put("name", call.getName())
                    .put("arguments", call.getArguments().isBlank() ? "{}" : call.getArguments());
        }
        return node;
    }

    private static ObjectNode content(ObjectNode node, ChatMessage message) {
        boolean hasImages = message.getParts().stream().anyMatch(part -> part.getImageUrl() != null);
        if (!hasImages) {
            return node.put("content", text(message));
        }
        ArrayNode parts = node.putArray("content");
        message.getParts().forEach(part -> parts.add(part(part)));
        return node;
    }

    private static String text(ChatMessage message) {
        StringBuilder text = new StringBuilder(message.getContent() == null ? "" : message.getContent());
        for (ContentPart part : message.getParts()) {
            text.append(part(part).path("text").asText(""));
        }
        return text.toString();
    }

    private static ObjectNode part(ContentPart part) {
        return switch (part.getType()) {
            case TEXT -> Json.object().put("type", "text").put("text", part.getText() == null ? "" : part.getText());
            case IMAGE_URL -> {
                ObjectNode image = Json.object().put("url", part.getImageUrl());
                if (part.getImageDetail() != null) {
                    image.put("detail", part.getImageDetail());
                }
                yield Json.object().put("type", "image_url").set("image_url", image);
            }
            case OTHER, UNKNOWN -> throw UntranslatableRequestException
                    .unsupportedContent(
                            "The request has content that is neither text nor an image, which this dialect does not take.");
        };
    }
}
