package io.spillway.simulator.dialect;

import java.util.Optional;

/**
 * A completion, the same for all dialects.
 *
 * @param text the answer text; empty when a tool is called
 * @param tool the tool call, if there is one
 * @param finish why it ended
 * @param promptTokens all prompt tokens, cached ones included
 * @param cachedTokens prompt tokens read from the provider's cache
 * @param completionTokens all completion tokens of all choices, reasoning included
 * @param reasoningTokens completion tokens that are not visible
 */
public record Answer(String text, Optional<ToolCall> tool, Finish finish, int promptTokens, int cachedTokens,
        int completionTokens,
        int reasoningTokens) {

    /** A call of a tool; {@code arguments} is a JSON object as text. */
    public record ToolCall(String name, String arguments) {}

    /** Why a completion ended. */
    public enum Finish { STOP, LENGTH, TOOL_CALLS }

    /** How much of an answer the body shows. */
    public enum Shape {
        /** As the real API sends it. */
        FULL,
        /** Without any usage figures. */
        NO_USAGE,
        /** With an empty list of choices (OpenAI) or content blocks (Anthropic). */
        NO_CHOICES
    }
}
