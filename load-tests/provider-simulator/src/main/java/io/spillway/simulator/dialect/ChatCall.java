package io.spillway.simulator.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A chat request, the same for all dialects. Holds no more of the prompt than an answer needs, since many thousand calls may be held
 * at once.
 *
 * @param model the model as the client named it
 * @param messages number of messages, a system prompt included
 * @param promptChars characters of all text in the prompt, tools included
 * @param promptHash first 64 bits of the SHA-256 of roles and texts
 * @param lastUserText beginning of the last message of the user
 * @param maxTokens the cap on completion tokens the client asked for
 * @param choices how many answers the client asked for
 * @param stream whether the answer is to be sent as server-sent events
 * @param includeUsage whether an OpenAI stream ends with a usage chunk
 * @param tools the tools on offer, or none when the client forbade their use
 * @param forcedTool the tool that must be called
 * @param json what kind of JSON the answer must be
 */
public record ChatCall(String model, int messages, int promptChars, long promptHash, String lastUserText, OptionalInt maxTokens,
        int choices, boolean stream, boolean includeUsage, List<Tool> tools, Optional<Tool> forcedTool, JsonMode json) {

    public ChatCall {
        tools = List.copyOf(tools);
    }

    /** A function the model may call; {@code schema} is its JSON Schema for arguments. */
    public record Tool(String name, JsonNode schema) {}

    /** What the answer text must be. */
    public sealed interface JsonMode {

        /** Free text. */
        record Text() implements JsonMode {}

        /** Any JSON object. */
        record AnyObject() implements JsonMode {}

        /** A JSON value that fits the schema. */
        record Schema(JsonNode schema) implements JsonMode {}
    }
}
