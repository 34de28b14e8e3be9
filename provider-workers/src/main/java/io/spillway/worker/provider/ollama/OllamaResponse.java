package io.spillway.worker.provider.ollama;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;
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

/** Reads what came with a 2xx status, by rewriting it in OpenAI's shape. */
final class OllamaResponse {

    /** A model was moved in or out of memory and nobody was answered. */
    private static final Set<String> FAILED = Set.of("load", "unload");

    /** How long what took, in nanoseconds; kept for callers who tune their own server. */
    private static final List<String> TIMINGS = List.of("total_duration", "load_duration", "prompt_eval_duration",
            "eval_duration");

    private OllamaResponse() {}

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
            return OllamaErrors.underSuccess(call, answer, ErrorBody.of(root));
        }
        String reason = root.path("done_reason").asText("");
        if (FAILED.contains(reason)) {
            return new CallOutcome.Failed(
                    Failures.answered(FailureKind.SERVER_ERROR, answer.status(), reason, Optional.empty()));
        }
        if (!root.path("message").isObject() || !root.path("done").asBoolean(false)) {
            return Answers.malformed(answer.status());
        }
        return Answers.complete(call, ChatResponseJson.fromTree(translate(call, root, reason)), answer.status());
    }

    private static ObjectNode translate(ProviderCall call, ObjectNode root, String reason) {
        ObjectNode response = Json.object();
        response.set("model", root.path("model"));
        response.put("created", epochSecond(root.path("created_at").asText("")));
        ObjectNode choice = response.putArray("choices").addObject().put("index", 0);
        choice.set("message", message(call, root.path("message")));
        choice.put("finish_reason", reason);
        if (root.path("logprobs").isArray()) {
            choice.putObject("logprobs").set("content", root.path("logprobs"));
        }
        if (root.has("prompt_eval_count") && root.has("eval_count")) {
            ObjectNode usage = response.putObject("usage");
            usage.set("prompt_tokens", root.get("prompt_eval_count"));
            usage.set("completion_tokens", root.get("eval_count"));
        }
        for (String timing : TIMINGS) {
            if (root.path(timing).isNumber()) {
                response.set(timing, root.get(timing));
            }
        }
        return response;
    }

    private static ObjectNode message(ProviderCall call, JsonNode given) {
        ObjectNode message = Json.object().put("role", "assistant");
        message.set("content", given.path("content"));
        if (given.path("tool_calls") instanceof ArrayNode calls && !calls.isEmpty()) {
            ArrayNode adapted = message.putArray("tool_calls");
            for (JsonNode toolCall : calls) {
                adapted.add(toolCall(call, toolCall, adapted.size()));
            }
        }
        String thinking = given.path("thinking").asText("");
        if (!thinking.isEmpty()) {
            message.put("reasoning_content", thinking);
        }
        return message;
    }

    /** Older servers give no ids; one is made up that no other answer of the conversation has. */
    private static ObjectNode toolCall(ProviderCall call, JsonNode given, int index) {
        JsonNode function = given.path("function");
        String id = given.path("id").asText("");
        ObjectNode node = Json.object()
                .put("id", id.isEmpty() ? "call_" + Integer.toHexString(call.clientRequestId().hashCode()) + "_" + index : id)
                .put("type", "function");
        node.putObject("function").put("name", function.path("name").asText("")).set("arguments", function.path("arguments"));
        return node;
    }

    private static long epochSecond(String time) {
        try {
            return time.isEmpty() ? 0 : OffsetDateTime.parse(time).toEpochSecond();
        } catch (DateTimeException e) {
            return 0;
        }
    }
}
