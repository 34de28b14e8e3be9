package io.spillway.contract.json;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.v1.ResponseFormat;
import io.spillway.v1.ResponseFormatType;
import io.spillway.v1.Tool;
import io.spillway.v1.ToolChoice;
import io.spillway.v1.ToolChoiceMode;
import org.jspecify.annotations.Nullable;

/** Reads the structured parameters of a request: tools, tool_choice and response_format. */
final class ToolReader {

    private static final Set<String> TOOL = Set.of("type", "function");
    private static final Set<String> FUNCTION = Set.of("name", "description", "parameters", "strict");
    private static final Set<String> CHOICE_FUNCTION = Set.of("name");
    private static final Set<String> FORMAT = Set.of("type", "json_schema");
    private static final Set<String> SCHEMA = Set.of("name", "description", "schema", "strict");

    private ToolReader() {}

    static List<Tool> tools(Fields request, ObjectNode residue) {
        List<Tool> tools = new ArrayList<>();
        List<ObjectNode> residues = new ArrayList<>();
        for (JsonNode item : request.items("tools")) {
            String path = request.at("tools") + "[" + tools.size() + "]";
            ObjectNode toolResidue = Json.object();
            tools.add(tool(item, path, request.violations(), toolResidue));
            residues.add(toolResidue);
        }
        Residue.addList(residue, "tools", residues);
        return tools;
    }

    private static Tool tool(JsonNode node, String path, Violations violations, ObjectNode residue) {
        Tool tool = new Tool();
        tool.setName("");
        if (!(node instanceof ObjectNode object)) {
            violations.add(path, "wrong type", "must be an object");
            return tool;
        }
        Fields fields = new Fields(object, path, violations);
        requireFunctionType(fields);
        residue.setAll(Residue.of(object, TOOL));
        ObjectNode function = fields.object("function");
        if (function == null) {
            violations.add(fields.at("function"), "missing", "must be an object with a name");
            return tool;
        }
        Fields inner = new Fields(function, fields.at("function"), violations);
        tool.setName(MessageReader.orEmpty(inner.string("name")));
        tool.setDescription(inner.string("description"));
        ObjectNode parameters = inner.object("parameters");
        tool.setParameters(parameters == null ? null : Json.text(parameters));
        tool.setStrict(inner.bool("strict"));
        Residue.addObject(residue, "function", Residue.of(function, FUNCTION));
        return tool;
    }

    /** Only functions can be called; a missing type means one. */
    static void requireFunctionType(Fields fields) {
        String type = fields.string("type");
        if (type != null && !type.equals("function")) {
            fields.violations().add(fields.at("type"), "unknown type" + Violations.quoted(type), "must be function");
        }
    }

    static @Nullable ToolChoice toolChoice(Fields request, ObjectNode residue) {
        JsonNode node = request.get("tool_choice");
        if (node == null) {
            return null;
        }
        ToolChoice choice = new ToolChoice();
        choice.setMode(ToolChoiceMode.UNKNOWN);
        if (node.isTextual()) {
            choice.setMode(WireNames.toolChoice(node.textValue()));
            if (choice.getMode() == ToolChoiceMode.UNKNOWN) {
                request.violations().add(request.at("tool_choice"), "unknown choice" + Violations.quoted(node.textValue()),
                        ChatRequestRules.TOOL_CHOICES);
            }
        } else if (node instanceof ObjectNode object) {
            readNamedChoice(new Fields(object, request.at("tool_choice"), request.violations()), choice, residue);
        } else {
            request.violations().add(request.at("tool_choice"), "wrong type", ChatRequestRules.TOOL_CHOICES);
        }
        return choice;
    }

    private static void readNamedChoice(Fields fields, ToolChoice choice, ObjectNode residue) {
        requireFunctionType(fields);
        choice.setMode(ToolChoiceMode.FUNCTION);
        ObjectNode function = fields.object("function");
        if (function == null) {
            fields.violations().add(fields.at("function"), "missing", "must be an object with a name");
            return;
        }
        choice.setFunction(new Fields(function, fields.at("function"), fields.violations()).string("name"));
        ObjectNode choiceResidue = Residue.of(fields.node(), TOOL);
        Residue.addObject(choiceResidue, "function", Residue.of(function, CHOICE_FUNCTION));
        Residue.addObject(residue, "tool_choice", choiceResidue);
    }

    static @Nullable ResponseFormat responseFormat(Fields request, ObjectNode residue) {
        ObjectNode object = request.object("response_format");
        if (object == null) {
            return null;
        }
        Fields fields = new Fields(object, request.at("response_format"), request.violations());
        ResponseFormat format = new ResponseFormat();
        format.setType(ResponseFormatType.UNKNOWN);
        String type = fields.string("type");
        if (type != null) {
            format.setType(WireNames.responseFormat(type));
            if (format.getType() == ResponseFormatType.UNKNOWN) {
                request.violations().add(fields.at("type"), "unknown type" + Violations.quoted(type), ChatRequestRules.FORMATS);
            }
        }
        ObjectNode formatResidue = Residue.of(object, FORMAT);
        if (format.getType() == ResponseFormatType.JSON_SCHEMA) {
            readSchema(fields, format, formatResidue);
        }
        Residue.addObject(residue, "response_format", formatResidue);
        return format;
    }

    private static void readSchema(Fields fields, ResponseFormat format, ObjectNode residue) {
        ObjectNode object = fields.object("json_schema");
        if (object == null) {
            fields.violations().add(fields.at("json_schema"), "missing", "must be an object with name and schema");
            return;
        }
        Fields inner = new Fields(object, fields.at("json_schema"), fields.violations());
        format.setName(inner.string("name"));
        format.setDescription(inner.string("description"));
        ObjectNode schema = inner.object("schema");
        format.setJsonSchema(schema == null ? null : Json.text(schema));
        format.setStrict(inner.bool("strict"));
        Residue.addObject(residue, "json_schema", Residue.of(object, SCHEMA));
    }
}
