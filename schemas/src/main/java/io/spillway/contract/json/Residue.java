package io.spillway.contract.json;

import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * What is left of a document when the known fields are taken out: the unknown fields, each at its own place. A list keeps its
 * length ({@code {"tools":[{},{"cache_control":{...}}]}}), so that the residue can be laid over the list again.
 */
final class Residue {

    private Residue() {}

    /** The fields of an object that are not known. */
    static ObjectNode of(ObjectNode node, Set<String> known) {
        ObjectNode residue = Json.object();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!known.contains(field.getKey())) {
                residue.set(field.getKey(), field.getValue());
            }
        }
        return residue;
    }

    /** Adds the residue of a nested object, if there is any. */
    static void addObject(ObjectNode residue, String field, ObjectNode nested) {
        if (!nested.isEmpty()) {
            residue.set(field, nested);
        }
    }

    /** Adds the residues of a list's items, if any of them is not empty. */
    static void addList(ObjectNode residue, String field, List<ObjectNode> items) {
        if (items.stream().anyMatch(item -> !item.isEmpty())) {
            residue.set(field, Json.array().addAll(items));
        }
    }

    /** The residue as an {@code extra} field holds it. */
    static @Nullable String text(ObjectNode residue) {
        return residue.isEmpty() ? null : Json.text(residue);
    }

    /**
     * Lays a residue over a document. What the document has stays as it is.
     *
     * @param reserved names that are never added at the top, because a known field that is absent must stay absent
     */
    static void merge(ObjectNode target, ObjectNode residue, Set<String> reserved) {
        for (Map.Entry<String, JsonNode> field : residue.properties()) {
            JsonNode present = target.get(field.getKey());
            if (present != null) {
                mergeValue(present, field.getValue());
            } else if (!reserved.contains(field.getKey())) {
                target.set(field.getKey(), field.getValue());
            }
        }
    }

    private static void mergeValue(JsonNode target, JsonNode residue) {
        if (target instanceof ObjectNode object && residue instanceof ObjectNode more) {
            merge(object, more, Set.of());
        } else if (target instanceof ArrayNode array && residue instanceof ArrayNode more && array.size() == more.size()) {
            for (int i = 0; i < array.size(); i++) {
                mergeValue(array.get(i), more.get(i));
            }
        }
    }
}
