package io.spillway.worker.provider.bedrock;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

/** Writes the content of one message as blocks. Blank texts are left out, because Bedrock refuses them. */
final class BedrockBlocks {

    private static final Map<String, String> FORMATS = Map.of("image/jpeg", "jpeg", "image/jpg", "jpeg", "image/png", "png",
            "image/gif", "gif", "image/webp", "webp");
    private static final Pattern DATA_URL = Pattern.compile("data:([a-zA-Z0-9.+/-]{1,64});base64,", Pattern.CASE_INSENSITIVE);
    /** What all makers' models take; Bedrock itself would let a few more characters through. */
    private static final Pattern CALL_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final CachePoints cachePoints;

    BedrockBlocks(CachePoints cachePoints) {
        this.cachePoints = cachePoints;
    }

    /** A message's text and images. */
    List<ObjectNode> content(ChatMessage message) {
        List<ObjectNode> blocks = new ArrayList<>();
        JsonNode extra = extra(message);
        String content = message.getContent();
        if (content != null && !content.isBlank()) {
            blocks.add(text(content));
            cachePoints.addAfter(extra, blocks);
        }
        for (int i = 0; i < message.getParts().size(); i++) {
            ObjectNode block = part(message.getParts().get(i));
            if (block != null) {
                blocks.add(block);
                cachePoints.addAfter(extra.path("content").path(i), blocks);
            }
        }
        return blocks;
    }

    /** An assistant's text and tool calls. Reasoning is left out: its signatures are worth nothing in another account. */
    List<ObjectNode> assistant(ChatMessage message) {
        List<ObjectNode> blocks = content(message);
        String refusal = message.getRefusal();
        if (blocks.isEmpty() && refusal != null && !refusal.isBlank()) {
            blocks.add(text(refusal));
        }
        for (ToolCall call : message.getToolCalls()) {
            ObjectNode block = Json.object();
            block.putObject("toolUse").put("toolUseId", callId(call.getId())).put("name", call.getName()).set("input",
                    input(call.getArguments()));
            blocks.add(block);
        }
        return blocks;
    }

    /** The result, and behind it the cache point that the caller may have put on it. */
    List<ObjectNode> toolResult(ChatMessage message) {
        String callId = message.getToolCallId();
        List<ObjectNode> parts = new ArrayList<>();
        List<ObjectNode> blocks = new ArrayList<>();
        ObjectNode block = Json.object();
        ObjectNode result = block.putObject("toolResult").put("toolUseId", callId(callId == null ? "" : callId));
        blocks.add(block);
        for (ObjectNode part : content(message)) {
            // A cache point has no place inside a result.
            (part.has(CachePoints.FIELD) ? blocks : parts).add(part);
        }
        result.putArray("content").addAll(parts);
        return blocks;
    }

    static ObjectNode text(String text) {
        return Json.object().put("text", text);
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
        Matcher matcher = DATA_URL.matcher(url);
        String format = matcher.lookingAt() ? FORMATS.get(matcher.group(1).toLowerCase(Locale.ROOT)) : null;
        if (format == null) {
            throw UntranslatableRequestException.unsupportedContent(
                    "The request has an image that is not a base64 data: URL of a JPEG, PNG, GIF or WebP; Bedrock fetches none.");
        }
        ObjectNode block = Json.object();
        block.putObject("image").put("format", format).putObject("source").put("bytes", url.substring(matcher.end()));
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
