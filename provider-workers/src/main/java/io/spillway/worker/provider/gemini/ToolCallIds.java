package io.spillway.worker.provider.gemini;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Ids for tool calls that came without one. They follow from the request, so that they are the same in a repeated translation and
 * differ between the turns of a conversation.
 */
final class ToolCallIds {

    private final String clientRequestId;
    private int next;

    ToolCallIds(String clientRequestId) {
        this.clientRequestId = clientRequestId;
    }

    /** The call's own id, else the next one made up. */
    String of(JsonNode functionCall) {
        int position = next++;
        String own = functionCall.path("id").asText("");
        return own.isEmpty() ? made(position) : own;
    }

    private String made(int position) {
        byte[] seed = (clientRequestId + "/" + position).getBytes(StandardCharsets.UTF_8);
        return "call_" + UUID.nameUUIDFromBytes(seed).toString().replace("-", "");
    }
}
