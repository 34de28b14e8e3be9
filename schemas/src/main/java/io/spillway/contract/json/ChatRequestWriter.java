package io.spillway.contract.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.ResponseFormat;
import io.spillway.v1.ResponseFormatType;
import io.spillway.v1.Tool;
import io.spillway.v1.ToolChoice;
import org.jspecify.annotations.Nullable;

/** Writes a request in OpenAI's shape. */
final class ChatRequestWriter {

    private ChatRequestWriter() {}

    static ObjectNode write(ChatRequest request) {
        ObjectNode root = Json.object();
        root.put("model", request.getModel());
        ArrayNode messages = root.putArray("messages");
        request.getMessages().forEach(message -> messages.add(MessageWriter.write(message)));
        putSampling(root, request);
        putTools(root, request);
        ResponseFormat format = request.getResponseFormat();
        if (format != null) {
            root.set("response_format", responseFormat(format));
        }
        String extra = request.getExtra();
        if (extra != null) {
            Residue.merge(root, Json.readObject(extra), ChatRequestReader.KNOWN);
        }
        return root;
    }

    private static void putSampling(ObjectNode root, ChatRequest request) {
        if (request.getMaxTokens() != null) {
            root.put("max_completion_tokens", request.getMaxTokens());
        }
        putNumber(root, "temperature", request.getTemperature());
        putNumber(root, "top_p", request.getTopP());
        putNumber(root, "frequency_penalty", request.getFrequencyPenalty());
        putNumber(root, "presence_penalty", request.getPresencePenalty());
        if (request.getN() != null) {
            root.put("n", request.getN());
        }
        if (request.getSeed() != null) {
            root.put("seed", request.getSeed());
        }
        if (!request.getStop().isEmpty()) {
            ArrayNode stop = root.putArray("stop");
            request.getStop().forEach(stop::add);
        }
        MessageWriter.putText(root, "reasoning_effort", request.getReasoningEffort());
        if (request.getLogprobs() != null) {
            root.put("logprobs", request.getLogprobs());
        }
        if (request.getTopLogprobs() != null) {
            root.put("top_logprobs", request.getTopLogprobs());
        }
        MessageWriter.putText(root, "user", request.getUser());
    }

    private static void putNumber(ObjectNode root, String name, @Nullable Double value) {
        if (value != null) {
            root.put(name, value);
        }
    }

    private static void putTools(ObjectNode root, ChatRequest request) {
        if (!request.getTools().isEmpty()) {
            ArrayNode tools = root.putArray("tools");
            for (Tool tool : request.getTools()) {
                ObjectNode function = tools.addObject().put("type", "function").putObject("function");
                function.put("name", tool.getName());
                MessageWriter.putText(function, "description", tool.getDescription());
                putDocument(function, "parameters", tool.getParameters());
                putBoolean(function, "strict", tool.getStrict());
            }
        }
        ToolChoice choice = request.getToolChoice();
        if (choice != null) {
            putToolChoice(root, choice);
        }
        putBoolean(root, "parallel_tool_calls", request.getParallelToolCalls());
    }

    private static void putToolChoice(ObjectNode root, ToolChoice choice) {
        switch (choice.getMode()) {
            case NONE -> root.put("tool_choice", "none");
            case AUTO -> root.put("tool_choice", "auto");
            case REQUIRED -> root.put("tool_choice", "required");
            case FUNCTION -> root.putObject("tool_choice").put("type", "function").putObject("function").put("name",
                    choice.getFunction());
            case UNKNOWN -> {}
        }
    }

    private static ObjectNode responseFormat(ResponseFormat format) {
        ObjectNode node = Json.object();
        switch (format.getType()) {
            case JSON_OBJECT -> node.put("type", "json_object");
            case JSON_SCHEMA -> node.put("type", "json_schema");
            case TEXT, UNKNOWN -> node.put("type", "text");
        }
        if (format.getType() == ResponseFormatType.JSON_SCHEMA) {
            ObjectNode schema = node.putObject("json_schema");
            MessageWriter.putText(schema, "name", format.getName());
            MessageWriter.putText(schema, "description", format.getDescription());
            putDocument(schema, "schema", format.getJsonSchema());
            putBoolean(schema, "strict", format.getStrict());
        }
        return node;
    }

    private static void putDocument(ObjectNode node, String name, @Nullable String json) {
        if (json != null) {
            node.set(name, Json.readObject(json));
        }
    }

    private static void putBoolean(ObjectNode node, String name, @Nullable Boolean value) {
        if (value != null) {
            node.put(name, value);
        }
    }
}
