package io.spillway.worker.provider.bedrock;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.worker.provider.DialectCalls;
import io.spillway.worker.provider.ExtraParameters;
import io.spillway.worker.provider.ProviderCall;

/**
 * What becomes of the parameters that the contract does not name. Those of the model's maker go into {@code
 * additionalModelRequestFields}; what the operator declared in the setting {@code body}, such as a guardrail, no caller can replace.
 */
final class BedrockExtras {

    /** Where parameters stand that only some models know. */
    static final String MODEL_FIELDS = "additionalModelRequestFields";

    private static final String TIER = "service_tier";
    private static final Set<String> TIERS = Set.of("default", "flex", "priority", "reserved");

    /** Fields of this dialect, as callers write them. */
    private static final Map<String, String> OWN = Map.of("guardrailConfig", "guardrailConfig", "guardrail_config",
            "guardrailConfig", "performanceConfig", "performanceConfig", "performance_config", "performanceConfig",
            "requestMetadata", "requestMetadata", "request_metadata", "requestMetadata", "additionalModelResponseFieldPaths",
            "additionalModelResponseFieldPaths", "additional_model_response_field_paths", "additionalModelResponseFieldPaths");
    private static final Set<String> MODEL_FIELD_NAMES = Set.of(MODEL_FIELDS, "additional_model_request_fields");

    private final ProviderCall call;
    private final Set<String> dropped;
    private final Set<String> makersOwn;

    BedrockExtras(ProviderCall call, Set<String> dropped) {
        this.call = call;
        this.dropped = dropped;
        Set<String> names = new HashSet<>();
        for (String name : call.setting("model-fields", "top_k,thinking").split(",", -1)) {
            names.add(name.strip());
        }
        names.remove("");
        this.makersOwn = names;
    }

    void writeTo(ObjectNode body) {
        Set<String> known = new HashSet<>(OWN.keySet());
        known.addAll(MODEL_FIELD_NAMES);
        known.addAll(makersOwn);
        known.add(TIER);
        ObjectNode given = Json.object();
        ExtraParameters.copy(call.request(), known, dropped, given);
        ObjectNode declared = Json.object();
        DialectCalls.addDeclaredFields(call, declared);
        for (Map.Entry<String, JsonNode> field : given.properties()) {
            put(body, field.getKey(), field.getValue(), declared);
        }
        if (declared.path(MODEL_FIELDS) instanceof ObjectNode fields && !fields.isEmpty()) {
            modelFields(body).setAll(fields);
        }
    }

    private void put(ObjectNode body, String name, JsonNode value, ObjectNode declared) {
        String own = OWN.get(name);
        if (own != null) {
            if (!declared.has(own)) {
                body.set(own, value);
            }
        } else if (name.equals(TIER)) {
            if (TIERS.contains(value.asText(""))) {
                body.putObject("serviceTier").put("type", value.asText());
            }
        } else if (makersOwn.contains(name)) {
            modelFields(body).set(name, value);
        } else if (value instanceof ObjectNode fields) {
            modelFields(body).setAll(fields);
        }
    }

    private static ObjectNode modelFields(ObjectNode body) {
        return body.get(MODEL_FIELDS) instanceof ObjectNode present ? present : body.putObject(MODEL_FIELDS);
    }
}
