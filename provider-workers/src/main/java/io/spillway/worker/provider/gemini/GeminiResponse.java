package io.spillway.worker.provider.gemini;

import java.util.Locale;
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

/** Reads what came with a 2xx status, by rewriting it in OpenAI's shape. */
final class GeminiResponse {

    private static final String FILTERED = "content_filter";

    /** Finish reasons and OpenAI's words for them; one not listed is a stop. */
    private static final Map<String, String> FINISH = Map.ofEntries(Map.entry("STOP", "stop"), Map.entry("MAX_TOKENS", "length"),
            Map.entry("SAFETY", FILTERED), Map.entry("RECITATION", FILTERED), Map.entry("LANGUAGE", FILTERED),
            Map.entry("BLOCKLIST", FILTERED), Map.entry("PROHIBITED_CONTENT", FILTERED), Map.entry("SPII", FILTERED),
            Map.entry("MODEL_ARMOR", FILTERED), Map.entry("IMAGE_SAFETY", FILTERED),
            Map.entry("IMAGE_PROHIBITED_CONTENT", FILTERED), Map.entry("IMAGE_RECITATION", FILTERED));

    /** Finish reasons that say that the model failed; another try may succeed. */
    private static final Set<String> FAILED = Set.of("MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS",
            "MISSING_THOUGHT_SIGNATURE", "MALFORMED_RESPONSE", "OTHER", "FINISH_REASON_UNSPECIFIED", "NO_IMAGE", "IMAGE_OTHER");

    private GeminiResponse() {}

    static CallOutcome read(ProviderCall call, Surface surface, HttpAnswer answer) {
        ObjectNode root;
        try {
            root = Json.readObject(answer.body());
        } catch (MalformedJsonException e) {
            return Answers.malformed(answer.status());
        }
        return judge(call, surface, answer, root);
    }

    /** Judges a response that came in one piece or was rebuilt from a stream. */
    static CallOutcome judge(ProviderCall call, Surface surface, HttpAnswer answer, ObjectNode root) {
        if (ErrorBody.isError(root)) {
            return GeminiErrors.underSuccess(call, answer, ErrorBody.of(root));
        }
        JsonNode candidates = root.path("candidates");
        if (candidates.isEmpty() && isBlocked(root)) {
            return failed(FailureKind.CONTENT_FILTERED, call, answer, root.at("/promptFeedback/blockReason").textValue());
        }
        if (!candidates.isArray()) {
            return Answers.malformed(answer.status());
        }
        for (JsonNode candidate : candidates) {
            JsonNode content = candidate.path("content");
            boolean isReadable = content.isMissingNode()
                    || (content.isObject() && (content.path("parts").isArray() || !content.has("parts")));
            if (!candidate.isObject() || !isReadable) {
                return Answers.malformed(answer.status());
            }
            String reason = candidate.path("finishReason").asText("");
            if (FAILED.contains(reason)) {
                return failed(FailureKind.SERVER_ERROR, call, answer, reason);
            }
        }
        return Answers.complete(call, ChatResponseJson.fromTree(translate(call, surface, root)), answer.status());
    }

    static boolean isBlocked(ObjectNode root) {
        return root.at("/promptFeedback/blockReason").isTextual();
    }

    private static CallOutcome failed(FailureKind kind, ProviderCall call, HttpAnswer answer, String word) {
        String code = Failures.code(word, call.credential());
        return new CallOutcome.Failed(Failures.answered(kind, answer.status(), code, Optional.empty()));
    }

    private static ObjectNode translate(ProviderCall call, Surface surface, ObjectNode root) {
        ObjectNode response = Json.object();
        response.set("id", root.path("responseId"));
        response.set("model", root.path("modelVersion"));
        ArrayNode choices = response.putArray("choices");
        ToolCallIds ids = new ToolCallIds(call.clientRequestId());
        for (JsonNode candidate : root.path("candidates")) {
            ObjectNode choice = choices.addObject().put("index", choices.size() - 1);
            choice.set("message", message(call, surface, candidate.path("content").path("parts"), ids));
            String reason = candidate.path("finishReason").asText("");
            choice.put("finish_reason", FINISH.getOrDefault(reason, "stop"));
            if (!reason.isEmpty()) {
                choice.put("native_finish_reason", reason);
            }
            if (candidate.path("logprobsResult").isObject()) {
                choice.set("logprobs", GeminiLogprobs.translate(candidate.path("logprobsResult")));
            }
            // What grounded or was copied into the answer: OpenAI has no field for these.
            copy(candidate, "groundingMetadata", choice);
            copy(candidate, "citationMetadata", choice);
        }
        JsonNode usage = root.path("usageMetadata");
        if (usage.isObject()) {
            response.set("usage", usage(usage));
        }
        return response;
    }

    private static void copy(JsonNode from, String field, ObjectNode to) {
        if (from.path(field).isObject()) {
            to.set(field.replace("Metadata", "_metadata").toLowerCase(Locale.ROOT), from.path(field));
        }
    }

    private static ObjectNode message(ProviderCall call, Surface surface, JsonNode parts, ToolCallIds ids) {
        ObjectNode message = Json.object().put("role", "assistant");
        StringBuilder text = new StringBuilder();
        StringBuilder thoughts = new StringBuilder();
        ArrayNode calls = Json.array();
        for (JsonNode part : parts) {
            JsonNode function = part.path("functionCall");
            if (function.isObject()) {
                ObjectNode toolCall = calls.addObject().put("id", ids.of(function)).put("type", "function");
                JsonNode args = function.path("args");
                toolCall.putObject("function").put("name", function.path("name").asText("")).set("arguments",
                        args.isObject() ? args : Json.object());
                ThoughtSignatures.keep(call, surface, part, toolCall);
            } else if (part.path("text").isTextual()) {
                (part.path("thought").asBoolean(false) ? thoughts : text).append(part.path("text").textValue());
            }
            // Files, code and parts of kinds to come: nothing that OpenAI's shape could carry.
        }
        message.put("content", text.isEmpty() && !calls.isEmpty() ? null : text.toString());
        if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
        if (!thoughts.isEmpty()) {
            message.put("reasoning_content", thoughts.toString());
        }
        return message;
    }

    /** OpenAI's completion total includes reasoning, Google counts thoughts beside the candidates. Counts of zero are left out. */
    private static ObjectNode usage(JsonNode usage) {
        // A negative figure makes the reader discard the usage as a whole.
        double prompt = figure(usage.path("promptTokenCount"), -1);
        double toolUse = figure(usage.path("toolUsePromptTokenCount"), 0);
        double answer = figure(usage.path("candidatesTokenCount"), 0);
        double thoughts = figure(usage.path("thoughtsTokenCount"), 0);
        ObjectNode node = Json.object();
        node.put("prompt_tokens", prompt >= 0 && toolUse >= 0 ? prompt + toolUse : -1);
        node.put("completion_tokens", answer >= 0 && thoughts >= 0 ? answer + thoughts : -1);
        node.putObject("prompt_tokens_details").put("cached_tokens", figure(usage.path("cachedContentTokenCount"), 0));
        node.putObject("completion_tokens_details").put("reasoning_tokens", thoughts);
        return node;
    }

    private static double figure(JsonNode node, double defaultValue) {
        if (node.isMissingNode() || node.isNull()) {
            return defaultValue;
        }
        return node.isNumber() ? node.doubleValue() : -1;
    }
}
