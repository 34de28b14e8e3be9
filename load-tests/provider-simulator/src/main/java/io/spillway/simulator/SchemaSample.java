package io.spillway.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Makes a value that fits a JSON Schema, for tool arguments and structured answers. Covers what the providers' strict modes allow. */
final class SchemaSample {

    private static final int MAX_DEPTH = 12;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final JsonNode root;
    private final String text;

    private SchemaSample(JsonNode root, String text) {
        this.root = root;
        this.text = text;
    }

    /** A value for the schema; strings without further rules hold the given text. */
    static JsonNode of(JsonNode schema, String text) {
        return new SchemaSample(schema, text).sample(schema, 0);
    }

    private JsonNode sample(JsonNode schema, int depth) {
        if (depth > MAX_DEPTH) {
            return JSON.nullNode();
        }
        if (schema.has("$ref")) {
            String pointer = schema.path("$ref").asText();
            return sample(pointer.startsWith("#") ? root.at(pointer.substring(1)) : JSON.missingNode(), depth + 1);
        }
        if (schema.has("const")) {
            return schema.path("const");
        }
        if (!schema.path("enum").isEmpty()) {
            return schema.path("enum").path(0);
        }
        for (String choice : new String[]{"anyOf", "oneOf", "allOf"}) {
            if (!schema.path(choice).isEmpty()) {
                return sample(schema.path(choice).path(0), depth + 1);
            }
        }
        JsonNode type = schema.path("type");
        return switch (type.isArray() ? type.path(0).asText() : type.asText(schema.has("properties") ? "object" : "")) {
            case "object" -> object(schema, depth);
            case "array" -> array(schema, depth);
            case "integer" -> JSON.numberNode((long) Math.ceil(number(schema)));
            case "number" -> JSON.numberNode(number(schema));
            case "boolean" -> JSON.booleanNode(true);
            case "null" -> JSON.nullNode();
            default -> string(schema);
        };
    }

    private ObjectNode object(JsonNode schema, int depth) {
        ObjectNode object = JSON.objectNode();
        schema.path("properties").properties()
                .forEach(property -> object.set(property.getKey(), sample(property.getValue(), depth + 1)));
        return object;
    }

    private ArrayNode array(JsonNode schema, int depth) {
        ArrayNode array = JSON.arrayNode();
        // Recursive schemas end here: an empty list is the only way out.
        int items = depth > MAX_DEPTH / 2 ? schema.path("minItems").asInt(0) : schema.path("minItems").asInt(1);
        for (int i = 0; i < items; i++) {
            array.add(sample(schema.path("items"), depth + 1));
        }
        return array;
    }

    private static double number(JsonNode schema) {
        if (schema.has("minimum")) {
            return schema.path("minimum").asDouble();
        }
        if (schema.has("exclusiveMinimum")) {
            return schema.path("exclusiveMinimum").asDouble() + 1;
        }
        return Math.min(1, schema.path("maximum").asDouble(1));
    }

    private JsonNode string(JsonNode schema) {
        return switch (schema.path("format").asText()) {
            case "date-time" -> JSON.textNode("2026-11-21T12:00:00Z");
            case "date" -> JSON.textNode("2026-11-21");
            case "email" -> JSON.textNode("someone@example.com");
            case "uuid" -> JSON.textNode("00000000-0000-4000-8000-000000000001");
            default -> freeString(schema);
        };
    }

    private JsonNode freeString(JsonNode schema) {
        int longest = schema.path("maxLength").asInt(Integer.MAX_VALUE);
        String value = text.length() <= longest ? text : text.substring(0, longest);
        int shortest = schema.path("minLength").asInt(0);
        return JSON.textNode(value.length() >= shortest ? value : value + "x".repeat(shortest - value.length()));
    }
}
