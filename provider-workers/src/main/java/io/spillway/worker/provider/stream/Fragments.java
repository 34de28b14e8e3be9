package io.spillway.worker.provider.stream;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;

/** A JSON object that arrives in fragments: some of its texts are joined, of everything else the last word counts. */
public final class Fragments {

    private final Set<String> joined;
    private final ObjectNode rest = Json.object();
    private final Map<String, StringBuilder> texts = new LinkedHashMap<>();

    /** @param joined fields whose texts come in pieces */
    public Fragments(Set<String> joined) {
        this.joined = joined;
    }

    /** Takes the fields of a fragment; a null says nothing. */
    public void add(ObjectNode fragment) {
        fragment.properties().forEach(field -> add(field.getKey(), field.getValue()));
    }

    /** Takes one field; a null says nothing. */
    public void add(String name, JsonNode value) {
        if (joined.contains(name) && value.isTextual()) {
            texts.computeIfAbsent(name, key -> new StringBuilder()).append(value.textValue());
        } else if (!value.isNull() && !value.isMissingNode()) {
            rest.set(name, value);
        }
    }

    /** The text of a field so far, whether joined or not; empty when there is none. */
    public String text(String name) {
        StringBuilder text = texts.get(name);
        return text == null ? rest.path(name).asText("") : text.toString();
    }

    /** Whether anything was said about a field. */
    public boolean has(String name) {
        return texts.containsKey(name) || rest.has(name);
    }

    /** The object as it is now, the caller's own. */
    public ObjectNode whole() {
        ObjectNode whole = Json.object();
        whole.setAll(rest);
        texts.forEach((name, text) -> whole.put(name, text.toString()));
        return whole;
    }
}
