package io.spillway.contract.json;

import java.util.Locale;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.v1.ChatError;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.Choice;
import io.spillway.v1.ErrorCode;
import io.spillway.v1.Usage;

/** Writes a response in OpenAI's shape. */
final class ChatResponseWriter {

    private ChatResponseWriter() {}

    static ObjectNode write(ChatResponse response) {
        ObjectNode root = Json.object();
        ChatError error = response.getError();
        if (error != null) {
            putError(root, error);
            // Beside OpenAI's shape, for whoever files the error.
            root.put("id", response.getId()).put("created", response.getCreated());
            return root;
        }
        root.put("id", response.getId()).put("object", "chat.completion").put("created", response.getCreated()).put("model",
                response.getModel());
        ArrayNode choices = root.putArray("choices");
        response.getChoices().forEach(choice -> choices.add(choice(choice)));
        Usage usage = response.getUsage();
        if (usage != null) {
            putUsage(root, usage);
        }
        MessageWriter.putText(root, "service_tier", response.getServiceTier());
        String extra = response.getExtra();
        if (extra != null) {
            Residue.merge(root, Json.readObject(extra), ChatResponseReader.KNOWN);
        }
        return root;
    }

    private static void putError(ObjectNode root, ChatError error) {
        ObjectNode node = root.putObject("error");
        node.put("message", error.getMessage());
        node.put("type", type(error.getCode()));
        node.put("param", error.getParam());
        node.put("code", error.getCode().name().toLowerCase(Locale.ROOT));
        node.put("retryable", error.getRetryable());
    }

    /** OpenAI's error types, so that clients that branch on them do the right thing. */
    private static String type(ErrorCode code) {
        return switch (code) {
            case INVALID_REQUEST, CONTEXT_WINDOW_EXCEEDED, CONTENT_FILTERED, POLICY_NO_TARGET, IDEMPOTENCY_CONFLICT ->
                "invalid_request_error";
            case BUDGET_EXCEEDED -> "insufficient_quota";
            case DEADLINE_EXCEEDED -> "timeout_error";
            case ALL_PROVIDERS_UNAVAILABLE -> "service_unavailable_error";
            case INTERNAL, UNKNOWN -> "server_error";
        };
    }

    private static ObjectNode choice(Choice choice) {
        ObjectNode node = Json.object();
        node.put("index", choice.getIndex());
        node.set("message", MessageWriter.write(choice.getMessage()));
        String logprobs = choice.getLogprobs();
        node.set("logprobs", logprobs == null ? node.nullNode() : Json.readValue(logprobs));
        node.put("finish_reason", WireNames.of(choice.getFinishReason()));
        MessageWriter.putText(node, "native_finish_reason", choice.getNativeFinishReason());
        return node;
    }

    private static void putUsage(ObjectNode root, Usage usage) {
        ObjectNode node = root.putObject("usage");
        node.put("prompt_tokens", usage.getPromptTokens());
        node.put("completion_tokens", usage.getCompletionTokens());
        node.put("total_tokens", usage.getTotalTokens());
        ObjectNode prompt = node.putObject("prompt_tokens_details").put("cached_tokens", usage.getCachedTokens());
        if (usage.getCacheWriteTokens() > 0) {
            prompt.put("cache_write_tokens", usage.getCacheWriteTokens());
        }
        node.putObject("completion_tokens_details").put("reasoning_tokens", usage.getReasoningTokens());
        if (usage.getEstimated()) {
            node.put("estimated", true);
        }
    }
}
