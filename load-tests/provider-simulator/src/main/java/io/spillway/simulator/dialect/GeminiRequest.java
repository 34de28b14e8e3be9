package io.spillway.simulator.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.simulator.dialect.ChatCall.JsonMode;
import io.spillway.simulator.dialect.ChatCall.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads and checks a generateContent body the way Google does: unknown fields are refused, wherever they stand. */
final class GeminiRequest {

    private static final String INVALID = "INVALID_ARGUMENT";
    private static final Set<String> BODY = Set.of("contents", "systemInstruction", "generationConfig", "tools", "toolConfig",
            "safetySettings", "cachedContent", "model", "labels", "serviceTier");
    private static final Set<String> CONTENT = Set.of("role", "parts");
    private static final Set<String> PART = Set.of("text", "inlineData", "fileData", "functionCall", "functionResponse",
            "thought",
            "thoughtSignature", "videoMetadata", "mediaResolution", "executableCode", "codeExecutionResult");
    private static final Set<String> CONFIG = Set.of("temperature", "topP", "topK", "maxOutputTokens", "stopSequences",
            "candidateCount", "seed", "presencePenalty", "frequencyPenalty", "responseLogprobs", "logprobs", "responseMimeType",
            "responseSchema", "responseJsonSchema", "thinkingConfig", "responseModalities", "mediaResolution", "speechConfig");
    private static final Set<String> DECLARATION = Set.of("name", "description", "parameters", "parametersJsonSchema", "response",
            "responseJsonSchema", "behavior");
    private static final Pattern SIGNED_GENERATION = Pattern.compile("gemini-([3-9]|\\d\\d).*");
    private static final int MOST_STOPS = 5;
    private static final int PART_CHARS = 1_032;

    private GeminiRequest() {}

    static Reading read(String model, boolean streams, JsonNode body) {
        Optional<String> problem = unknown(body, BODY, "").or(() -> unknown(body.path("generationConfig"), CONFIG,
                " at 'generation_config'"));
        if (problem.isPresent()) {
            return refused(problem.get());
        }
        JsonNode contents = body.path("contents");
        if (!contents.isArray() || contents.isEmpty()) {
            return refused("* GenerateContentRequest.contents: contents is not specified");
        }
        PromptDigest prompt = new PromptDigest();
        if (body.has("systemInstruction")) {
            prompt.startMessage("system");
            body.path("systemInstruction").path("parts").forEach(part -> digest(part, prompt));
        }
        for (int i = 0; i < contents.size(); i++) {
            Optional<String> wrong = content(contents, i, model, prompt);
            if (wrong.isPresent()) {
                return refused(wrong.get());
            }
        }
        return configProblem(body.path("generationConfig")).or(() -> toolProblem(body.path("tools"))).map(GeminiRequest::refused)
                .orElseGet(() -> new Reading.Accepted(call(body, model, streams, prompt)));
    }

