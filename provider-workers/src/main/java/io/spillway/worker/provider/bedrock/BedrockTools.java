package io.spillway.worker.provider.bedrock;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.Tool;
import io.spillway.v1.ToolCall;
import io.spillway.v1.ToolChoice;
import io.spillway.v1.ToolChoiceMode;
import io.spillway.worker.provider.ExtraParameters;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.UntranslatableRequestException;

/** Writes tools and the choice among them. Bedrock has no word for "call none": the tools are left out. */
final class BedrockTools {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final String STUB = "No longer available. Do not call it.";

    private final ChatRequest request;
    private final Set<String> dropped;
    private final CachePoints cachePoints;

    BedrockTools(ProviderCall call, Set<String> dropped) {
        this.request = call.request();
        this.dropped = dropped;
        this.cachePoints = new CachePoints(call, dropped);
    }

    void writeTo(ObjectNode body) {
        ToolChoice choice = dropped.contains("tool_choice") ? null : request.getToolChoice();
        boolean mayCall = choice == null || choice.getMode() != ToolChoiceMode.NONE;
        List<ObjectNode> tools = mayCall && !request.getTools().isEmpty() ? offered() : stubs();
        if (tools.isEmpty()) {
            return;
        }
        ObjectNode config = body.putObject("toolConfig");
        config.putArray("tools").addAll(tools);
        if (request.getTools().isEmpty() || !mayCall) {
            return;
        }
        ExtraParameters.refuse("parallel_tool_calls", Boolean.FALSE.equals(request.getParallelToolCalls()), dropped);
        if (choice != null) {
            putChoice(config, choice);
        }
    }

    private List<ObjectNode> offered() {
        List<ObjectNode> tools = new ArrayList<>();
        String extra = request.getExtra();
        JsonNode residues = extra == null ? Json.array() : Json.readObject(extra).path("tools");
        for (int i = 0; i < request.getTools().size(); i++) {
            tools.add(specification(request.getTools().get(i)));
            cachePoints.addAfter(residues.path(i), tools);
        }
        return tools;
    }

    private static ObjectNode specification(Tool tool) {
        if (!NAME.matcher(tool.getName()).matches()) {
            throw UntranslatableRequestException.unsupportedContent("The name of a tool is longer than 64 characters or has "
                    + "some that this dialect does not take (only A-Z a-z 0-9 _ -).");
        }
        ObjectNode node = Json.object();
        ObjectNode spec = node.putObject("toolSpec").put("name", tool.getName());
        String description = tool.getDescription();
        if (description != null && !description.isBlank()) {
            spec.put("description", description);
        }
        ObjectNode schema = tool.getParameters() == null ? Json.object() : Json.readObject(tool.getParameters());
        if (!schema.has("type")) {
            schema.put("type", "object");
        }
        spec.putObject("inputSchema").set("json", schema);
        if (Boolean.TRUE.equals(tool.getStrict())) {
            spec.put("strict", true);
        }
        return node;
    }

    private static void putChoice(ObjectNode config, ToolChoice choice) {
        switch (choice.getMode()) {
            case AUTO -> config.putObject("toolChoice").putObject("auto");
            case REQUIRED -> config.putObject("toolChoice").putObject("any");
            case FUNCTION -> config.putObject("toolChoice").putObject("tool").put("name", choice.getFunction());
            case NONE, UNKNOWN -> {}
        }
    }

    /** A history with tool calls needs tools, even when none may be called any more. */
    private List<ObjectNode> stubs() {
        Set<String> called = new TreeSet<>();
        request.getMessages().forEach(message -> message.getToolCalls().stream().map(ToolCall::getName).forEach(called::add));
        return called.stream().map(name -> {
            Tool stub = new Tool();
            stub.setName(name);
            stub.setDescription(STUB);
            return specification(stub);
        }).toList();
    }
}
