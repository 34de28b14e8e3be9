package io.spillway.worker.provider.bedrock;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.ChatResponseJson;
import io.spillway.contract.json.Json;
import io.spillway.v1.FailureKind;
import io.spillway.worker.provider.Answers;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.Failures;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.ProviderCall;

/** Reads what came with a 2xx status, by rewriting it in OpenAI's shape. */
final class BedrockResponse {

    /** Stop reasons and OpenAI's words for them; one not listed is a stop. */
    private static final Map<String, String> FINISH = Map.of("end_turn", "stop", "stop_sequence", "stop", "max_tokens", "length",
            "model_context_window_exceeded", "length", "tool_use", "tool_calls", "guardrail_intervened", "content_filter",
            "content_filtered", "content_filter");

    /** Stop reasons that say that the model failed; another try may succeed. */
    private static final Set<String> FAILED = Set.of("malformed_model_output", "malformed_tool_use");

    /** What OpenAI has no field for and operators want to see. */
    private static final List<String> KEPT = List.of("metrics", "trace", "performanceConfig", "serviceTier",
            "additionalModelResponseFields");

    private BedrockResponse() {}

    static CallOutcome read(ProviderCall call, HttpAnswer answer) {
        JsonNode document = BedrockError.document(answer.body());
        if (!(document instanceof ObjectNode root)) {
            return Answers.malformed(answer.status());
        }
        if (BedrockError.isIn(answer, root)) {
            return BedrockErrors.underSuccess(call, answer, BedrockError.of(answer));
        }
        return judge(call, answer, root);
    }

    /**
     * Judges a whole answer, however it came.
     *
     * @param head status and headers; its body is not looked at
     */
    static CallOutcome judge(ProviderCall call, HttpAnswer head, ObjectNode root) {
        String reason = root.path("stopReason").asText("");
        if (FAILED.contains(reason)) {
            return new CallOutcome.Failed(
                    Failures.answered(FailureKind.SERVER_ERROR, head.status(), reason, Optional.empty()));
        }
        JsonNode content = root.path("output").path("message").path("content");
        if (!content.isArray()) {
            return Answers.malformed(head.status());
        }
        ObjectNode response = Json.object();
        head.header("x-amzn-requestid").ifPresent(id -> response.put("id", id));
        ObjectNode choice = response.putArray("choices").addObject().put("index", 0);
        choice.set("message", message(content));
        choice.put("finish_reason", FINISH.getOrDefault(reason, "stop"));
        if (!reason.isEmpty()) {
            choice.put("native_finish_reason", reason);
        }
        if (root.path("usage").isObject()) {
            response.set("usage", usage(root.path("usage")));
        }
        KEPT.stream().filter(root::hasNonNull).forEach(field -> response.set(field, root.get(field)));
        return Answers.complete(call, ChatResponseJson.fromTree(response), head.status());
    }

    private static ObjectNode message(JsonNode content) {
        ObjectNode message = Json.object().put("role", "assistant");
        StringBuilder text = new StringBuilder();
        StringBuilder thinking = new StringBuilder();
        ArrayNode calls = Json.array();
        ArrayNode citations = Json.array();
        boolean hasText = false;
        for (JsonNode block : content) {
            JsonNode toolUse = block.path("toolUse");
            if (toolUse.isObject()) {
                ObjectNode call = calls.addObject().put("type", "function");
                call.set("id", toolUse.path("toolUseId"));
                call.putObject("function").put("name", toolUse.path("name").asText("")).set("arguments", toolUse.path("input"));
            }
            if (block.path("text").isTextual()) {
                text.append(block.path("text").textValue());
                hasText = true;
            }
            thinking.append(block.path("reasoningContent").path("reasoningText").path("text").asText(""));
            JsonNode cited = block.path("citationsContent");
            for (JsonNode part : cited.path("content")) {
                text.append(part.path("text").asText(""));
                hasText = true;
            }
            cited.path("citations").forEach(citations::add);
            // Images, results of tools that the server runs, and blocks to come: nothing that OpenAI's shape could carry.
        }
        message.put("content", hasText ? text.toString() : null);
        if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
        if (!thinking.isEmpty()) {
            message.put("reasoning_content", thinking.toString());
        }
        if (!citations.isEmpty()) {
            message.set("citations", citations);
        }
        return message;
    }

    /** OpenAI's prompt total includes what was cached, Bedrock's inputTokens does not. */
    private static ObjectNode usage(JsonNode usage) {
        ObjectNode node = Json.object();
        double read = figure(usage.path("cacheReadInputTokens"), 0);
        double written = figure(usage.path("cacheWriteInputTokens"), 0);
        // A negative figure makes the reader discard the usage as a whole.
        double input = figure(usage.path("inputTokens"), -1);
        boolean isPlausible = input >= 0 && read >= 0 && written >= 0;
        node.put("prompt_tokens", isPlausible ? input + read + written : -1);
        node.put("completion_tokens", figure(usage.path("outputTokens"), -1));
        node.putObject("prompt_tokens_details").put("cached_tokens", read).put("cache_write_tokens", written);
        if (usage.path("cacheDetails").isArray()) {
            node.set("cache_details", usage.path("cacheDetails"));
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
