package io.spillway.worker.provider.openai;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.worker.provider.stream.Fragments;
import io.spillway.worker.provider.stream.MalformedStreamException;

/** The message of one streamed choice, joined from its deltas. */
final class StreamedMessage {

    private static final String CONTENT = "content";
    private static final String TOOL_CALLS = "tool_calls";
    private static final String DETAILS = "reasoning_details";
    private static final String TEXT = "text";

    private static final Set<String> TEXTS = Set.of(CONTENT, "refusal", "reasoning_content", "reasoning");
    private static final Set<String> DETAIL_TEXTS = Set.of(TEXT, "summary", "data");
    /** What makes a delta a token, when it is not empty. */
    private static final List<String> TOKENS = List.of(CONTENT, "refusal", "reasoning_content", "reasoning", DETAILS, TOOL_CALLS,
            "function_call", "audio", "images");

    private final Fragments fields = new Fragments(TEXTS);
    private final ArrayNode parts = Json.array();
    private final Map<String, ArrayNode> lists = new LinkedHashMap<>();
    private final List<Fragments> details = new ArrayList<>();
    private final StreamedToolCalls calls = new StreamedToolCalls();
    private final Fragments audio = new Fragments(Set.of("data", "transcript"));

    /** @return whether it brought a token */
    boolean add(ObjectNode delta) {
        delta.properties().forEach(field -> add(field.getKey(), field.getValue()));
        return TOKENS.stream().map(delta::path).anyMatch(value -> value.isContainerNode()
                ? !value.isEmpty()
                : value.isTextual() && !value.textValue().isEmpty());
    }

    private void add(String name, JsonNode value) {
        switch (name) {
            case TOOL_CALLS -> calls.add(value);
            case CONTENT -> addContent(value);
            case DETAILS -> value.forEach(this::addDetail);
            case "audio" -> {
                if (value instanceof ObjectNode object) {
                    audio.add(object);
                }
            }
            default -> {
                if (value instanceof ArrayNode more) {
                    lists.computeIfAbsent(name, key -> Json.array()).addAll(more);
                } else {
                    fields.add(name, value);
                }
            }
        }
    }

    /** Mistral's reasoning models stream lists of thinking chunks, and then plain texts. */
    private void addContent(JsonNode content) {
        if (content instanceof ArrayNode more) {
            parts.addAll(more);
        } else if (content.isTextual() && !parts.isEmpty()) {
            parts.addObject().put("type", TEXT).put(TEXT, content.textValue());
        } else if (content.isTextual() || content.isNull()) {
            fields.add(CONTENT, content);
        } else {
            throw new MalformedStreamException("has content that is neither text nor a list");
        }
    }

    /** OpenRouter's details of reasoning are numbered as tool calls are. */
    private void addDetail(JsonNode detail) {
        if (!(detail instanceof ObjectNode object)) {
            return;
        }
        Fragments last = details.isEmpty() ? null : details.getLast();
        boolean goesOn = last != null && object.has("index") && last.text("index").equals(object.path("index").asText())
                && last.text("type").equals(object.path("type").asText());
        if (last == null || !goesOn) {
            last = new Fragments(DETAIL_TEXTS);
            details.add(last);
        }
        last.add(object);
    }

    ObjectNode whole() {
        ObjectNode message = fields.whole();
        message.put("role", "assistant");
        if (!parts.isEmpty()) {
            ArrayNode all = Json.array();
            if (fields.has(CONTENT)) {
                all.addObject().put("type", TEXT).put(TEXT, fields.text(CONTENT));
            }
            message.set(CONTENT, all.addAll(parts));
        }
        lists.forEach(message::set);
        if (!details.isEmpty()) {
            ArrayNode all = message.putArray(DETAILS);
            details.forEach(detail -> all.add(detail.whole()));
        }
        if (!calls.isEmpty()) {
            message.set(TOOL_CALLS, calls.whole());
        }
        ObjectNode sound = audio.whole();
        if (!sound.isEmpty()) {
            message.set("audio", sound);
        }
        return message;
    }
}
