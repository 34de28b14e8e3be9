package io.spillway.worker.provider;

import java.nio.charset.StandardCharsets;

import io.spillway.contract.json.Json;
import io.spillway.v1.ChatMessage;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.Choice;
import io.spillway.v1.ContentPart;
import io.spillway.v1.Tool;
import io.spillway.v1.ToolCall;
import io.spillway.v1.Usage;
import org.jspecify.annotations.Nullable;

/** An estimate of usage for providers that report none, so that no answer is free of charge. */
final class TokenCounts {

    /** English has about four bytes a token; other scripts have more bytes a character and more tokens too. */
    private static final int BYTES_PER_TOKEN = 4;
    /** Role and separators. */
    private static final int TOKENS_PER_MESSAGE = 4;
    /** An image of a usual size, in tokens. */
    private static final int TOKENS_PER_IMAGE = 1_000;

    private TokenCounts() {}

    static Usage estimate(ChatRequest request, ChatResponse response) {
        long prompt = 0;
        for (ChatMessage message : request.getMessages()) {
            prompt += TOKENS_PER_MESSAGE + tokens(message);
        }
        for (Tool tool : request.getTools()) {
            prompt += tokens(tool.getName(), tool.getDescription(), tool.getParameters());
        }
        long completion = 0;
        for (Choice choice : response.getChoices()) {
            completion += tokens(choice.getMessage()) + tokens(reasoning(choice.getMessage()));
        }
        Usage usage = new Usage();
        usage.setPromptTokens(prompt);
        usage.setCompletionTokens(completion);
        usage.setTotalTokens(prompt + completion);
        usage.setCachedTokens(0L);
        usage.setCacheWriteTokens(0L);
        usage.setReasoningTokens(0L);
        usage.setEstimated(true);
        return usage;
    }

    /** It is billed as well. */
    private static @Nullable String reasoning(ChatMessage message) {
        String extra = message.getExtra();
        return extra == null ? null : Json.readValue(extra).path("reasoning_content").textValue();
    }

    private static long tokens(ChatMessage message) {
        long tokens = tokens(message.getContent(), message.getRefusal());
        for (ContentPart part : message.getParts()) {
            tokens += part.getText() == null ? TOKENS_PER_IMAGE : tokens(part.getText());
        }
        for (ToolCall call : message.getToolCalls()) {
            tokens += tokens(call.getName(), call.getArguments());
        }
        return tokens;
    }

    private static long tokens(@Nullable String... texts) {
        long bytes = 0;
        for (String text : texts) {
            bytes += text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
        }
        return (bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN;
    }
}
