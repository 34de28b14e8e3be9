package io.spillway.worker.provider.anthropic;

import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.ChatResponseJson;
import io.spillway.contract.json.Json;
import io.spillway.contract.json.MalformedJsonException;
import io.spillway.worker.provider.Answers;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.ErrorBody;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.ProviderCall;

/** Reads what came with a 2xx status, by rewriting it in OpenAI's shape. */
final class AnthropicResponse {

    /** Stop reasons and OpenAI's words for them; one not listed is a stop. */
    private static final Map<String, String> FINISH = Map.of("end_turn", "stop", "stop_sequence", "stop", "pause_turn", "stop",
            "max_tokens", "length", "model_context_window_exceeded", "length", "tool_use", "tool_calls", "refusal",
            "content_filter");

    private AnthropicResponse() {}

    static CallOutcome read(ProviderCall call, HttpAnswer answer) {
        ObjectNode root;
        try {
            root = Json.readObject(answer.body());
        } catch (MalformedJsonException e) {
            return Answers.malformed(answer.status());
        }
        return judge(call, answer, root);
    }

    /** Judges a message that came in one piece or was rebuilt from a stream. */
    static CallOutcome judge(ProviderCall call, HttpAnswer answer, ObjectNode root) {
        if (ErrorBody.isError(root)) {
            return AnthropicErrors.underSuccess(call, answer, ErrorBody.of(root));
        }
        if (!root.path("content").isArray()) {
            return Answers.malformed(answer.status());
        }
        return Answers.complete(call, ChatResponseJson.fromTree(translate(root)), answer.status());
    }

    private static ObjectNode translate(ObjectNode root) {
        ObjectNode response = Json.object();
        response.set("id", root.path("id"));
        response.set("model", root.path("model"));
        ObjectNode choice = response.putArray("choices").addObject().put("index", 0);
        choice.set("message", message(root.path("content")));
        String stopReason = root.path("stop_reason").asText("");
        choice.put("finish_reason", FINISH.getOrDefault(stopReason, "stop"));
        if (!stopReason.isEmpty()) {
            choice.put("native_finish_reason", stopReason);
        }
        JsonNode usage = root.path("usage");
        if (usage.isObject()) {
            response.set("usage", usage(usage));
            putServiceTier(usage.path("service_tier").asText(""), response);
        }
        // Which sequence stopped it, and why it refused: OpenAI has no field for these.
        copy(root, "stop_sequence", response);
        copy(root, "stop_details", response);
        return response;
    }

    /** In OpenAI's words, the only ones that its clients accept; a tier it has no word for is left out. */
    private static void putServiceTier(String tier, ObjectNode response) {
        switch (tier) {
            case "standard" -> response.put("service_tier", "default");
            case "priority" -> response.put("service_tier", tier);
            default -> {}
        }
    }

    private static void copy(ObjectNode from, String field, ObjectNode to) {
        if (from.hasNonNull(field)) {
            to.set(field, from.get(field));
        }
    }

    private static ObjectNode message(JsonNode content) {
        ObjectNode message = Json.object().put("role", "assistant");
        StringBuilder text = new StringBuilder();
        StringBuilder thinking = new StringBuilder();
        ArrayNode calls = Json.array();
        boolean hasText = false;
        for (JsonNode block : content) {
            switch (block.path("type").asText("")) {
                case "text" -> {
                    text.append(block.path("text").asText(""));
                    hasText = true;
                }
                case "thinking" -> thinking.append(block.path("thinking").asText(""));
                case "tool_use" -> {
                    ObjectNode call = calls.addObject().put("type", "function");
                    call.set("id", block.path("id"));
                    call.putObject("function").put("name", block.path("name").asText("")).set("arguments", block.path("input"));
                }
                // Blocks of server tools and of kinds to come: nothing that OpenAI's shape could carry.
                default -> {}
            }
        }
        message.put("content", hasText ? text.toString() : null);
        if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
        if (!thinking.isEmpty()) {
            message.put("reasoning_content", thinking.toString());
        }
        return message;
    }

    /** OpenAI's prompt total includes what was cached, Anthropic's input_tokens does not. */
    private static ObjectNode usage(JsonNode usage) {
        ObjectNode node = Json.object();
        double read = figure(usage.path("cache_read_input_tokens"), 0);
        double written = figure(usage.path("cache_creation_input_tokens"), 0);
        // A negative figure makes the reader discard the usage as a whole.
        double input = figure(usage.path("input_tokens"), -1);
        boolean isPlausible = input >= 0 && read >= 0 && written >= 0;
        node.put("prompt_tokens", isPlausible ? input + read + written : -1);
        node.put("completion_tokens", figure(usage.path("output_tokens"), -1));
        node.putObject("prompt_tokens_details").put("cached_tokens", read).put("cache_write_tokens", written);
        JsonNode details = usage.path("output_tokens_details");
        node.putObject("completion_tokens_details").put("reasoning_tokens",
                figure(details.path("reasoning_tokens"), figure(details.path("thinking_tokens"), 0)));
        if (usage.path("cache_creation").isObject()) {
            node.set("cache_creation", usage.path("cache_creation"));
        }
        return node;
    }

    private static double figure(JsonNode node, double defaultValue) {
        if (node.isMissingNode() || node.isNull()) {
            return defaultValue;
        }
        return node.isNumber() ? node.doubleValue() : -1;
    }
}
