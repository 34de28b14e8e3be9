package io.spillway.contract.json;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.v1.ChatError;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.Choice;
import io.spillway.v1.ErrorCode;
import io.spillway.v1.FinishReason;
import org.jspecify.annotations.Nullable;

/** Reads a response as well as it can be read; a value of a wrong type counts as absent. */
final class ChatResponseReader {

    static final Set<String> KNOWN = Set.of("id", "object", "created", "model", "choices", "usage", "service_tier", "error");

    private static final Set<String> CHOICE = Set.of("index", "message", "logprobs", "finish_reason", "native_finish_reason");

    private ChatResponseReader() {}

    static ChatResponse read(ObjectNode root) {
        ObjectNode residue = Residue.of(root, KNOWN);
        ChatResponse response = Records.response();
        response.setId(text(root, "id", ""));
        response.setCreated(Math.max(0, root.path("created").canConvertToLong() ? root.path("created").longValue() : 0));
        response.setModel(text(root, "model", ""));
        response.setChoices(choices(root.path("choices"), residue));
        response.setUsage(UsageReader.read(root.path("usage"), residue));
        response.setServiceTier(nullableText(root, "service_tier"));
        response.setError(error(root.path("error")));
        response.setExtra(Residue.text(residue));
        return response;
    }

    private static List<Choice> choices(JsonNode nodes, ObjectNode residue) {
        List<Choice> choices = new ArrayList<>();
        List<ObjectNode> residues = new ArrayList<>();
        for (JsonNode node : nodes) {
            if (nodes.isArray() && node instanceof ObjectNode object) {
                choices.add(choice(object, choices.size()));
                residues.add(Residue.of(object, CHOICE));
            }
        }
        Residue.addList(residue, "choices", residues);
        return choices;
    }

    private static Choice choice(ObjectNode object, int position) {
        Choice choice = new Choice();
        JsonNode index = object.path("index");
        choice.setIndex(index.isIntegralNumber() && index.canConvertToInt() ? index.intValue() : position);
        ObjectNode message = object.get("message") instanceof ObjectNode given ? given : Json.object();
        choice.setMessage(AnswerReader.message(message));
        JsonNode logprobs = object.path("logprobs");
        choice.setLogprobs(logprobs.isContainerNode() ? Json.text(logprobs) : null);
        String wire = nullableText(object, "finish_reason");
        String nativeReason = nullableText(object, "native_finish_reason");
        choice.setFinishReason(finishReason(wire == null ? "" : wire, !choice.getMessage().getToolCalls().isEmpty()));
        // Only where it says more than the mapped word does.
        if (nativeReason != null) {
            choice.setNativeFinishReason(nativeReason);
        } else if (wire != null && !wire.isEmpty() && !wire.equals(WireNames.of(choice.getFinishReason()))) {
            choice.setNativeFinishReason(wire);
        }
        return choice;
    }

    /** An unknown reason is a stop; with tool calls in the message a stop is a call for tools (several servers say so). */
    private static FinishReason finishReason(String wire, boolean hasToolCalls) {
        return switch (wire.toLowerCase(Locale.ROOT)) {
            case "length", "max_tokens", "model_length", "model_context_window_exceeded" -> FinishReason.LENGTH;
            case "content_filter", "content_filtered", "refusal", "safety" -> FinishReason.CONTENT_FILTER;
            case "tool_calls", "tool_use", "tool_call", "function_call" -> FinishReason.TOOL_CALLS;
            default -> hasToolCalls ? FinishReason.TOOL_CALLS : FinishReason.STOP;
        };
    }

    private static @Nullable ChatError error(JsonNode node) {
        if (node.isNull() || node.isMissingNode()) {
            return null;
        }
        ChatError error = new ChatError();
        JsonNode message = node.isObject() ? node.path("message") : node;
        error.setMessage(message.isTextual() ? message.textValue() : "");
        error.setCode(code(node.path("code").asText("")));
        error.setRetryable(node.path("retryable").asBoolean(false));
        error.setParam(node instanceof ObjectNode object ? nullableText(object, "param") : null);
        return error;
    }

    private static ErrorCode code(String wire) {
        for (ErrorCode code : ErrorCode.values()) {
            if (code.name().equalsIgnoreCase(wire)) {
                return code;
            }
        }
        return ErrorCode.UNKNOWN;
    }

    private static String text(ObjectNode node, String name, String defaultValue) {
        String value = nullableText(node, name);
        return value == null ? defaultValue : value;
    }

    static @Nullable String nullableText(ObjectNode node, String name) {
        JsonNode value = node.path(name);
        return value.isTextual() ? value.textValue() : null;
    }
}
