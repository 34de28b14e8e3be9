package io.spillway.worker.provider.ollama;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.contract.json.MalformedJsonException;
import io.spillway.v1.ChatMessage;
import io.spillway.v1.ContentPart;
import io.spillway.v1.ToolCall;
import io.spillway.worker.provider.UntranslatableRequestException;

/** Writes the conversation: texts as one string, images as bare base64 beside them, arguments as objects. */
final class OllamaMessages {

    private static final String DATA = "data:";
    private static final String BASE64 = ";base64,";
    private static final int LONGEST_PREFIX = 128;

    /** Which function a call was of, by its id: a result must name it. */
    private final Map<String, String> functions = new HashMap<>();

    private OllamaMessages() {}

    static ArrayNode write(List<ChatMessage> messages) {
        OllamaMessages conversation = new OllamaMessages();
        ArrayNode written = Json.array();
        messages.forEach(message -> written.add(conversation.message(message)));
        return written;
    }

    private ObjectNode message(ChatMessage message) {
        ObjectNode node = Json.object().put("role", role(message));
        StringBuilder text = new StringBuilder(message.getContent() == null ? "" : message.getContent());
        ArrayNode images = Json.array();
        message.getParts().forEach(part -> add(part, text, images));
        if (text.isEmpty() && message.getRefusal() != null) {
            text.append(message.getRefusal());
        }
        node.put("content", text.toString());
        if (!images.isEmpty()) {
            node.set("images", images);
        }
        if (!message.getToolCalls().isEmpty()) {
            ArrayNode calls = node.putArray("tool_calls");
            message.getToolCalls().forEach(call -> calls.add(toolCall(call, calls.size())));
        }
        String callId = message.getToolCallId();
        if (callId != null) {
            node.put("tool_call_id", callId);
            String function = functions.getOrDefault(callId, message.getName());
            if (function != null) {
                node.put("tool_name", function);
            }
        }
        return node;
    }

    private static String role(ChatMessage message) {
        return switch (message.getRole()) {
            case SYSTEM, DEVELOPER -> "system";
            case USER, UNKNOWN -> "user";
            case ASSISTANT -> "assistant";
            case TOOL -> "tool";
        };
    }

    private static void add(ContentPart part, StringBuilder text, ArrayNode images) {
        switch (part.getType()) {
            case TEXT -> text.append(part.getText() == null ? "" : part.getText());
            case IMAGE_URL -> images.add(base64(part.getImageUrl() == null ? "" : part.getImageUrl()));
            case OTHER, UNKNOWN -> throw UntranslatableRequestException
                    .unsupportedContent(
                            "The request has content that is neither text nor an image, which this dialect does not take.");
        }
    }

    /** Ollama fetches nothing. */
    private static String base64(String url) {
        int end = url.substring(0, Math.min(url.length(), LONGEST_PREFIX)).toLowerCase(Locale.ROOT).indexOf(BASE64);
        if (!url.regionMatches(true, 0, DATA, 0, DATA.length()) || end < 0) {
            throw UntranslatableRequestException
                    .unsupportedContent("The request has an image that is not a base64 data: URL, which this dialect needs.");
        }
        return url.substring(end + BASE64.length());
    }

    private ObjectNode toolCall(ToolCall call, int index) {
        functions.put(call.getId(), call.getName());
        ObjectNode node = Json.object().put("id", call.getId());
        node.putObject("function").put("index", index).put("name", call.getName()).set("arguments", arguments(call));
        return node;
    }

    /** A model's broken JSON is history that must not end the conversation: it is wrapped. */
    private static ObjectNode arguments(ToolCall call) {
        if (call.getArguments().isBlank()) {
            return Json.object();
        }
        try {
            return Json.readObject(call.getArguments());
        } catch (MalformedJsonException e) {
            return Json.object().put("arguments", call.getArguments());
        }
    }
}
