package io.spillway.contract.json;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Reads the fields of one JSON object of a request; a value of a wrong type is reported and read as absent. */
record Fields(ObjectNode node, String path, Violations violations) {

    @Nullable
    String string(String name) {
        JsonNode value = get(name);
        if (value == null || value.isTextual()) {
            return value == null ? null : value.textValue();
        }
        wrong(name, "a string");
        return null;
    }

    @Nullable
    Boolean bool(String name) {
        JsonNode value = get(name);
        if (value == null || value.isBoolean()) {
            return value == null ? null : value.booleanValue();
        }
        wrong(name, "true or false");
        return null;
    }

    @Nullable
    Integer integer(String name) {
        JsonNode value = get(name);
        if (value == null || (value.isIntegralNumber() && value.canConvertToInt())) {
            return value == null ? null : value.intValue();
        }
        wrong(name, "a whole number");
        return null;
    }

    @Nullable
    Long longInteger(String name) {
        JsonNode value = get(name);
        if (value == null || (value.isIntegralNumber() && value.canConvertToLong())) {
            return value == null ? null : value.longValue();
        }
        wrong(name, "a whole number");
        return null;
    }

    @Nullable
    Double number(String name) {
        JsonNode value = get(name);
        if (value == null || value.isNumber()) {
            return value == null ? null : value.doubleValue();
        }
        wrong(name, "a number");
        return null;
    }

    @Nullable
    ObjectNode object(String name) {
        JsonNode value = get(name);
        if (value == null || value instanceof ObjectNode) {
            return (ObjectNode) value;
        }
        wrong(name, "an object");
        return null;
    }

    /** The items of an array; empty when it is absent. */
    List<JsonNode> items(String name) {
        JsonNode value = get(name);
        List<JsonNode> items = new ArrayList<>();
        if (value instanceof ArrayNode array) {
            array.forEach(items::add);
        } else if (value != null) {
            wrong(name, "an array");
        }
        return items;
    }

    /** The value, or null when it is absent or JSON's null. */
    @Nullable
    JsonNode get(String name) {
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? null : value;
    }

    /** The path of a field of this object. */
    String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    void wrong(String name, String wanted) {
        violations.add(at(name), "wrong type", "must be " + wanted);
    }
}
