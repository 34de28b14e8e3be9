package io.spillway.simulator.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What Mistral refuses and OpenAI does not: fields it does not know, other ids, another order of roles. */
final class MistralRules {

    private static final Set<String> FIELDS = Set.of("model", "messages", "temperature", "top_p", "max_tokens", "stream", "stop",
            "random_seed", "response_format", "tools", "tool_choice", "parallel_tool_calls", "presence_penalty",
            "frequency_penalty", "n", "prediction", "reasoning_effort", "prompt_mode", "prompt_cache_key", "guardrails",
            "safe_prompt", "metadata");
    private static final Set<String> MESSAGE_FIELDS = Set.of("role", "content", "name", "tool_calls", "tool_call_id", "prefix");
    private static final Pattern CALL_ID = Pattern.compile("[A-Za-z0-9]{9}");
    private static final String INVALID_REQUEST = "invalid_request_error";

    private MistralRules() {}

    static Optional<ProviderError> problem(JsonNode body) {
        Optional<String> foreign = foreignField(body, FIELDS);
        if (foreign.isPresent()) {
            return Optional.of(extra(foreign.get()));
        }
        String before = "";
        for (JsonNode message : body.path("messages")) {
            Optional<ProviderError> problem = message(message, before);
            if (problem.isPresent()) {
                return problem;
            }
            before = message.path("role").asText();
        }
        JsonNode last = body.path("messages").path(body.path("messages").size() - 1);
        boolean endsBadly = before.equals("system") || (before.equals("assistant") && !last.path("prefix").asBoolean());
        return endsBadly
                ? Optional.of(
                        order("Expected last role User or Tool (or Assistant with prefix True) for serving but got " + before))
                : Optional.empty();
    }

    private static Optional<ProviderError> message(JsonNode message, String before) {
        Optional<String> foreign = foreignField(message, MESSAGE_FIELDS);
        String role = message.path("role").asText();
        if (foreign.isPresent() || (message.has("name") && !role.equals("tool"))) {
            return Optional.of(extra(foreign.orElse("name")));
        }
        if (role.equals("developer")) {
            return Optional.of(ProviderError.of(422, "union_tag_invalid", "Input tag 'developer' does not match").about("role"));
        }
        if (role.equals("user") && before.equals("tool")) {
            return Optional.of(order("Unexpected role 'user' after role 'tool'"));
        }
        for (JsonNode call : message.path("tool_calls")) {
            if (!CALL_ID.matcher(call.path("id").asText()).matches()) {
                return Optional.of(badId(call.path("id").asText()));
            }
        }
        boolean isBadResult = role.equals("tool") && !CALL_ID.matcher(message.path("tool_call_id").asText()).matches();
        return isBadResult ? Optional.of(badId(message.path("tool_call_id").asText())) : Optional.empty();
    }

    private static Optional<String> foreignField(JsonNode node, Set<String> known) {
        for (Iterator<String> names = node.fieldNames(); names.hasNext();) {
            String name = names.next();
            if (!known.contains(name)) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }

    private static ProviderError extra(String field) {
        return ProviderError.of(422, "extra_forbidden", "Extra inputs are not permitted").about(field);
    }

    private static ProviderError order(String message) {
        return ProviderError.of(400, "invalid_request_message_order", "3230", message);
    }

    private static ProviderError badId(String id) {
        return ProviderError.of(400, INVALID_REQUEST, "3280",
                "Tool call id was " + id + " but must be a-z, A-Z, 0-9, with a length of 9.");
    }
}
