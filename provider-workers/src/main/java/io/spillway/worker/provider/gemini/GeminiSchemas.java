package io.spillway.worker.provider.gemini;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.worker.provider.ProviderCall;

/**
 * Reduces a JSON Schema to the OpenAPI subset of the dialect's older schema fields: references are put in place, what can be said
 * in other words is, and every other unknown keyword goes, since one of them would have the whole request refused. The result
 * allows more than the schema did, never less.
 */
final class GeminiSchemas {

    /** Deeper references are cycles or close to it; what is below may be anything. */
    private static final int DEEPEST = 16;

    private static final Set<String> KEPT = Set.of("title", "description", "minItems", "maxItems", "minimum", "maximum",
            "minLength", "maxLength", "minProperties", "maxProperties", "pattern", "required", "nullable", "propertyOrdering");
    private static final Set<String> FORMATS = Set.of("date-time", "enum", "float", "double", "int32", "int64");
    private static final String NULL = "null";

    private final JsonNode root;

    private GeminiSchemas(JsonNode root) {
        this.root = root;
    }

    /** Whether the deployment wants the older fields, as the setting {@code schemas} says. */
    static boolean isOpenApi(ProviderCall call) {
        return call.setting("schemas", "json").equals("openapi");
    }

    static ObjectNode toOpenApi(JsonNode schema) {
        return new GeminiSchemas(schema).reduce(schema, 0);
    }

    private ObjectNode reduce(JsonNode given, int depth) {
        ObjectNode reduced = Json.object();
        JsonNode schema = resolve(given);
        if (depth > DEEPEST || !schema.isObject()) {
            return reduced;
        }
        putType(schema.path("type"), reduced);
        for (Map.Entry<String, JsonNode> field : schema.properties()) {
            put(field.getKey(), field.getValue(), depth, reduced);
        }
        retainRequired(reduced);
        return reduced;
    }

    private void put(String keyword, JsonNode value, int depth, ObjectNode reduced) {
        switch (keyword) {
            case "properties" -> {
                ObjectNode properties = reduced.putObject("properties");
                value.properties().forEach(property -> properties.set(property.getKey(), reduce(property.getValue(), depth + 1)));
            }
            case "items" -> reduced.set("items", reduce(value, depth + 1));
            case "const" -> {
                if (value.isTextual()) {
                    reduced.putArray("enum").add(value);
                }
            }
            case "anyOf", "oneOf" -> putAlternatives(value, depth, reduced);
            case "allOf" -> value.forEach(part -> reduced.setAll(reduce(part, depth + 1)));
            case "enum" -> putEnum(value, reduced);
            case "format" -> {
                if (FORMATS.contains(value.asText())) {
                    reduced.set(keyword, value);
                }
            }
            default -> {
                if (KEPT.contains(keyword)) {
                    reduced.set(keyword, value);
                }
            }
        }
    }

    private static void putType(JsonNode type, ObjectNode reduced) {
        if (type.isTextual()) {
            reduced.put("type", type.textValue().toUpperCase(Locale.ROOT));
            return;
        }
        ArrayNode alternatives = Json.array();
        for (JsonNode one : type) {
            if (one.asText().equals(NULL)) {
                reduced.put("nullable", true);
            } else {
                alternatives.addObject().put("type", one.asText().toUpperCase(Locale.ROOT));
            }
        }
        if (alternatives.size() == 1) {
            reduced.set("type", alternatives.get(0).get("type"));
        } else if (!alternatives.isEmpty()) {
            reduced.set("anyOf", alternatives);
        }
    }

    private void putAlternatives(JsonNode value, int depth, ObjectNode reduced) {
        ArrayNode alternatives = Json.array();
        for (JsonNode one : value) {
            if (resolve(one).path("type").asText("").equals(NULL)) {
                reduced.put("nullable", true);
            } else {
                alternatives.add(reduce(one, depth + 1));
            }
        }
        if (alternatives.size() == 1) {
            reduced.setAll((ObjectNode) alternatives.get(0));
        } else if (!alternatives.isEmpty()) {
            reduced.set("anyOf", alternatives);
        }
    }

    /** Only texts can be enumerated. */
    private static void putEnum(JsonNode value, ObjectNode reduced) {
        ArrayNode texts = Json.array();
        boolean hasOthers = false;
        for (JsonNode one : value) {
            if (one.isTextual()) {
                texts.add(one);
            } else if (one.isNull()) {
                reduced.put("nullable", true);
            } else {
                hasOthers = true;
            }
        }
        if (!texts.isEmpty() && !hasOthers) {
            reduced.set("enum", texts);
        }
    }

    /** A required property that is not declared has the schema refused. */
    private static void retainRequired(ObjectNode reduced) {
        ArrayNode required = Json.array();
        for (JsonNode name : reduced.path("required")) {
            if (reduced.path("properties").has(name.asText())) {
                required.add(name);
            }
        }
        reduced.remove("required");
        if (!required.isEmpty()) {
            reduced.set("required", required);
        }
    }

    private JsonNode resolve(JsonNode schema) {
        JsonNode resolved = schema;
        for (int i = 0; i < DEEPEST && resolved.path("$ref").isTextual(); i++) {
            String reference = resolved.path("$ref").textValue();
            if (!reference.equals("#") && !reference.startsWith("#/")) {
                return Json.object();
            }
            resolved = root.at(reference.substring(1));
        }
        return resolved;
    }
}
