package io.spillway.worker.provider.anthropic;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.Tool;
import io.spillway.v1.ToolCall;
import io.spillway.v1.ToolChoice;
import io.spillway.worker.provider.UntranslatableRequestException;

/** Writes tools and the choice among them. */
final class AnthropicTools {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,128}");

    private final ChatRequest request;
    private final Set<String> dropped;

    AnthropicTools(ChatRequest request, Set<String> dropped) {
        this.request = request;
        this.dropped = dropped;
    }

    void writeTo(ObjectNode body) {
        if (request.getTools().isEmpty()) {
            writeStubs(body);
            return;
        }
        ArrayNode tools = body.putArray("tools");
        String extra = request.getExtra();
        JsonNode residues = extra == null ? Json.array() : Json.readObject(extra).path("tools");
        for (int i = 0; i < request.getTools().size(); i++) {
            ObjectNode tool = tool(request.getTools().get(i));
            CacheControl.copy(residues.path(i), tool);
            tools.add(tool);
        }
        putChoice(body);
    }

    private static ObjectNode tool(Tool tool) {
        if (!NAME.matcher(tool.getName()).matches()) {
            throw UntranslatableRequestException
                    .unsupportedContent(
                            "The name of a tool has characters that this dialect does not take (only A-Z a-z 0-9 _ -).");
        }
        ObjectNode node = Json.object().put("name", tool.getName());
        if (tool.getDescription() != null) {
            node.put("description", tool.getDescription());
        }
        ObjectNode schema = tool.getParameters() == null ? Json.object() : Json.readObject(tool.getParameters());
        if (!schema.has("type")) {
            schema.put("type", "object");
        }
        node.set("input_schema", schema);
        if (Boolean.TRUE.equals(tool.getStrict())) {
            node.put("strict", true);
        }
        return node;
    }

    private void putChoice(ObjectNode body) {
        ToolChoice choice = request.getToolChoice();
        ObjectNode node = Json.object();
        if (choice != null) {
            switch (choice.getMode()) {
                case NONE -> node.put("type", "none");
                case AUTO -> node.put("type", "auto");
                case REQUIRED -> node.put("type", "any");
                case FUNCTION -> node.put("type", "tool").put("name", choice.getFunction());
                case UNKNOWN -> {}
            }
        }
        boolean isNone = node.path("type").asText("").equals("none");
        if (Boolean.FALSE.equals(request.getParallelToolCalls()) && !isNone && !dropped.contains("parallel_tool_calls")) {
            if (node.isEmpty()) {
                node.put("type", "auto");
            }
            node.put("disable_parallel_tool_use", true);
        }
        if (!node.isEmpty()) {
            body.set("tool_choice", node);
        }
    }

    /** A history with tool calls needs tools, even when none may be called any more. */
    private void writeStubs(ObjectNode body) {
        Set<String> called = new TreeSet<>();
        request.getMessages().forEach(message -> message.getToolCalls().stream().map(ToolCall::getName).forEach(called::add));
        if (called.isEmpty()) {
            return;
        }
        ArrayNode tools = body.putArray("tools");
        for (String name : called) {
            Tool stub = new Tool();
            stub.setName(name);
            tools.add(tool(stub));
        }
        body.putObject("tool_choice").put("type", "none");
    }
}
