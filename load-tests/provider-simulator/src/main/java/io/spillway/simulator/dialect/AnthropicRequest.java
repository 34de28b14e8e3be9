package io.spillway.simulator.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.simulator.dialect.ChatCall.JsonMode;
import io.spillway.simulator.dialect.ChatCall.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Reads and checks a Messages body the way Anthropic does. */
final class AnthropicRequest {

    private static final String NEWEST_VERSION = "2026-10-21";
    private static final Set<String> VERSIONS = Set.of("2023-01-01", "2023-06-01", NEWEST_VERSION);
    private static final List<String> SAMPLING = List.of("temperature", "top_p", "top_k");
    private static final int BLOCK_CHARS = 400;

    private AnthropicRequest() {}

    static Reading read(Optional<String> version, JsonNode body) {
        if (version.isEmpty()) {
            return refused("anthropic-version: header is required");
        }
        if (!VERSIONS.contains(version.get())) {
            return refused("anthropic-version: \"" + version.get() + "\" is not a valid version");
        }
        if (!body.path("model").isTextual()) {
            return refused("model: Field required");
        }
        if (!body.path("max_tokens").isIntegralNumber()) {
            return refused(body.path("max_tokens").isMissingNode()
                    ? "max_tokens: Field required"
                    : "max_tokens: Input should be a valid integer");
        }
        if (body.path("max_tokens").asInt() < 0) {
            return refused("max_tokens: Input should be greater than or equal to 0");
        }
        JsonNode messages = body.path("messages");
        if (!messages.isArray()) {
            return refused("messages: Field required");
        }
        if (messages.isEmpty()) {
            return refused("messages: at least one message is required");
        }
        Optional<String> sampling = samplingProblem(version.get(), body);
        if (sampling.isPresent()) {
            return refused(sampling.get());
        }
        PromptDigest prompt = new PromptDigest();
        if (!body.path("system").isMissingNode()) {
            prompt.startMessage("system");
            content(body.path("system"), prompt);
        }
        for (int i = 0; i < messages.size(); i++) {
            Optional<String> problem = message(messages.path(i), i, prompt);
            if (problem.isPresent()) {
                return refused(problem.get());
            }
        }
        return new Reading.Accepted(call(body, prompt));
    }

    private static Optional<String> samplingProblem(String version, JsonNode body) {
        if (version.equals(NEWEST_VERSION)) {
            return SAMPLING.stream().filter(body::has).findFirst()
                    .map(name -> name + ": Extra inputs are not permitted");
        }
        double temperature = body.path("temperature").asDouble(1);
        return temperature < 0 || temperature > 1 ? Optional.of("temperature: range: 0..1") : Optional.empty();
    }

    private static Optional<String> message(JsonNode message, int index, PromptDigest prompt) {
        String role = message.path("role").asText("");
        String place = "messages." + index;
        if (role.isEmpty()) {
            return Optional.of(place + ".role: Field required");
        }
        if (role.equals("system")) {
            return Optional
                    .of("messages: Unexpected role \"system\". The Messages API accepts a top-level `system` parameter, not"
                            + " \"system\" as an input message role.");
        }
        if (!role.equals("user") && !role.equals("assistant")) {
            return Optional.of(place + ".role: Input should be 'user' or 'assistant'");
        }
        JsonNode content = message.path("content");
        if (!content.isTextual() && !content.isArray()) {
            return Optional
                    .of(place + ".content: " + (content.isMissingNode() ? "Field required" : "Input should be a valid list"));
        }
        for (JsonNode block : content) {
            if (!block.path("type").isTextual()) {
                return Optional.of(place + ".content.0.type: Field required");
            }
            if (block.path("type").textValue().equals("image_url")) {
                return Optional.of(place
                        + ".content.0: Input tag 'image_url' found using 'type' does not match any of the expected"
                        + " tags: 'document', 'image', 'redacted_thinking', 'text', 'thinking', 'tool_result', 'tool_use'");
            }
        }
        prompt.startMessage(role);
        content(content, prompt);
        return Optional.empty();
    }

    private static void content(JsonNode content, PromptDigest prompt) {
        if (content.isTextual()) {
            prompt.text(content.textValue());
        }
        if (!content.isArray()) {
            return;
        }
        for (JsonNode block : content) {
            switch (block.path("type").asText()) {
                case "text" -> prompt.text(block.path("text").asText());
                case "tool_use" -> prompt.text(block.path("name").asText() + block.path("input"));
                case "tool_result" -> content(block.path("content"), prompt);
                default -> prompt.weight(BLOCK_CHARS);
            }
        }
    }

    private static ChatCall call(JsonNode body, PromptDigest prompt) {
        JsonNode choice = body.path("tool_choice");
        String choiceType = choice.path("type").asText("");
        List<Tool> tools = new ArrayList<>();
        for (JsonNode tool : body.path("tools")) {
            prompt.weight(tool.toString().length());
            if (!choiceType.equals("none") && tool.path("name").isTextual()) {
                tools.add(new Tool(tool.path("name").textValue(), tool.path("input_schema")));
            }
        }
        Optional<Tool> forced = switch (choiceType) {
            case "any" -> tools.stream().findFirst();
            case "tool" -> tools.stream().filter(tool -> tool.name().equals(choice.path("name").asText())).findFirst();
            default -> Optional.empty();
        };
        JsonNode messages = body.path("messages");
        boolean answersTool = false;
        for (JsonNode block : messages.path(messages.size() - 1).path("content")) {
            answersTool |= block.path("type").asText().equals("tool_result");
        }
        JsonNode format = body.path("output_config").path("format");
        JsonMode json = format.path("type").asText().equals("json_schema")
                ? new JsonMode.Schema(format.path("schema"))
                : new JsonMode.Text();
        return new ChatCall(body.path("model").textValue(), prompt.messages(), prompt.chars(), prompt.hash(),
                prompt.lastUserText(),
                OptionalInt.of(body.path("max_tokens").asInt()), 1, body.path("stream").asBoolean(false), true,
                answersTool ? List.of() : tools, forced, json);
    }

    private static Reading refused(String message) {
        return new Reading.Refused(ProviderError.of(400, "invalid_request_error", message));
    }
}
