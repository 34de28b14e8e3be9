package io.spillway.contract.json;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.v1.ChatMessage;
import io.spillway.v1.ContentPart;
import io.spillway.v1.ContentPartType;
import io.spillway.v1.Role;
import io.spillway.v1.ToolCall;
import org.jspecify.annotations.Nullable;

/** Reads one message of a request. Reports wrong types only; {@link MessageRules} judges the rest. */
final class MessageReader {

    static final Set<String> KNOWN = Set.of("role", "content", "name", "tool_calls", "tool_call_id", "refusal");

    private static final Set<String> TEXT_PART = Set.of("type", "text");
    private static final Set<String> IMAGE_PART = Set.of("type", "image_url");
    private static final Set<String> IMAGE = Set.of("url", "detail");
    private static final Set<String> TOOL_CALL = Set.of("id", "type", "function");
    private static final Set<String> FUNCTION = Set.of("name", "arguments");

    private MessageReader() {}

    static ChatMessage read(JsonNode node, String path, Violations violations) {
        ChatMessage message = Records.message();
        if (!(node instanceof ObjectNode object)) {
            violations.add(path, "wrong type", "must be an object");
            return message;
        }
        Fields fields = new Fields(object, path, violations);
        ObjectNode residue = Residue.of(object, KNOWN);
        message.setRole(role(fields));
        readContent(fields, message, residue);
        message.setName(fields.string("name"));
        message.setToolCalls(toolCalls(fields, residue));
        message.setToolCallId(fields.string("tool_call_id"));
        message.setRefusal(fields.string("refusal"));
        message.setExtra(Residue.text(residue));
        return message;
    }

    private static Role role(Fields fields) {
        String wire = fields.string("role");
        if (wire == null) {
            return Role.UNKNOWN;
        }
        Role role = WireNames.role(wire);
        if (role == Role.UNKNOWN) {
            fields.violations().add(fields.at("role"), "unknown role" + Violations.quoted(wire), MessageRules.ROLES);
        }
        return role;
    }

    private static void readContent(Fields fields, ChatMessage message, ObjectNode residue) {
        JsonNode content = fields.get("content");
        if (content instanceof ArrayNode array) {
            readParts(array, fields, message, residue);
        } else if (content != null && content.isTextual()) {
            message.setContent(content.textValue());
        } else if (content != null) {
            fields.wrong("content", "a string, an array of parts or null");
        }
    }

    private static void readParts(ArrayNode array, Fields fields, ChatMessage message, ObjectNode residue) {
        List<ContentPart> parts = new ArrayList<>(array.size());
        List<ObjectNode> residues = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            String path = fields.at("content") + "[" + i + "]";
            ObjectNode partResidue = Json.object();
            parts.add(part(array.get(i), path, fields.violations(), partResidue));
            residues.add(partResidue);
        }
        if (parts.isEmpty()) {
            fields.violations().add(fields.at("content"), "no parts", "give at least one part, a string, or null");
        }
        message.setParts(parts);
        Residue.addList(residue, "content", residues);
    }

    private static ContentPart part(JsonNode node, String path, Violations violations, ObjectNode residue) {
        ContentPart part = new ContentPart();
        part.setType(ContentPartType.UNKNOWN);
        if (!(node instanceof ObjectNode object)) {
            violations.add(path, "wrong type", "must be an object");
            return part;
        }
        Fields fields = new Fields(object, path, violations);
        String type = fields.string("type");
        if (type == null) {
            return part;
        }
        switch (type) {
            case "text" -> {
                part.setType(ContentPartType.TEXT);
                part.setText(fields.string("text"));
                residue.setAll(Residue.of(object, TEXT_PART));
            }
            case "image_url" -> {
                part.setType(ContentPartType.IMAGE_URL);
                readImage(fields, part, residue);
            }
            default -> {
                part.setType(ContentPartType.OTHER);
                part.setRaw(Json.text(object));
            }
        }
        return part;
    }

    private static void readImage(Fields fields, ContentPart part, ObjectNode residue) {
        residue.setAll(Residue.of(fields.node(), IMAGE_PART));
        JsonNode image = fields.get("image_url");
        // Mistral's clients send the bare URL.
        if (image != null && image.isTextual()) {
            part.setImageUrl(image.textValue());
            return;
        }
        ObjectNode object = fields.object("image_url");
        if (object != null) {
            Fields inner = new Fields(object, fields.at("image_url"), fields.violations());
            part.setImageUrl(inner.string("url"));
            part.setImageDetail(inner.string("detail"));
            Residue.addObject(residue, "image_url", Residue.of(object, IMAGE));
        }
    }

    private static List<ToolCall> toolCalls(Fields fields, ObjectNode residue) {
        List<ToolCall> calls = new ArrayList<>();
        List<ObjectNode> residues = new ArrayList<>();
        for (JsonNode item : fields.items("tool_calls")) {
            String path = fields.at("tool_calls") + "[" + calls.size() + "]";
            ObjectNode callResidue = Json.object();
            calls.add(toolCall(item, path, fields.violations(), callResidue));
            residues.add(callResidue);
        }
        Residue.addList(residue, "tool_calls", residues);
        return calls;
    }

    private static ToolCall toolCall(JsonNode node, String path, Violations violations, ObjectNode residue) {
        ToolCall call = Records.toolCall();
        if (!(node instanceof ObjectNode object)) {
            violations.add(path, "wrong type", "must be an object");
            return call;
        }
        Fields fields = new Fields(object, path, violations);
        ToolReader.requireFunctionType(fields);
        call.setId(orEmpty(fields.string("id")));
        residue.setAll(Residue.of(object, TOOL_CALL));
        ObjectNode function = fields.object("function");
        if (function == null) {
            violations.add(fields.at("function"), "missing", "must be an object with name and arguments");
            return call;
        }
        Fields inner = new Fields(function, fields.at("function"), violations);
        call.setName(orEmpty(inner.string("name")));
        call.setArguments(orEmpty(inner.string("arguments")));
        if (inner.get("arguments") == null) {
            violations.add(inner.at("arguments"), "missing", "must be a JSON document in a string");
        }
        Residue.addObject(residue, "function", Residue.of(function, FUNCTION));
        return call;
    }

    static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }
}