    private static Optional<String> unknown(JsonNode node, Set<String> known, String place) {
        for (var field : node.properties()) {
            if (!known.contains(field.getKey())) {
                return Optional.of("Invalid JSON payload received. Unknown name \"" + field.getKey() + "\"" + place
                        + ": Cannot find field.");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> content(JsonNode contents, int index, String model, PromptDigest prompt) {
        JsonNode content = contents.path(index);
        String place = " at 'contents[" + index + "]'";
        String role = content.path("role").asText("user");
        if (!role.equals("user") && !role.equals("model")) {
            return Optional.of("Please use a valid role: user, model.");
        }
        JsonNode parts = content.path("parts");
        if (!parts.isArray() || parts.isEmpty()) {
            return Optional.of("Unable to submit request because it must include at least one parts field" + place + ".");
        }
        prompt.startMessage(role);
        int calls = 0;
        for (JsonNode part : parts) {
            Optional<String> wrong = unknown(part, PART, place).or(() -> partProblem(part));
            if (wrong.isPresent()) {
                return wrong;
            }
            calls += part.has("functionCall") ? 1 : 0;
            digest(part, prompt);
        }
        return calls == 0 ? unknown(content, CONTENT, place) : calls(contents, index, calls, model);
    }

    private static Optional<String> partProblem(JsonNode part) {
        if (part.has("functionResponse") && !part.path("functionResponse").path("response").isObject()) {
            return Optional.of("Invalid value at 'function_response.response' (type.googleapis.com/google.protobuf.Struct)");
        }
        if (part.has("functionCall") && !part.path("functionCall").path("args").isObject()) {
            return Optional.of("Invalid value at 'function_call.args' (type.googleapis.com/google.protobuf.Struct)");
        }
        boolean isEmpty = part.isEmpty() || (part.has("text") && part.path("text").asText().isEmpty() && part.size() == 1);
        return isEmpty ? Optional.of("Unable to submit request because it has an empty text parameter.") : Optional.empty();
    }

    /** Every call must be answered in the next turn, and signed in the newer generations. */
    private static Optional<String> calls(JsonNode contents, int index, int calls, String model) {
        int answers = 0;
        for (JsonNode part : contents.path(index + 1).path("parts")) {
            answers += part.has("functionResponse") ? 1 : 0;
        }
        if (index == 0) {
            return Optional.of("Please ensure that function call turn comes immediately after a user turn or after a function"
                    + " response turn.");
        }
        if (answers != calls) {
            return Optional.of("Please ensure that the number of function response parts is equal to the number of function call"
                    + " parts of the function call turn.");
        }
        JsonNode parts = contents.path(index).path("parts");
        for (JsonNode part : parts) {
            if (part.has("functionCall")) {
                boolean isUnsigned = SIGNED_GENERATION.matcher(model).matches() && !part.path("thoughtSignature").isTextual();
                return isUnsigned
                        ? Optional.of("Function call is missing a thought_signature in functionCall parts.")
                        : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static void digest(JsonNode part, PromptDigest prompt) {
        if (part.path("text").isTextual()) {
            prompt.text(part.path("text").textValue());
        } else if (part.has("functionCall")) {
            prompt.text(part.path("functionCall").path("name").asText() + part.path("functionCall").path("args"));
        } else if (part.has("functionResponse")) {
            prompt.weight(part.path("functionResponse").path("response").toString().length());
        } else {
            prompt.weight(PART_CHARS);
        }
    }

    private static Optional<String> configProblem(JsonNode config) {
        double temperature = config.path("temperature").asDouble(1);
        if (temperature < 0 || temperature > 2) {
            return Optional.of("* GenerateContentRequest.generation_config.temperature: temperature must be in the range"
                    + " [0.0, 2.0].");
        }
        if (config.path("stopSequences").size() > MOST_STOPS) {
            return Optional.of("The number of stop sequences must be in the range [0, 5].");
        }
        if (config.has("maxOutputTokens") && config.path("maxOutputTokens").asInt() < 1) {
            return Optional.of("max_output_tokens must be positive.");
        }
        return Optional.empty();
    }

    private static Optional<String> toolProblem(JsonNode tools) {
        for (JsonNode tool : tools) {
            for (JsonNode declaration : tool.path("functionDeclarations")) {
                Optional<String> problem = unknown(declaration, DECLARATION, " at 'tools[0].function_declarations[0]'");
                if (problem.isPresent()) {
                    return problem;
                }
            }
        }
        return Optional.empty();
    }

    private static ChatCall call(JsonNode body, String model, boolean streams, PromptDigest prompt) {
        JsonNode choice = body.path("toolConfig").path("functionCallingConfig");
        String mode = choice.path("mode").asText("AUTO");
        String allowed = choice.path("allowedFunctionNames").path(0).asText("");
        List<Tool> tools = new ArrayList<>();
        for (JsonNode tool : body.path("tools")) {
            for (JsonNode declaration : tool.path("functionDeclarations")) {
                prompt.weight(declaration.toString().length());
                if (!mode.equals("NONE")) {
                    JsonNode older = declaration.path("parameters");
                    tools.add(new Tool(declaration.path("name").asText(),
                            older.isObject() ? older : declaration.path("parametersJsonSchema")));
                }
            }
        }
        Optional<Tool> forced = mode.equals("ANY")
                ? tools.stream().filter(tool -> allowed.isEmpty() || tool.name().equals(allowed)).findFirst()
                : Optional.empty();
        JsonNode contents = body.path("contents");
        boolean answersTool = false;
        for (JsonNode part : contents.path(contents.size() - 1).path("parts")) {
            answersTool |= part.has("functionResponse");
        }
        JsonNode config = body.path("generationConfig");
        JsonNode schema = config.has("responseJsonSchema") ? config.path("responseJsonSchema") : config.path("responseSchema");
        boolean isJson = config.path("responseMimeType").asText().equals("application/json");
        JsonMode json = !isJson
                ? new JsonMode.Text()
                : schema.isObject() ? new JsonMode.Schema(schema) : new JsonMode.AnyObject();
        JsonNode cap = config.path("maxOutputTokens");
        return new ChatCall(model, prompt.messages(), prompt.chars(), prompt.hash(), prompt.lastUserText(),
                cap.isNumber() ? OptionalInt.of(cap.asInt()) : OptionalInt.empty(), config.path("candidateCount").asInt(1),
                streams, true, answersTool ? List.of() : tools, forced, json);
    }

    private static Reading refused(String message) {
        return new Reading.Refused(ProviderError.of(400, INVALID, message));
    }
}
