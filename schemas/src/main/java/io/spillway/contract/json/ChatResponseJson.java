package io.spillway.contract.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.v1.ChatResponse;

/**
 * The JSON format of responses: an OpenAI {@code chat.completion} object, or
 * {@code {"error":{"message","type","param","code","retryable"}}}.
 *
 * <p>Reading is tolerant, because providers that call themselves OpenAI-compatible differ: a missing id or usage, no choices,
 * arguments as an object, an error code that is a number, unknown fields and unknown finish reasons are all read.
 */
public final class ChatResponseJson {

    private ChatResponseJson() {}

    /**
     * Reads a response.
     *
     * @throws MalformedJsonException when it is not exactly one JSON object; anything else is read as well as it can be
     */
    public static ChatResponse parse(byte[] json) {
        return fromTree(Json.readObject(json));
    }

    /** Reads a response from a tree, which is left as it is. Never throws. */
    public static ChatResponse fromTree(ObjectNode root) {
        return ChatResponseReader.read(root);
    }

    /**
     * The response as UTF-8 JSON.
     *
     * @throws MalformedJsonException when a JSON document inside the record is none
     */
    public static byte[] write(ChatResponse response) {
        return Json.bytes(tree(response));
    }

    /**
     * The response as a JSON tree that belongs to the caller.
     *
     * @throws MalformedJsonException when a JSON document inside the record is none
     */
    public static ObjectNode tree(ChatResponse response) {
        return ChatResponseWriter.write(response);
    }
}
