package io.spillway.worker.provider.openai;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.worker.provider.stream.Fragments;
import io.spillway.worker.provider.stream.MalformedStreamException;
import org.jspecify.annotations.Nullable;

/**
 * The tool calls of one streamed message. OpenAI numbers them, and gives id and name with the first fragment only. Compatible
 * servers give no number, or the same one to all calls, repeat the name with each fragment, or send arguments as an object.
 */
final class StreamedToolCalls {

    private static final String FUNCTION = "function";
    private static final String NAME = "name";
    private static final String ARGUMENTS = "arguments";
    private static final String INDEX = "index";
    private static final int NO_INDEX = -1;

    private final List<StreamedCall> calls = new ArrayList<>();

    private static final class StreamedCall {
        private final int index;
        private final Fragments fields = new Fragments(Set.of());
        private final Fragments function = new Fragments(Set.of(ARGUMENTS));

        private StreamedCall(int index) {
            this.index = index;
        }

        private boolean contradicts(String id, String name) {
            String ownId = fields.text("id");
            String ownName = function.text(NAME);
            boolean isOtherId = !id.isEmpty() && !ownId.isEmpty() && !id.equals(ownId);
            return isOtherId || (id.isEmpty() && !name.isEmpty() && !ownName.isEmpty() && !name.equals(ownName));
        }

        private void add(ObjectNode piece) {
            piece.properties().forEach(field -> {
                // The first word counts: later fragments repeat it, or say "".
                boolean isKnown = field.getKey().equals("id") && !fields.text("id").isEmpty();
                if (!field.getKey().equals(FUNCTION) && !isKnown) {
                    fields.add(field.getKey(), field.getValue());
                }
            });
            piece.path(FUNCTION).properties().forEach(field -> {
                boolean isKnown = field.getKey().equals(NAME) && !function.text(NAME).isEmpty();
                if (!isKnown) {
                    function.add(field.getKey(), field.getValue());
                }
            });
        }
    }

    /** Takes the tool calls of one delta. */
    void add(JsonNode pieces) {
        for (JsonNode piece : pieces) {
            if (!(piece instanceof ObjectNode object)) {
                throw new MalformedStreamException("has a tool call that is not an object");
            }
            String id = object.path("id").asText("");
            String name = object.path(FUNCTION).path(NAME).asText("");
            int index = object.path(INDEX).isInt() ? object.path(INDEX).intValue() : NO_INDEX;
            StreamedCall call = find(index, id, name);
            if (call == null) {
                call = new StreamedCall(index);
                calls.add(call);
            }
            call.add(object);
        }
    }

    private @Nullable StreamedCall find(int index, String id, String name) {
        for (StreamedCall call : calls.reversed()) {
            boolean isMeant = index == NO_INDEX ? id.isEmpty() || id.equals(call.fields.text("id")) : index == call.index;
            if (isMeant) {
                return call.contradicts(id, name) ? null : call;
            }
        }
        return null;
    }

    boolean isEmpty() {
        return calls.isEmpty();
    }

    ArrayNode whole() {
        ArrayNode whole = Json.array();
        for (StreamedCall call : calls) {
            ObjectNode node = call.fields.whole();
            node.set(FUNCTION, call.function.whole());
            whole.add(node);
        }
        return whole;
    }
}
