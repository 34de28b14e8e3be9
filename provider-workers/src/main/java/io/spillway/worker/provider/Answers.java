package io.spillway.worker.provider;

import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.contract.json.Json;
import io.spillway.v1.ChatMessage;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.Choice;
import io.spillway.v1.FailureKind;
import io.spillway.v1.FinishReason;
import io.spillway.v1.ToolCall;
import io.spillway.v1.Usage;

/** What every answer must be, whatever its dialect: not empty, identified, and with a usage. */
public final class Answers {

    private static final List<String> REASONING = List.of("reasoning_content", "reasoning");

    private Answers() {}

    /** Judges a response that could be read, and fills in what the provider left out. */
    public static CallOutcome complete(ProviderCall call, ChatResponse response, int httpStatus) {
        if (response.getChoices().isEmpty() || response.getChoices().stream().anyMatch(Answers::hasNamelessCall)) {
            return malformed(httpStatus);
        }
        Usage usage = response.getUsage();
        if (response.getChoices().stream().allMatch(Answers::isEmpty)) {
            if (response.getChoices().getFirst().getFinishReason() == FinishReason.CONTENT_FILTER) {
                return new CallOutcome.Failed(Failures.answered(FailureKind.CONTENT_FILTERED, httpStatus, "", Optional.empty()));
            }
            if (usage == null || usage.getCompletionTokens() == 0) {
                return malformed(httpStatus);
            }
        }
        if (usage == null) {
            response.setUsage(TokenCounts.estimate(call.request(), response));
        }
        if (response.getId().isEmpty()) {
            response.setId("spillway-" + requestId(call.clientRequestId()));
        }
        if (response.getModel().isEmpty()) {
            response.setModel(call.deployment().getModel());
        }
        if (response.getCreated() == 0) {
            response.setCreated(call.now().getEpochSecond());
        }
        // An answer is an answer: a stray error object beside it means nothing.
        response.setError(null);
        return new CallOutcome.Answered(response);
    }

    /** The body is no answer in this dialect, although the status says so; the provider may bill it. */
    public static CallOutcome.Failed malformed(int httpStatus) {
        return new CallOutcome.Failed(Failures.answered(FailureKind.MALFORMED_RESPONSE, httpStatus, "", Optional.empty()));
    }

    /** Nothing said, nothing called, nothing refused; reasoning alone counts as something. */
    private static boolean isEmpty(Choice choice) {
        ChatMessage message = choice.getMessage();
        String content = message.getContent();
        boolean hasText = content != null && !content.isEmpty();
        boolean hasRefusal = message.getRefusal() != null && !message.getRefusal().isEmpty();
        return !hasText && !hasRefusal && message.getParts().isEmpty() && message.getToolCalls().isEmpty() && !hasMore(message);
    }

    private static boolean hasMore(ChatMessage message) {
        String extra = message.getExtra();
        if (extra == null) {
            return false;
        }
        JsonNode fields = Json.readValue(extra);
        return fields.path("audio").isObject() || REASONING.stream().anyMatch(name -> !fields.path(name).asText("").isEmpty());
    }

    private static boolean hasNamelessCall(Choice choice) {
        return choice.getMessage().getToolCalls().stream().map(ToolCall::getName).anyMatch(String::isEmpty);
    }

    /** {@code <request id>:<attempt>} without the attempt. */
    private static String requestId(String clientRequestId) {
        int end = clientRequestId.lastIndexOf(':');
        return end < 0 ? clientRequestId : clientRequestId.substring(0, end);
    }
}
