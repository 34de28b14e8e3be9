package io.spillway.simulator.dialect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Words Anthropic messages, whole and as a stream of named events. */
final class AnthropicAnswer {

    private static final Pattern DATED = Pattern.compile(".*\\d{8}");
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private AnthropicAnswer() {}

    /** The dated name that answers carry for an alias. */
    static String snapshot(String model) {
        return DATED.matcher(model).matches() ? model : model + "-20260715";
    }

    static JsonNode completion(ChatCall call, Answer answer, Answer.Shape shape, CallFacts facts) {
        ObjectNode body = message(call, facts);
        if (shape != Answer.Shape.NO_CHOICES) {
            var content = body.withArray("content");
            answer.tool().ifPresentOrElse(tool -> content.add(toolUse(tool, parsed(tool.arguments()), facts)), () -> {
                if (!answer.text().isEmpty()) {
                    content.addObject().put("type", "text").put("text", answer.text());
                }
            });
        }
        body.put("stop_reason", stopReason(answer));
        if (shape != Answer.Shape.NO_USAGE) {
            body.set("usage", usage(answer, answer.completionTokens()));
        }
        return body;
    }

    static List<byte[]> stream(ChatCall call, Answer answer, Answer.Shape shape, CallFacts facts) {
        SseEvents events = new SseEvents();
        boolean withUsage = shape != Answer.Shape.NO_USAGE;
        ObjectNode start = event("message_start");
        ObjectNode message = message(call, facts);
        if (withUsage) {
            message.set("usage", usage(answer, Math.min(1, answer.completionTokens())));
        }
        start.set("message", message);
        events.named("message_start", start);
        if (shape != Answer.Shape.NO_CHOICES) {
            block(events, answer, facts);
        }
        ObjectNode end = event("message_delta");
        end.putObject("delta").put("stop_reason", stopReason(answer)).put("stop_sequence", (@Nullable String) null);
        if (withUsage) {
            end.set("usage", usage(answer, answer.completionTokens()));
        }
        events.named("message_delta", end);
        events.named("message_stop", event("message_stop"));
        return events.all();
    }

    private static void block(SseEvents events, Answer answer, CallFacts facts) {
        ObjectNode start = event("content_block_start").put("index", 0);
        start.set("content_block", answer.tool().map(tool -> toolUse(tool, JsonNodeFactory.instance.objectNode(), facts))
                .orElseGet(() -> JsonNodeFactory.instance.objectNode().put("type", "text").put("text", "")));
        events.named("content_block_start", start);
        events.named("ping", event("ping"));
        boolean tool = answer.tool().isPresent();
        String text = answer.tool().map(Answer.ToolCall::arguments).orElse(answer.text());
        for (String part : SseEvents.deltas(text)) {
            ObjectNode delta = event("content_block_delta").put("index", 0);
            delta.putObject("delta").put("type", tool ? "input_json_delta" : "text_delta").put(tool ? "partial_json" : "text",
                    part);
            events.named("content_block_delta", delta);
        }
        events.named("content_block_stop", event("content_block_stop").put("index", 0));
    }

    private static ObjectNode event(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    private static ObjectNode message(ChatCall call, CallFacts facts) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("id", "msg_01" + facts.token());
        body.put("type", "message");
        body.put("role", "assistant");
        body.put("model", snapshot(call.model()));
        body.putArray("content");
        body.putNull("stop_reason");
        body.putNull("stop_sequence");
        body.putNull("stop_details");
        return body;
    }

    private static ObjectNode toolUse(Answer.ToolCall tool, JsonNode input, CallFacts facts) {
        ObjectNode block = JsonNodeFactory.instance.objectNode();
        block.put("type", "tool_use").put("id", "toolu_01" + facts.token()).put("name", tool.name());
        block.set("input", input);
        return block;
    }

    private static JsonNode parsed(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("tool arguments must be JSON; make them with SchemaSample", e);
        }
    }

    private static String stopReason(Answer answer) {
        return switch (answer.finish()) {
            case STOP -> "end_turn";
            case LENGTH -> "max_tokens";
            case TOOL_CALLS -> "tool_use";
        };
    }

    /** Anthropic counts cached tokens beside input_tokens, not within. */
    private static ObjectNode usage(Answer answer, int outputTokens) {
        ObjectNode usage = JsonNodeFactory.instance.objectNode();
        usage.put("input_tokens", answer.promptTokens() - answer.cachedTokens());
        usage.put("cache_creation_input_tokens", 0);
        usage.put("cache_read_input_tokens", answer.cachedTokens());
        usage.putObject("cache_creation").put("ephemeral_5m_input_tokens", 0).put("ephemeral_1h_input_tokens", 0);
        usage.put("output_tokens", outputTokens);
        usage.put("service_tier", "standard");
        usage.put("inference_geo", "global");
        usage.putNull("server_tool_use");
        return usage;
    }
}
