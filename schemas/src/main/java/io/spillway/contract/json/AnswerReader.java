package io.spillway.contract.json;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.v1.ChatMessage;
import io.spillway.v1.Role;
import io.spillway.v1.ToolCall;

/** Reads the message of a choice. */
final class AnswerReader {

    private static final Set<String> TOOL_CALL = Set.of("id", "type", "function", "index");
    private static final Set<String> FUNCTION = Set.of("name", "arguments");
    private static final String REASONING = "reasoning_content";

    private AnswerReader() {}

    static ChatMessage message(ObjectNode node) {
        ObjectNode residue = Residue.of(node, MessageReader.KNOWN);
        ChatMessage message = Records.message();
        message.setRole(Role.ASSISTANT);
        JsonNode content = node.path("content");
        if (content.isTextual()) {
            message.setContent(content.textValue());
        } else if (content instanceof ArrayNode parts) {
            readParts(parts, message, residue);
        }
        message.setName(ChatResponseReader.nullableText(node, "name"));
        message.setRefusal(ChatResponseReader.nullableText(node, "refusal"));
        message.setToolCalls(toolCalls(node.path("tool_calls"), residue));
        message.setExtra(Residue.text(residue));
        return message;
    }

    /** Mistral's reasoning models answer with a list of thinking and text chunks. */
    private static void readParts(ArrayNode parts, ChatMessage message, ObjectNode residue) {
        StringBuilder text = new StringBuilder();
        StringBuilder thinking = new StringBuilder();
        boolean hasText = false;
        for (JsonNode part : parts) {
            if (part.path("text").isTextual()) {
                text.append(part.path("text").textValue());
                hasText = true;
            }
            JsonNode thoughts = part.path("thinking");
            thinking.append(thoughts.asText(""));
            for (JsonNode thought : thoughts) {
                thinking.append(thought.path("text").asText(""));
            }
        }
        message.setContent(hasText ? text.toString() : null);
        if (!thinking.isEmpty() && !residue.has(REASONING)) {
            residue.put(REASONING, thinking.toString());
        }
    }

    private static List<ToolCall> toolCalls(JsonNode nodes, ObjectNode residue) {
        List<ToolCall> calls = new ArrayList<>();
        List<ObjectNode> residues = new ArrayList<>();
        for (JsonNode node : nodes) {
            if (nodes.isArray() && node instanceof ObjectNode object && object.get("function") instanceof ObjectNode function) {
                ToolCall call = Records.toolCall();
                // Some servers give no id; the position serves, because the answer must name one.
                call.setId(object.path("id").asText("").isEmpty() ? "call_" + calls.size() : object.path("id").asText());
                call.setName(function.path("name").asText(""));
                call.setArguments(arguments(function.path("arguments")));
                calls.add(call);
                ObjectNode callResidue = Residue.of(object, TOOL_CALL);
                Residue.addObject(callResidue, "function", Residue.of(function, FUNCTION));
                residues.add(callResidue);
            }
        }
        Residue.addList(residue, "tool_calls", residues);
        return calls;
    }

    /** A JSON document in a string, or the document itself as some servers send it. */
    private static String arguments(JsonNode node) {
        if (node.isTextual()) {
            return node.textValue();
        }
        return node.isContainerNode() ? Json.text(node) : "{}";
    }
}
