package io.spillway.simulator.dialect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

/** Words Bedrock's answers, whole and as messages of an event stream. */
final class BedrockAnswer {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private BedrockAnswer() {}

    static JsonNode completion(Answer answer, Answer.Shape shape, CallFacts facts) {
        ObjectNode body = object();
        body.putObject("metrics").put("latencyMs", facts.processing().toMillis());
        ObjectNode message = body.putObject("output").putObject("message");
        ArrayNode content = message.putArray("content");
        message.put("role", "assistant");
        if (shape != Answer.Shape.NO_CHOICES) {
            ObjectNode block = content.addObject();
            answer.tool().ifPresentOrElse(tool -> block.putObject("toolUse").put("name", tool.name())
                    .put("toolUseId", toolUseId(facts)).set("input", parsed(tool.arguments())),
                    () -> block.put("text", answer.text()));
        }
        body.put("stopReason", stopReason(answer));
        if (shape != Answer.Shape.NO_USAGE) {
            body.set("usage", usage(answer));
        }
        return body;
    }

    static List<byte[]> stream(Answer answer, Answer.Shape shape, CallFacts facts) {
        List<byte[]> events = new ArrayList<>();
        events.add(event("messageStart", object().put("role", "assistant")));
        if (shape != Answer.Shape.NO_CHOICES) {
            answer.tool().ifPresent(tool -> {
                ObjectNode start = object().put("contentBlockIndex", 0);
                start.putObject("start").putObject("toolUse").put("name", tool.name()).put("toolUseId", toolUseId(facts));
                events.add(event("contentBlockStart", start));
            });
            for (String piece : SseEvents.deltas(answer.tool().map(Answer.ToolCall::arguments).orElse(answer.text()))) {
                ObjectNode delta = object().put("contentBlockIndex", 0);
                if (answer.tool().isPresent()) {
                    delta.putObject("delta").putObject("toolUse").put("input", piece);
                } else {
                    delta.putObject("delta").put("text", piece);
                }
                events.add(event("contentBlockDelta", delta));
            }
            events.add(event("contentBlockStop", object().put("contentBlockIndex", 0)));
        }
        events.add(event("messageStop", object().put("stopReason", stopReason(answer))));
        ObjectNode metadata = object();
        metadata.putObject("metrics").put("latencyMs", facts.processing().toMillis());
        if (shape != Answer.Shape.NO_USAGE) {
            metadata.set("usage", usage(answer));
        }
        events.add(event("metadata", metadata));
        return events;
    }

    /** A piece of the answer without any text. */
    static byte[] nothing() {
        ObjectNode delta = object().put("contentBlockIndex", 0);
        delta.putObject("delta").put("text", "");
        return event("contentBlockDelta", delta);
    }

    /** An error inside a stream. */
    static byte[] exception(String type, JsonNode error) {
        String name = Character.toLowerCase(type.charAt(0)) + type.substring(1);
        return message(Map.of(":message-type", "exception", ":exception-type", name), error);
    }

    private static byte[] event(String type, ObjectNode payload) {
        // Bedrock pads its events, so that their lengths tell nothing about the text.
        return message(Map.of(":message-type", "event", ":event-type", type), payload.put("p", "abcdefgh"));
    }

    private static byte[] message(Map<String, String> headers, JsonNode payload) {
        Map<String, HeaderValue> values = new TreeMap<>();
        headers.forEach((name, value) -> values.put(name, HeaderValue.fromString(value)));
        values.put(":content-type", HeaderValue.fromString("application/json"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Message(values, payload.toString().getBytes(StandardCharsets.UTF_8)).encode(out);
        return out.toByteArray();
    }

    private static String toolUseId(CallFacts facts) {
        return "tooluse_" + facts.token();
    }

    private static String stopReason(Answer answer) {
        return switch (answer.finish()) {
            case STOP -> "end_turn";
            case LENGTH -> "max_tokens";
            case TOOL_CALLS -> "tool_use";
        };
    }

    /** What was read from the cache stands beside the input, not in it. */
    private static ObjectNode usage(Answer answer) {
        ObjectNode usage = object().put("inputTokens", answer.promptTokens() - answer.cachedTokens())
                .put("outputTokens", answer.completionTokens())
                .put("totalTokens", answer.promptTokens() + answer.completionTokens());
        return Optional.of(answer.cachedTokens()).filter(cached -> cached > 0)
                .map(cached -> usage.put("cacheReadInputTokens", cached).put("cacheWriteInputTokens", 0)).orElse(usage);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static JsonNode parsed(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("tool arguments must be JSON; make them with SchemaSample", e);
        }
    }
}
