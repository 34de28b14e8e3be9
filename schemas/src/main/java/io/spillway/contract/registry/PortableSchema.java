package io.spillway.contract.registry;

import java.util.TreeMap;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;

/** Forms of one schema: as every language writes it, and in an order that makes equal schemas equal text. */
public final class PortableSchema {

    private static final ObjectMapper JSON = new ObjectMapper();

    private PortableSchema() {}

    /**
     * The schema without the marks of Java's code generator ({@code avro.java.string}), so that clients in other
     * languages find what a Java program registered. Bytes on the wire are the same with and without them.
     */
    public static Schema of(Schema schema) {
        JsonNode tree = tree(schema);
        if (!removeJavaMarks(tree)) {
            return schema;
        }
        return parseLeniently(tree.toString());
    }

    /** The schema as text with object keys sorted, so that the order of attributes makes no difference. */
    static String normalized(Schema schema) {
        return sorted(tree(schema)).toString();
    }

    /** Parses a writer's schema. What was good enough to write records must be good enough to read them. */
    static Schema parseLeniently(String text, Iterable<Schema> named) {
        return new Schema.Parser(NameValidator.NO_VALIDATION).setValidateDefaults(false).addTypes(named).parse(text);
    }

    private static Schema parseLeniently(String text) {
        return new Schema.Parser(NameValidator.NO_VALIDATION).setValidateDefaults(false).parse(text);
    }

    private static JsonNode tree(Schema schema) {
        return json(schema.toString());
    }

    /** A schema Avro accepted, as JSON. */
    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Avro accepted a schema that is not JSON", e);
        }
    }

    private static boolean removeJavaMarks(JsonNode node) {
        boolean removed = node instanceof ObjectNode object && object.remove(GenericData.STRING_PROP) != null;
        for (JsonNode child : node) {
            removed |= removeJavaMarks(child);
        }
        return removed;
    }

    private static JsonNode sorted(JsonNode node) {
        if (node instanceof ObjectNode object) {
            TreeMap<String, JsonNode> fields = new TreeMap<>();
            object.properties().forEach(entry -> fields.put(entry.getKey(), sorted(entry.getValue())));
            return JSON.createObjectNode().setAll(fields);
        }
        if (node.isArray()) {
            ArrayNode array = JSON.createArrayNode();
            node.forEach(child -> array.add(sorted(child)));
            return array;
        }
        return node;
    }
}
