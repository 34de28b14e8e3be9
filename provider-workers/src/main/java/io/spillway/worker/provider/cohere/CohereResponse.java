package io.spillway.worker.provider.cohere;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.ChatResponseJson;
import io.spillway.contract.json.Json;
import io.spillway.contract.json.MalformedJsonException;
import io.spillway.v1.FailureKind;
import io.spillway.worker.provider.Answers;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.ErrorBody;
import io.spillway.worker.provider.Failures;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.openai.OpenAiErrors;

/** Reads what came with a 2xx status, by rewriting it in OpenAI's shape. */
final class CohereResponse {

    /** Finish reasons and OpenAI's words for them; one not listed is a stop. */
    private static final Map<String, String> FINISH = Map.of("COMPLETE", "stop", "STOP_SEQUENCE", "stop", "MAX_TOKENS", "length",
            "TOOL_CALL", "tool_calls");

    /** Finish reasons that say that there is no answer. */
    private static final Set<String> FAILED = Set.of("ERROR", "TIMEOUT");

    private CohereResponse() {}

    static CallOutcome read(ProviderCall call, HttpAnswer answer) {
        ObjectNode root;
        try {
            root = Json.readObject(answer.body());
        } catch (MalformedJsonException e) {
            return Answers.malformed(answer.status());
        }
        return judge(call, answer, root);
    }

    /** Judges an answer that came in one piece or was rebuilt from a stream. */
    static CallOutcome judge(ProviderCall call, HttpAnswer answer, ObjectNode root) {
        if (ErrorBody.isError(root)) {
            return OpenAiErrors.underSuccess(call, answer, ErrorBody.of(root));
        }
        String reason = root.path("finish_reason").asText("");
        if (FAILED.contains(reason)) {
            return new CallOutcome.Failed(
                    Failures.answered(FailureKind.SERVER_ERROR, answer.status(), reason, Optional.empty()));
        }
        if (!root.path("message").isObject()) {
            return Answers.malformed(answer.status());
        }
        ObjectNode translated = translate(root, reason, call.setting("usage", "tokens"));
        return Answers.complete(call, ChatResponseJson.fromTree(translated), answer.status());
    }

    private static ObjectNode translate(ObjectNode root, String reason, String counted) {
        ObjectNode response = Json.object();
        response.set("id", root.path("id"));
        ObjectNode choice = response.putArray("choices").addObject().put("index", 0);
        choice.set("message", message(root.path("message")));
        choice.put("finish_reason", FINISH.getOrDefault(reason, "stop"));
        if (!reason.isEmpty()) {
            choice.put("native_finish_reason", reason);
        }
        if (root.path("logprobs") instanceof ArrayNode logprobs) {
            choice.set("logprobs", logprobs(logprobs));
        }
        if (root.path("usage") instanceof ObjectNode usage) {
            response.set("usage", usage(usage, counted));
        }
        return response;
    }

    private static ObjectNode message(JsonNode given) {
        ObjectNode message = Json.object().put("role", "assistant");
        StringBuilder text = new StringBuilder();
        StringBuilder thinking = new StringBuilder();
        boolean hasText = false;
        for (JsonNode block : given.path("content")) {
            switch (block.path("type").asText("")) {
                case "text" -> {
                    text.append(block.path("text").asText(""));
                    hasText = true;
                }
                case "thinking" -> thinking.append(block.path("thinking").asText(""));
                // Kinds to come: nothing that OpenAI's shape could carry.
                default -> {}
            }
        }
        boolean hasCalls = given.path("tool_calls").isArray() && !given.path("tool_calls").isEmpty();
        if (!hasText && hasCalls && !given.path("tool_plan").asText("").isEmpty()) {
            text.append(given.path("tool_plan").asText());
            hasText = true;
        }
        message.put("content", hasText ? text.toString() : null);
        if (hasCalls) {
            message.set("tool_calls", given.path("tool_calls"));
        }
        if (!thinking.isEmpty()) {
            message.put("reasoning_content", thinking.toString());
        }
        if (!given.path("citations").isEmpty()) {
            message.set("citations", given.path("citations"));
        }
        return message;
    }

    /** {@code tokens} is what the model read and wrote, {@code billed_units} what is charged: the preamble is free. */
    private static ObjectNode usage(ObjectNode usage, String counted) {
        JsonNode counts = usage.path(counted.equals("billed") ? "billed_units" : "tokens");
        JsonNode other = usage.path(counted.equals("billed") ? "tokens" : "billed_units");
        JsonNode source = counts.has("output_tokens") ? counts : other;
        ObjectNode node = Json.object();
        node.set("prompt_tokens", source.path("input_tokens"));
        node.set("completion_tokens", source.path("output_tokens"));
        if (usage.path("cached_tokens").isNumber()) {
            node.putObject("prompt_tokens_details").set("cached_tokens", usage.get("cached_tokens"));
        }
        if (usage.path("billed_units").isObject()) {
            node.set("billed_units", usage.get("billed_units"));
        }
        return node;
    }

    /** Cohere gives pieces of one or more tokens, without alternatives. */
    private static ObjectNode logprobs(ArrayNode pieces) {
        ObjectNode logprobs = Json.object();
        ArrayNode content = logprobs.putArray("content");
        for (JsonNode piece : pieces) {
            double sum = 0;
            for (JsonNode logprob : piece.path("logprobs")) {
                sum += logprob.asDouble();
            }
            content.addObject().put("token", piece.path("text").asText("")).put("logprob", sum).putNull("bytes")
                    .putArray("top_logprobs");
        }
        return logprobs;
    }
}
