package io.spillway.worker.provider.anthropic;

import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.contract.json.MalformedJsonException;
import io.spillway.worker.provider.stream.Fragments;
import io.spillway.worker.provider.stream.MalformedStreamException;

/** One content block of a streamed message. */
final class StreamedBlock {

    private static final String CITATIONS = "citations";

    private final Fragments fields = new Fragments(Set.of("text", "thinking"));
    private final StringBuilder input = new StringBuilder();
    private final ArrayNode citations = Json.array();
    private boolean isStopped;

    StreamedBlock(JsonNode start) {
        if (!(start instanceof ObjectNode object)) {
            throw new MalformedStreamException("starts a block that is not an object");
        }
        fields.add(object);
    }

    /** A block that begins with something to show: text, the name of a tool, reasoning that is kept secret. */
    boolean isToken() {
        return !fields.text("text").isEmpty() || !fields.text("thinking").isEmpty() || !fields.text("name").isEmpty()
                || !fields.text("data").isEmpty();
    }

    /** @return whether it brought a token; the signature of thoughts that are not shown is one */
    boolean add(JsonNode delta) {
        if (isStopped) {
            throw new MalformedStreamException("continues a block that was stopped");
        }
        return switch (delta.path("type").asText("")) {
            case "text_delta" -> joined("text", delta);
            case "thinking_delta" -> joined("thinking", delta);
            case "signature_delta" -> joined("signature", delta);
            case "input_json_delta" -> {
                String part = text("partial_json", delta);
                input.append(part);
                yield !part.isEmpty();
            }
            case "citations_delta" -> {
                citations.add(delta.path("citation"));
                yield true;
            }
            // Kinds to come.
            default -> false;
        };
    }

    private boolean joined(String name, JsonNode delta) {
        String part = text(name, delta);
        fields.add(name, delta.path(name));
        return !part.isEmpty();
    }

    private static String text(String name, JsonNode delta) {
        if (!delta.path(name).isTextual()) {
            throw new MalformedStreamException("has a delta without its text");
        }
        return delta.path(name).textValue();
    }

    void stop() {
        isStopped = true;
    }

    ObjectNode whole() {
        if (!isStopped) {
            throw new MalformedStreamException("has a block that was not stopped");
        }
        ObjectNode block = fields.whole();
        if (!input.isEmpty()) {
            block.set("input", input());
        }
        if (!citations.isEmpty()) {
            block.set(CITATIONS, citations);
        }
        return block;
    }

    /** A model that ran out of tokens leaves half a document: passed on as it is, as OpenAI does with its own. */
    private JsonNode input() {
        try {
            return Json.readObject(input.toString());
        } catch (MalformedJsonException e) {
            return Json.object().textNode(input.toString());
        }
    }
}
