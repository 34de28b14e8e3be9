package io.spillway.worker.provider.gemini;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.v1.ChatMessage;
import io.spillway.worker.provider.DialectCalls;
import io.spillway.worker.provider.ProviderCall;

/**
 * Signatures of thoughts travel with the tool calls they belong to, where Google's own OpenAI-compatible surface puts them:
 * {@code extra_content.google.thought_signature}. Beside it stands which model made it, because no other one takes it.
 */
final class ThoughtSignatures {

    /** In a call's dropped parameters: send no signature of the history, but the documented stand-in. */
    static final String PARAMETER = "thoughtSignature";

    /** The stand-in for calls that another model made; the field holds bytes, so it goes in Base64. */
    private static final String STAND_IN = Base64.getEncoder()
            .encodeToString("skip_thought_signature_validator".getBytes(StandardCharsets.US_ASCII));

    private static final String EXTRA = "extra_content";
    private static final String GOOGLE = "google";
    private static final String SIGNATURE = "thought_signature";
    private static final String MAKER = "thought_signature_by";

    private final String maker;
    private final boolean isForced;
    private final boolean isRequired;

    ThoughtSignatures(ProviderCall call, Surface surface) {
        this.maker = maker(call, surface);
        this.isForced = DialectCalls.dropped(call).contains(PARAMETER);
        this.isRequired = ModelGeneration.of(call.deployment().getModel()).needsSignatures();
    }

    /** Signs the calls of one step; the first one must be signed, the others need not. */
    void sign(ChatMessage message, List<ObjectNode> calls) {
        String extra = message.getExtra();
        JsonNode residues = extra == null ? Json.array() : Json.readObject(extra).path("tool_calls");
        boolean isSigned = false;
        for (int i = 0; i < calls.size(); i++) {
            JsonNode google = residues.path(i).path(EXTRA).path(GOOGLE);
            String signature = google.path(SIGNATURE).asText("");
            boolean isOurs = google.path(MAKER).asText(maker).equals(maker);
            if (!signature.isEmpty() && isOurs && !isForced) {
                calls.get(i).put(PARAMETER, signature);
                isSigned = true;
            }
        }
        if (!isSigned && isRequired && !calls.isEmpty()) {
            calls.getFirst().put(PARAMETER, STAND_IN);
        }
    }

    /** Keeps the signature of a part beside the tool call it came with. */
    static void keep(ProviderCall call, Surface surface, JsonNode part, ObjectNode toolCall) {
        String signature = part.path(PARAMETER).asText("");
        if (!signature.isEmpty()) {
            toolCall.putObject(EXTRA).putObject(GOOGLE).put(SIGNATURE, signature).put(MAKER, maker(call, surface));
        }
    }

    private static String maker(ProviderCall call, Surface surface) {
        return surface.api() + "/" + call.deployment().getModel();
    }
}
