package io.spillway.contract.json;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.v1.ChatMessage;
import io.spillway.v1.ChatRequest;
import org.jspecify.annotations.Nullable;

/** Reads a request. Reports wrong types only; {@link ChatRequestRules} judges the rest. */
final class ChatRequestReader {

    /** Answers are never streamed to a topic, so a request to stream means nothing here. */
    static final Set<String> DROPPED = Set.of("stream", "stream_options");

    /** Known fields that can never appear in {@code extra}. */
    static final Set<String> SCALARS = Set.of("model", "messages", "max_tokens", "max_completion_tokens", "temperature", "top_p",
            "frequency_penalty", "presence_penalty", "n", "seed", "stop", "parallel_tool_calls", "reasoning_effort", "logprobs",
            "top_logprobs", "user");

    /** Known fields whose own unknown fields are kept under the same name in {@code extra}. */
    static final Set<String> OBJECTS = Set.of("tools", "tool_choice", "response_format");

    static final Set<String> KNOWN = Stream.of(SCALARS, OBJECTS, DROPPED).flatMap(Set::stream)
            .collect(Collectors.toUnmodifiableSet());

    private ChatRequestReader() {}

    static ChatRequest read(ObjectNode root, Violations violations) {
        Fields fields = new Fields(root, "", violations);
        ObjectNode residue = Residue.of(root, KNOWN);
        ChatRequest request = Records.request();
        request.setModel(MessageReader.orEmpty(fields.string("model")));
        request.setMessages(messages(fields));
        request.setMaxTokens(maxTokens(fields));
        request.setTemperature(fields.number("temperature"));
        request.setTopP(fields.number("top_p"));
        request.setFrequencyPenalty(fields.number("frequency_penalty"));
        request.setPresencePenalty(fields.number("presence_penalty"));
        request.setN(fields.integer("n"));
        request.setSeed(fields.longInteger("seed"));
        request.setStop(stop(fields));
        request.setTools(ToolReader.tools(fields, residue));
        request.setToolChoice(ToolReader.toolChoice(fields, residue));
        request.setParallelToolCalls(fields.bool("parallel_tool_calls"));
        request.setResponseFormat(ToolReader.responseFormat(fields, residue));
        request.setReasoningEffort(fields.string("reasoning_effort"));
        request.setLogprobs(fields.bool("logprobs"));
        request.setTopLogprobs(fields.integer("top_logprobs"));
        request.setUser(fields.string("user"));
        request.setExtra(Residue.text(residue));
        return request;
    }

    private static List<ChatMessage> messages(Fields fields) {
        List<ChatMessage> messages = new ArrayList<>();
        for (JsonNode item : fields.items("messages")) {
            messages.add(MessageReader.read(item, "messages[" + messages.size() + "]", fields.violations()));
        }
        return messages;
    }

    private static @Nullable Integer maxTokens(Fields fields) {
        Integer older = fields.integer("max_tokens");
        Integer newer = fields.integer("max_completion_tokens");
        if (older != null && newer != null && !older.equals(newer)) {
            fields.violations().add("max_tokens", "differs from max_completion_tokens", "give one of them");
        }
        return newer != null ? newer : older;
    }

    private static List<String> stop(Fields fields) {
        JsonNode stop = fields.get("stop");
        if (stop != null && stop.isTextual()) {
            return List.of(stop.textValue());
        }
        List<String> sequences = new ArrayList<>();
        if (stop != null && !stop.isArray()) {
            fields.wrong("stop", "a string or an array of strings");
            return sequences;
        }
        for (JsonNode item : fields.items("stop")) {
            if (!item.isTextual()) {
                fields.wrong("stop[" + sequences.size() + "]", "a string");
            }
            sequences.add(item.asText());
        }
        return sequences;
    }
}
