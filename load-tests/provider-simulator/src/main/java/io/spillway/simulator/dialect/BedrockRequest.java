package io.spillway.simulator.dialect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.spillway.simulator.dialect.ChatCall.JsonMode;
import io.spillway.simulator.dialect.ChatCall.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Reads and checks a Converse body. Unknown fields are refused, so that no misspelt one goes unnoticed. */
final class BedrockRequest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Set<String> BODY = Set.of("messages", "system", "inferenceConfig", "toolConfig", "guardrailConfig",
            "additionalModelRequestFields", "promptVariables", "additionalModelResponseFieldPaths", "requestMetadata",
            "performanceConfig", "serviceTier", "outputConfig");
    private static final Set<String> INFERENCE = Set.of("maxTokens", "temperature", "topP", "stopSequences");
    private static final Set<String> TOOL_CONFIG = Set.of("tools", "toolChoice");
    private static final Set<String> SPEC = Set.of("name", "description", "inputSchema", "strict");
    private static final Set<String> OUTPUT = Set.of("textFormat", "effort");
    private static final String TOOL_NAME = "[a-zA-Z0-9_-]{1,64}";

    private BedrockRequest() {}

    static Reading read(String model, boolean streams, JsonNode body) {
        PromptDigest prompt = new PromptDigest();
        Optional<String> problem = unknown(body, BODY).or(() -> unknown(body.path("inferenceConfig"), INFERENCE))
                .or(() -> unknown(body.path("toolConfig"), TOOL_CONFIG)).or(() -> unknown(body.path("outputConfig"), OUTPUT))
                .or(() -> BedrockConversation.problem(body, prompt)).or(() -> inferenceProblem(body.path("inferenceConfig")))
                .or(() -> toolProblem(body.path("toolConfig"))).or(() -> schemaProblem(body.path("outputConfig")));
        return problem.<Reading>map(
                message -> new Reading.Refused(ProviderError.of(400, "ValidationException", message)))
                .orElseGet(() -> new Reading.Accepted(call(body, model, streams, prompt)));
    }

    static Optional<String> unknown(JsonNode node, Set<String> known) {
        for (var field : node.properties()) {
            if (!known.contains(field.getKey())) {
                return Optional.of("Malformed input request: #: extraneous key [" + field.getKey()
                        + "] is not permitted, please reformat your input and try again.");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> inferenceProblem(JsonNode config) {
        if (config.has("maxTokens") && config.path("maxTokens").asInt() < 1) {
            return constraint("inferenceConfig.maxTokens", "Member must have value greater than or equal to 1");
        }
        for (String field : List.of("temperature", "topP")) {
            double value = config.path(field).asDouble(0);
            if (value < 0 || value > 1) {
                return constraint("inferenceConfig." + field, "Member must have value less than or equal to 1");
            }
        }
        for (JsonNode stop : config.path("stopSequences")) {
            if (stop.asText("").isEmpty()) {
                return constraint("inferenceConfig.stopSequences", "Member must have length greater than or equal to 1");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> constraint(String path, String rule) {
        return Optional.of("1 validation error detected: Value at '" + path + "' failed to satisfy constraint: " + rule);
    }

    private static Optional<String> toolProblem(JsonNode config) {
        if (config.isObject() && config.path("tools").isEmpty()) {
            return constraint("toolConfig.tools", "Member must have length greater than or equal to 1");
        }
        for (JsonNode tool : config.path("tools")) {
            JsonNode spec = tool.path("toolSpec");
            if (tool.has("cachePoint")) {
                continue;
            }
            if (!spec.path("name").asText("").matches(TOOL_NAME)) {
                return constraint("toolConfig.tools.toolSpec.name", "Member must satisfy regular expression pattern");
            }
            if (!spec.path("inputSchema").path("json").isObject()) {
                return constraint("toolConfig.tools.toolSpec.inputSchema.json", "Member must be an object");
            }
            Optional<String> problem = unknown(spec, SPEC);
            if (problem.isPresent()) {
                return problem;
            }
        }
        JsonNode choice = config.path("toolChoice");
        return config.has("toolChoice") && choice.size() != 1
                ? constraint("toolConfig.toolChoice", "exactly one member must be set")
                : Optional.empty();
    }

    private static Optional<String> schemaProblem(JsonNode output) {
        JsonNode format = output.path("textFormat");
        return format.isObject() && schema(format).isEmpty()
                ? constraint("outputConfig.textFormat.structure.jsonSchema.schema", "Member must be a JSON document as text")
                : Optional.empty();
    }

    private static Optional<JsonNode> schema(JsonNode format) {
        try {
            JsonNode text = format.path("structure").path("jsonSchema").path("schema");
            JsonNode schema = MAPPER.readTree(text.asText(""));
            return format.path("type").asText().equals("json_schema") && schema != null && schema.isObject()
                    ? Optional.of(schema)
                    : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static ChatCall call(JsonNode body, String model, boolean streams, PromptDigest prompt) {
        List<Tool> tools = new ArrayList<>();
        for (JsonNode tool : body.path("toolConfig").path("tools")) {
            prompt.weight(tool.toString().length());
            if (tool.has("toolSpec")) {
                tools.add(new Tool(tool.path("toolSpec").path("name").asText(),
                        tool.path("toolSpec").path("inputSchema").path("json")));
            }
        }
        JsonNode choice = body.path("toolConfig").path("toolChoice");
        String only = choice.path("tool").path("name").asText("");
        Optional<Tool> forced = choice.has("any") || choice.has("tool")
                ? tools.stream().filter(tool -> only.isEmpty() || tool.name().equals(only)).findFirst()
                : Optional.empty();
        JsonNode messages = body.path("messages");
        boolean answersTool = false;
        for (JsonNode block : messages.path(messages.size() - 1).path("content")) {
            answersTool |= block.has("toolResult");
        }
        JsonMode json = schema(body.path("outputConfig").path("textFormat")).<JsonMode>map(JsonMode.Schema::new)
                .orElseGet(JsonMode.Text::new);
        JsonNode cap = body.path("inferenceConfig").path("maxTokens");
        return new ChatCall(model, prompt.messages(), prompt.chars(), prompt.hash(), prompt.lastUserText(),
                cap.isNumber() ? OptionalInt.of(cap.asInt()) : OptionalInt.empty(), 1, streams, true,
                answersTool ? List.of() : tools, forced, json);
    }
}
