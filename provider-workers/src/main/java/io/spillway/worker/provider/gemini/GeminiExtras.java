package io.spillway.worker.provider.gemini;

import java.util.Set;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.v1.ChatRequest;
import io.spillway.worker.provider.ExtraParameters;

/** What becomes of the parameters that the contract does not name. */
final class GeminiExtras {

    private static final String TOP_K = "top_k";
    private static final String THINKING = "thinking_config";
    private static final String SAFETY = "safety_settings";

    private GeminiExtras() {}

    static void writeTo(ChatRequest request, Set<String> dropped, ObjectNode body, ObjectNode config) {
        ObjectNode own = Json.object();
        ExtraParameters.copy(request, Set.of(TOP_K, THINKING, SAFETY), dropped, own);
        move(own, TOP_K, config, "topK");
        move(own, THINKING, config, "thinkingConfig");
        move(own, SAFETY, body, "safetySettings");
    }

    private static void move(ObjectNode from, String name, ObjectNode to, String field) {
        if (from.has(name)) {
            to.set(field, from.get(name));
        }
    }
}
