package io.spillway.worker.provider.anthropic;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.contract.json.MalformedJsonException;
import io.spillway.v1.ChatMessage;
import io.spillway.v1.ContentPart;
import io.spillway.v1.ToolCall;
import io.spillway.worker.provider.UntranslatableRequestException;
import org.jspecify.annotations.Nullable;

/** Writes the content of one message as blocks. Empty texts are left out, because the API refuses them. */
final class AnthropicBlocks {

    private static final Set<String> IMAGE_TYPES = Set.of("image/jpeg", "image/png", "image/gif", "image/webp");
    private static final Pattern DATA_URL = Pattern.compile("data:([a-zA-Z0-9.+/-]{1,64});base64,", Pattern.CASE_INSENSITIVE);
    private static final Pattern CALL_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private AnthropicBlocks() {}

    /** A message's text and images. */
    static List<ObjectNode> content(ChatMessage message) {
        List<ObjectNode> blocks = new ArrayList<>();
        JsonNode extra = extra(message);
        String content = message.getContent();
        if (content != null && !content.isBlank()) {
            ObjectNode block = text(content);
            CacheControl.copy(extra, block);
            blocks.add(block);
        }
        for (int i = 0; i < message.getParts().size(); i++) {
            ObjectNode block = part(message.getParts().get(i));
            if (block != null) {
                CacheControl.copy(extra.path("content").path(i), block);
                blocks.add(block);
            }
        }
        return blocks;
    }

    /** An assistant's text and tool calls. Reasoning is left out: its signatures are worth nothing in another account. */
    static List<ObjectNode> assistant(ChatMessage message) {
        List<ObjectNode> blocks = content(message);
        String refusal = message.getRefusal();
        if (blocks.isEmpty() && refusal != null && !refusal.isBlank()) {
            blocks.add(text(refusal));
        }
        for (ToolCall call : message.getToolCalls()) {
            ObjectNode block = Json.object().put("type", "tool_use").put("id", callId(call.getId())).put("name", call.getName());
            block.set("input", input(call.getArguments()));
            blocks.add(block);
        }
        return blocks;
    }

    static ObjectNode toolResult(ChatMessage message) {
        String callId = message.getToolCallId();
        ObjectNode block = Json.object().put("type", "tool_result").put("tool_use_id", callId(callId == null ? "" : callId));
        List<ObjectNode> content = content(message);
        if (content.size() == 1 && content.getFirst().size() == 2 && content.getFirst().has("text")) {
            block.put("content", content.getFirst().path("text").asText());
        } else if (!content.isEmpty()) {
            block.putArray("content").addAll(content);
        }
        return block;
    }

    static ObjectNode text(String text) {
        return Json.object().put("type", "text").put("text", text);
    }

    private static @Nullable ObjectNode part(ContentPart part) {
        return switch (part.getType()) {
            case TEXT -> part.getText() == null || part.getText().isBlank() ? null : text(part.getText());
            case IMAGE_URL -> image(part.getImageUrl() == null ? "" : part.getImageUrl());
            case OTHER, UNKNOWN -> throw UntranslatableRequestException
                    .unsupportedContent(
                            "The request has content that is neither text nor an image, which this dialect does not take.");
        };
    }

    private static ObjectNode image(String url) {
        ObjectNode block = Json.object().put("type", "image");
        if (!url.regionMatches(true, 0, "data:", 0, "data:".length())) {
            block.putObject("source").put("type", "url").put("url", url);
            return block;
        }
        Matcher matcher = DATA_URL.matcher(url);
        String mediaType = matcher.lookingAt()
                ? matcher.group(1).toLowerCase(Locale.ROOT).replace("image/jpg", "image/jpeg")
                : "";
        if (!IMAGE_TYPES.contains(mediaType)) {
            throw UntranslatableRequestException
                    .unsupportedContent("The request has an image that is not a base64 data: URL of a JPEG, PNG, GIF or WebP.");
        }
        block.putObject("source").put("type", "base64").put("media_type", mediaType).put("data", url.substring(matcher.end()));
        return block;
    }

    /** The arguments as an object. A model's broken JSON is history that must not end the conversation: it is wrapped. */
    private static ObjectNode input(String arguments) {
        if (arguments.isBlank()) {
            return Json.object();
        }
        try {
            return Json.readObject(arguments);
        } catch (MalformedJsonException e) {
            return Json.object().put("arguments", arguments);
        }
    }

    /** Ids of other providers may have characters that this API refuses; the same id always becomes the same other one. */
    private static String callId(String id) {
        if (CALL_ID.matcher(id).matches()) {
            return id;
        }
        String plain = id.replaceAll("[^A-Za-z0-9_-]", "_");
        return "call_" + plain.substring(0, Math.min(plain.length(), 40)) + "_" + Integer.toHexString(id.hashCode());
    }

    private static JsonNode extra(ChatMessage message) {
        String extra = message.getExtra();
        return extra == null ? Json.object() : Json.readObject(extra);
    }
}
