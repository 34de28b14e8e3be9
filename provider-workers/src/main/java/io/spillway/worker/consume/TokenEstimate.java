package io.spillway.worker.consume;

import org.jspecify.annotations.Nullable;

import io.spillway.v1.ChatMessage;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.ContentPart;
import io.spillway.v1.Limits;
import io.spillway.v1.ToolCall;

/** About how many tokens a call will take from a tokens-per-minute limit; corrected by the real usage when it ends. */
public final class TokenEstimate {

    /** English text has about four characters per token. */
    private static final long CHARACTERS_PER_TOKEN = 4;
    /** For requests that state no limit. */
    private static final long USUAL_ANSWER = 500;

    private TokenEstimate() {}

    /** @param limits a deployment writes no more than its longest answer, whatever is asked for */
    public static long of(ChatRequest request, Limits limits) {
        long characters = 0;
        for (ChatMessage message : request.getMessages()) {
            characters += length(message.getContent());
            for (ContentPart part : message.getParts()) {
                characters += length(part.getText());
            }
            for (ToolCall call : message.getToolCalls()) {
                characters += length(call.getArguments());
            }
        }
        long asked = request.getMaxTokens() == null ? USUAL_ANSWER : request.getMaxTokens();
        long answer = limits.getMaxOutputTokens() == null ? asked : Math.min(asked, limits.getMaxOutputTokens());
        return characters / CHARACTERS_PER_TOKEN + Math.max(1, answer);
    }

    private static long length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }
}
