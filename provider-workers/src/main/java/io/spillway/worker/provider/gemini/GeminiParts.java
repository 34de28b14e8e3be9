package io.spillway.worker.provider.gemini;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.contract.json.MalformedJsonException;
import io.spillway.v1.ChatMessage;
import io.spillway.v1.ContentPart;
import io.spillway.v1.ContentPartType;
import io.spillway.v1.ToolCall;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.UntranslatableRequestException;
import org.jspecify.annotations.Nullable;

/** Writes the content of one message as parts. Empty texts are left out, because the API refuses them. */
final class GeminiParts {

    private static final Set<String> IMAGE_TYPES = Set.of("image/jpeg", "image/png", "image/webp", "image/heic", "image/heif");
    private static final Map<String, String> TYPE_BY_ENDING = Map.of("jpg", "image/jpeg", "jpeg", "image/jpeg", "png",
            "image/png", "webp", "image/webp", "heic", "image/heic", "heif", "image/heif");
    private static final Pattern DATA_URL = Pattern.compile("data:([a-zA-Z0-9.+/-]{1,64});base64,", Pattern.CASE_INSENSITIVE);
    private static final Pattern ENDING = Pattern.compile("\\.([A-Za-z0-9]{1,5})(?:[?#]|$)");

    private final ProviderCall call;
    private final Surface surface;
    private final ThoughtSignatures signatures;

    GeminiParts(ProviderCall call, Surface surface) {
        this.call = call;
        this.surface = surface;
        this.signatures = new ThoughtSignatures(call, surface);
    }

    /** A message's text and images. */
    List<ObjectNode> content(ChatMessage message) {
        List<ObjectNode> written = new ArrayList<>();
        String content = message.getContent();
        if (content != null && !content.isBlank()) {
            written.add(text(content));
        }
        for (ContentPart part : message.getParts()) {
            ObjectNode node = part(part);
            if (node != null) {
                written.add(node);
            }
        }
        return written;
    }

    /** The images alone: a tool's result carries text, its images follow. */
    List<ObjectNode> images(ChatMessage message) {
        List<ObjectNode> written = new ArrayList<>();
        for (ContentPart part : message.getParts()) {
            ObjectNode node = part.getType() == ContentPartType.TEXT ? null : part(part);
            if (node != null) {
                written.add(node);
            }
        }
        return written;
    }

    /** An assistant's text and tool calls. Reasoning is left out: only signatures mean something to the model. */
    List<ObjectNode> assistant(ChatMessage message) {
        List<ObjectNode> written = content(message);
        String refusal = message.getRefusal();
        if (written.isEmpty() && refusal != null && !refusal.isBlank()) {
            written.add(text(refusal));
        }
        List<ObjectNode> calls = new ArrayList<>();
        for (ToolCall toolCall : message.getToolCalls()) {
            ObjectNode part = Json.object();
            ObjectNode function = part.putObject("functionCall");
            putId(function, toolCall.getId());
            function.put("name", toolCall.getName()).set("args", arguments(toolCall.getArguments()));
            calls.add(part);
        }
        signatures.sign(message, calls);
        written.addAll(calls);
        return written;
    }

    /** A tool's result: an object as it is, anything else as the output. */
    static ObjectNode functionResponse(ChatMessage message, String callId, String function) {
        ObjectNode part = Json.object();
        ObjectNode response = part.putObject("functionResponse");
        putId(response, callId);
        response.put("name", function).set("response", result(text(message)));
        return part;
    }

    static ObjectNode text(String text) {
        return Json.object().put("text", text);
    }

    private static void putId(ObjectNode node, String id) {
        if (!id.isEmpty()) {
            node.put("id", id);
        }
    }

    private static String text(ChatMessage message) {
        String content = message.getContent();
        return content != null
                ? content
                : message.getParts().stream().map(ContentPart::getText).filter(text -> text != null)
                        .collect(Collectors.joining("\n"));
    }

    private static ObjectNode result(String text) {
        try {
            return Json.readObject(text);
        } catch (MalformedJsonException e) {
            return Json.object().put("output", text);
        }
    }

    /** The arguments as an object. A model's broken JSON is history that must not end the conversation: it is wrapped. */
    private static ObjectNode arguments(String arguments) {
        if (arguments.isBlank()) {
            return Json.object();
        }
        try {
            return Json.readObject(arguments);
        } catch (MalformedJsonException e) {
            return Json.object().put("arguments", arguments);
        }
    }

    private @Nullable ObjectNode part(ContentPart part) {
        return switch (part.getType()) {
            case TEXT -> part.getText() == null || part.getText().isBlank() ? null : text(part.getText());
            case IMAGE_URL -> image(part.getImageUrl() == null ? "" : part.getImageUrl());
            case OTHER, UNKNOWN -> throw UntranslatableRequestException.unsupportedContent(
                    "The request has content that is neither text nor an image, which this dialect does not take.");
        };
    }

    private ObjectNode image(String url) {
        return url.regionMatches(true, 0, "data:", 0, "data:".length()) ? inline(url) : file(url);
    }

    private static ObjectNode inline(String url) {
        Matcher matcher = DATA_URL.matcher(url);
        String type = matcher.lookingAt() ? matcher.group(1).toLowerCase(Locale.ROOT).replace("image/jpg", "image/jpeg") : "";
        if (!IMAGE_TYPES.contains(type)) {
            throw UntranslatableRequestException.unsupportedContent(
                    "The request has an image that is not a base64 data: URL of a JPEG, PNG, WebP, HEIC or HEIF.");
        }
        ObjectNode part = Json.object();
        part.putObject("inlineData").put("mimeType", type).put("data", url.substring(matcher.end()));
        return part;
    }

    private ObjectNode file(String url) {
        Optional<String> type = type(url);
        if (!surface.takesFile(call, url) || (type.isEmpty() && surface.needsFileType())) {
            throw UntranslatableRequestException.unsupportedContent(
                    "The request has an image that this deployment does not fetch; send it as a data: URL.");
        }
        ObjectNode part = Json.object();
        ObjectNode data = part.putObject("fileData");
        type.ifPresent(known -> data.put("mimeType", known));
        data.put("fileUri", url);
        return part;
    }

    private static Optional<String> type(String url) {
        Matcher matcher = ENDING.matcher(url);
        return matcher.find(Math.max(0, url.lastIndexOf('/')))
                ? Optional.ofNullable(TYPE_BY_ENDING.get(matcher.group(1).toLowerCase(Locale.ROOT)))
                : Optional.empty();
    }
}
