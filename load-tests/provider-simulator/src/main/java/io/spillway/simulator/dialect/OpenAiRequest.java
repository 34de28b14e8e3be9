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

/** Reads and checks a chat-completions body the way OpenAI does. */
final class OpenAiRequest {

    private static final String INVALID_REQUEST = "invalid_request_error";
    private static final Set<String> ROLES = Set.of("system", "assistant", "user", "function", "tool", "developer");
    /** Families that only know max_completion_tokens. */
    private static final Pattern REASONING_MODEL = Pattern.compile("(o[134]|gpt-[5-9])([-.].*)?");
    /** An image at low detail costs 85 tokens. */
    private static final int PART_CHARS = 340;

    private OpenAiRequest() {}

    static Reading read(JsonNode body) {
        String model = body.path("model").asText("");
        if (model.isEmpty()) {
            return refused(ProviderError.of(400, INVALID_REQUEST, "you must provide a model parameter"));
        }
        JsonNode messages = body.path("messages");
        if (!messages.isArray()) {
            return refused(missing("messages"));
        }
        if (messages.isEmpty()) {
            return refused(ProviderError.of(400, INVALID_REQUEST, "empty_array",
                    "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.")
                    .about("messages"));
        }
        PromptDigest prompt = new PromptDigest();
        for (int i = 0; i < messages.size(); i++) {
            Optional<ProviderError> problem = message(messages.path(i), i, prompt);
            if (problem.isPresent()) {
                return refused(problem.get());
            }
        }
        Optional<ProviderError> problem = parameters(body, model);
        return problem.isPresent() ? refused(problem.get()) : new Reading.Accepted(call(body, model, prompt));
    }

    private static Optional<ProviderError> message(JsonNode message, int index, PromptDigest prompt) {
        String role = message.path("role").asText("");
        String place = "messages[" + index + "]";
        if (role.isEmpty()) {
            return Optional.of(missing(place + ".role"));
        }
        if (!ROLES.contains(role)) {
            return Optional.of(ProviderError.of(400, INVALID_REQUEST, "invalid_value", "Invalid value: '" + role
                    + "'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.")
                    .about(place + ".role"));
        }
        if (role.equals("tool") && !message.path("tool_call_id").isTextual()) {
            return Optional.of(missing(place + ".tool_call_id"));
        }
        prompt.startMessage(role);
        JsonNode content = message.path("content");
        if (content.isTextual()) {
            prompt.text(content.textValue());
        } else if (content.isArray()) {
            for (JsonNode part : content) {
                if (part.path("type").asText().equals("text")) {
                    prompt.text(part.path("text").asText());
                } else {
                    prompt.weight(PART_CHARS);
                }
            }
        } else if (!role.equals("assistant") || (!content.isNull() && !content.isMissingNode())) {
            return Optional.of(ProviderError.of(400, INVALID_REQUEST,
                    "Invalid value for 'content': expected a string, got " + (content.isNull() ? "null" : "another type") + ".")
                    .about(place + ".content"));
        }
        for (JsonNode toolCall : message.path("tool_calls")) {
            prompt.text(toolCall.path("function").path("name").asText());
            prompt.text(toolCall.path("function").path("arguments").asText());
        }
        return Optional.empty();
    }

    private static Optional<ProviderError> parameters(JsonNode body, String model) {
        if (!body.path("max_tokens").isMissingNode() && REASONING_MODEL.matcher(model).matches()) {
            return Optional
                    .of(ProviderError.of(400, INVALID_REQUEST, "unsupported_parameter", "Unsupported parameter: 'max_tokens' is"
                            + " not supported with this model. Use 'max_completion_tokens' instead.").about("max_tokens"));
        }
        for (String name : List.of("max_tokens", "max_completion_tokens", "n")) {
            JsonNode value = body.path(name);
            if (value.isNumber() && value.asInt() < 1) {
                return Optional.of(ProviderError.of(400, INVALID_REQUEST, "integer_below_min_value", "Invalid '" + name
                        + "': integer below minimum value. Expected a value >= 1, but got " + value.asInt() + " instead.")
                        .about(name));
            }
        }
        double temperature = body.path("temperature").asDouble(1);
        if (temperature < 0 || temperature > 2) {
            boolean above = temperature > 2;
            return Optional
                    .of(ProviderError.of(400, INVALID_REQUEST, above ? "decimal_above_max_value" : "decimal_below_min_value",
                            "Invalid 'temperature': decimal " + (above ? "above maximum" : "below minimum")
                                    + " value. Expected a value "
                                    + (above ? "<= 2" : ">= 0") + ", but got " + temperature + " instead.")
                            .about("temperature"));
        }
        if (body.path("response_format").path("type").asText().equals("json_schema")
                && !body.path("response_format").path("json_schema").path("schema").isObject()) {
            return Optional.of(missing("response_format.json_schema.schema"));
        }
        return Optional.empty();
    }

    private static ChatCall call(JsonNode body, String model, PromptDigest prompt) {
        String choice = body.path("tool_choice").asText("");
        String forcedName = body.path("tool_choice").path("function").path("name").asText("");
        List<Tool> tools = new ArrayList<>();
        for (JsonNode tool : body.path("tools")) {
            JsonNode function = tool.path("function");
            prompt.weight(function.toString().length());
            if (!choice.equals("none") && function.path("name").isTextual()) {
                tools.add(new Tool(function.path("name").textValue(), function.path("parameters")));
            }
        }
        Optional<Tool> forced = choice.equals("required")
                ? tools.stream().findFirst()
                : tools.stream().filter(tool -> tool.name().equals(forcedName)).findFirst();
        // After a tool's result the model answers in words, or the caller's loop would never end.
        List<Tool> offered = prompt.lastRole().equals("tool") ? List.of() : tools;
        JsonNode cap = body.path("max_completion_tokens").isNumber()
                ? body.path("max_completion_tokens")
                : body.path("max_tokens");
        JsonNode format = body.path("response_format");
        JsonMode json = switch (format.path("type").asText()) {
            case "json_schema" -> new JsonMode.Schema(format.path("json_schema").path("schema"));
            case "json_object" -> new JsonMode.AnyObject();
            default -> new JsonMode.Text();
        };
        return new ChatCall(model, prompt.messages(), prompt.chars(), prompt.hash(), prompt.lastUserText(),
                cap.isNumber() ? OptionalInt.of(cap.asInt()) : OptionalInt.empty(), body.path("n").asInt(1),
                body.path("stream").asBoolean(false), body.path("stream_options").path("include_usage").asBoolean(false), offered,
                forced,
                json);
    }

    private static ProviderError missing(String parameter) {
        return ProviderError.of(400, INVALID_REQUEST, "missing_required_parameter",
                "Missing required parameter: '" + parameter + "'.").about(parameter);
    }

    private static Reading refused(ProviderError error) {
        return new Reading.Refused(error);
    }
}
