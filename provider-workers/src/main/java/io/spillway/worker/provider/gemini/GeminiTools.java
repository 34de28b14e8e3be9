package io.spillway.worker.provider.gemini;

import java.util.Set;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.Tool;
import io.spillway.v1.ToolChoice;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.UntranslatableRequestException;

/** Writes tools and the choice among them. */
final class GeminiTools {

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.:-]{0,63}");

    private GeminiTools() {}

    static void write(ProviderCall call, Set<String> dropped, ObjectNode body) {
        ChatRequest request = call.request();
        if (request.getTools().isEmpty()) {
            return;
        }
        if (Boolean.FALSE.equals(request.getParallelToolCalls()) && !dropped.contains("parallel_tool_calls")) {
            throw UntranslatableRequestException.unsupported("parallel_tool_calls");
        }
        ArrayNode declarations = body.putArray("tools").addObject().putArray("functionDeclarations");
        boolean isOpenApi = GeminiSchemas.isOpenApi(call);
        request.getTools().forEach(tool -> declarations.add(declaration(tool, isOpenApi)));
        ToolChoice choice = request.getToolChoice();
        if (choice != null && !dropped.contains("tool_choice")) {
            putChoice(choice, body);
        }
    }

    private static ObjectNode declaration(Tool tool, boolean isOpenApi) {
        if (!NAME.matcher(tool.getName()).matches()) {
            throw UntranslatableRequestException.unsupportedContent(
                    "The name of a tool does not begin with a letter or an underscore, which this dialect wants.");
        }
        ObjectNode node = Json.object().put("name", tool.getName());
        if (tool.getDescription() != null) {
            node.put("description", tool.getDescription());
        }
        ObjectNode schema = tool.getParameters() == null ? Json.object() : Json.readObject(tool.getParameters());
        // A function without parameters has no schema at all: an object without properties is refused.
        if (schema.path("properties").isEmpty() && !schema.has("$ref") && !schema.has("anyOf")) {
            return node;
        }
        if (!schema.has("type")) {
            schema.put("type", "object");
        }
        node.set(isOpenApi ? "parameters" : "parametersJsonSchema", isOpenApi ? GeminiSchemas.toOpenApi(schema) : schema);
        return node;
    }

    private static void putChoice(ToolChoice choice, ObjectNode body) {
        ObjectNode config = Json.object();
        switch (choice.getMode()) {
            case NONE -> config.put("mode", "NONE");
            case AUTO -> config.put("mode", "AUTO");
            case REQUIRED -> config.put("mode", "ANY");
            case FUNCTION -> config.put("mode", "ANY").putArray("allowedFunctionNames").add(choice.getFunction());
            case UNKNOWN -> {
                return;
            }
        }
        body.putObject("toolConfig").set("functionCallingConfig", config);
    }
}
