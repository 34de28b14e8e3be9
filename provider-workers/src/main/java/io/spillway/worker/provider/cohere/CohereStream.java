package io.spillway.worker.provider.cohere;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.worker.provider.AnswerAssembler.Progress;
import io.spillway.worker.provider.Answers;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.ErrorBody;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.openai.OpenAiErrors;
import io.spillway.worker.provider.stream.EventReader;
import io.spillway.worker.provider.stream.Fragments;
import io.spillway.worker.provider.stream.MalformedStreamException;
import io.spillway.worker.provider.stream.StreamEvent;
import org.jspecify.annotations.Nullable;

/** Reads a stream of typed events and rebuilds the answer they are of. Complete means: message-end, with a finish reason. */
final class CohereStream implements EventReader {

    private static final String MESSAGE = "message";
    private static final String CONTENT = "content";
    private static final String FUNCTION = "function";
    private static final String TOOL_CALLS = "tool_calls";
    private static final String REASON = "finish_reason";
    /** The end of the whole stream, where one is sent. */
    private static final String DONE = "[DONE]";

    private final ProviderCall call;
    private final HttpAnswer head;
    private final Fragments root = new Fragments(Set.of());
    private final Fragments message = new Fragments(Set.of("tool_plan"));
    private final Map<Integer, Fragments> contents = new TreeMap<>();
    private final Map<Integer, StreamedCall> calls = new TreeMap<>();
    private final ArrayNode citations = Json.array();
    private final ArrayNode logprobs = Json.array();
    private boolean hasStarted;
    private @Nullable CallOutcome outcome;

    private record StreamedCall(Fragments fields, Fragments function) {
        private static StreamedCall of(ObjectNode start) {
            StreamedCall begun = new StreamedCall(new Fragments(Set.of()), new Fragments(Set.of("arguments")));
            start.properties().forEach(field -> {
                if (!field.getKey().equals(FUNCTION)) {
                    begun.fields.add(field.getKey(), field.getValue());
                }
            });
            begun.add(start.path(FUNCTION));
            return begun;
        }

        private void add(JsonNode given) {
            if (given instanceof ObjectNode object) {
                function.add(object);
            }
        }

        private ObjectNode whole() {
            ObjectNode whole = fields.whole();
            whole.set(FUNCTION, function.whole());
            return whole;
        }
    }

    CohereStream(ProviderCall call, HttpAnswer head) {
        this.call = call;
        this.head = head;
    }

    @Override
    public Progress read(StreamEvent event) {
        if (event.is(DONE)) {
            return Progress.ENDED;
        }
        ObjectNode object = Json.readObject(event.data());
        String type = object.path("type").asText(event.type());
        if (ErrorBody.isError(object) || type.equals("error")) {
            outcome = OpenAiErrors.inStream(call, head, ErrorBody.of(object));
            return Progress.ENDED;
        }
        JsonNode delta = object.path("delta");
        JsonNode said = delta.path(MESSAGE);
        return switch (type) {
            case "message-start" -> {
                hasStarted = true;
                root.add("id", object.path("id"));
                yield Progress.NOTHING;
            }
            case "content-start" -> {
                contents.put(index(object), new Fragments(Set.of("text", "thinking")));
                yield addContent(object, said);
            }
            case "content-delta" -> {
                if (object.path("logprobs").isObject()) {
                    logprobs.add(object.path("logprobs"));
                }
                yield addContent(object, said);
            }
            case "tool-plan-delta" -> {
                message.add("tool_plan", said.path("tool_plan"));
                yield said.path("tool_plan").asText("").isEmpty() ? Progress.NOTHING : Progress.TOKEN;
            }
            case "tool-call-start" -> {
                if (!(said.path(TOOL_CALLS) instanceof ObjectNode start)) {
                    throw new MalformedStreamException("starts a tool call that is not an object");
                }
                calls.put(index(object), StreamedCall.of(start));
                yield Progress.TOKEN;
            }
            case "tool-call-delta" -> {
                StreamedCall begun = calls.get(index(object));
                if (begun == null) {
                    throw new MalformedStreamException("continues a tool call that was not started");
                }
                begun.add(said.path(TOOL_CALLS).path(FUNCTION));
                yield Progress.TOKEN;
            }
            case "citation-start" -> {
                JsonNode given = said.path("citations");
                if (given instanceof ArrayNode several) {
                    citations.addAll(several);
                } else if (given.isObject()) {
                    citations.add(given);
                }
                yield Progress.TOKEN;
            }
            case "message-end" -> {
                outcome = whole(object, delta);
                yield Progress.ENDED;
            }
            // Ends of what was begun, debugging, and kinds to come.
            default -> Progress.NOTHING;
        };
    }

    private static int index(ObjectNode root) {
        JsonNode index = root.path("index");
        if (!index.isInt()) {
            throw new MalformedStreamException("has a part without a number");
        }
        return index.intValue();
    }

    private Progress addContent(ObjectNode event, JsonNode said) {
        Fragments content = contents.get(index(event));
        if (content == null || !(said.path(CONTENT) instanceof ObjectNode piece)) {
            throw new MalformedStreamException("has content out of place");
        }
        content.add(piece);
        boolean isToken = !piece.path("text").asText("").isEmpty() || !piece.path("thinking").asText("").isEmpty();
        return isToken ? Progress.TOKEN : Progress.NOTHING;
    }

    private CallOutcome whole(ObjectNode event, JsonNode delta) {
        if (!hasStarted || delta.path(REASON).asText("").isEmpty()) {
            return Answers.malformed(head.status());
        }
        root.add("id", event.path("id"));
        ObjectNode whole = root.whole();
        whole.set(REASON, delta.path(REASON));
        if (delta.path("usage").isObject()) {
            whole.set("usage", delta.path("usage"));
        }
        if (!logprobs.isEmpty()) {
            whole.set("logprobs", logprobs);
        }
        ObjectNode said = message.whole();
        ArrayNode all = said.putArray(CONTENT);
        contents.values().forEach(content -> all.add(content.whole()));
        if (!calls.isEmpty()) {
            ArrayNode list = said.putArray(TOOL_CALLS);
            calls.values().forEach(made -> list.add(made.whole()));
        }
        if (!citations.isEmpty()) {
            said.set("citations", citations);
        }
        whole.set(MESSAGE, said);
        return CohereResponse.judge(call, head, whole);
    }

    @Override
    public CallOutcome end() {
        return outcome == null ? Answers.malformed(head.status()) : outcome;
    }
}
