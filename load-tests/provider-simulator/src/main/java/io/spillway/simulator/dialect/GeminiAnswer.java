package io.spillway.simulator.dialect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Words Google's answers, whole and as a stream of answers that add up. */
final class GeminiAnswer {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private GeminiAnswer() {}

    static JsonNode completion(ChatCall call, Answer answer, Answer.Shape shape, CallFacts facts) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode candidates = body.putArray("candidates");
        for (int index = 0; index < call.choices() && shape != Answer.Shape.NO_CHOICES; index++) {
            ObjectNode candidate = candidates.addObject();
            ArrayNode parts = candidate.putObject("content").put("role", "model").putArray("parts");
            answer.tool().ifPresentOrElse(tool -> addCall(parts, tool, facts), () -> {
                if (!answer.text().isEmpty()) {
                    parts.addObject().put("text", answer.text());
                }
            });
            finish(candidate, answer, index);
        }
        if (shape != Answer.Shape.NO_USAGE) {
            body.set("usageMetadata", usage(answer));
        }
        return identified(body, call, facts);
    }

    static List<byte[]> stream(ChatCall call, Answer answer, Answer.Shape shape, CallFacts facts) {
        SseEvents events = new SseEvents();
        for (int index = 0; index < call.choices() && shape != Answer.Shape.NO_CHOICES; index++) {
            for (String delta : answer.tool().isPresent() ? List.<String>of() : SseEvents.deltas(answer.text())) {
                ObjectNode chunk = JsonNodeFactory.instance.objectNode();
                ObjectNode candidate = chunk.putArray("candidates").addObject();
                candidate.putObject("content").put("role", "model").putArray("parts").addObject().put("text", delta);
                candidate.put("index", index);
                events.data(identified(chunk, call, facts));
            }
        }
        ObjectNode last = JsonNodeFactory.instance.objectNode();
        ArrayNode candidates = last.putArray("candidates");
        for (int index = 0; index < call.choices() && shape != Answer.Shape.NO_CHOICES; index++) {
            ObjectNode candidate = candidates.addObject();
            ArrayNode parts = candidate.putObject("content").put("role", "model").putArray("parts");
            answer.tool().ifPresentOrElse(tool -> addCall(parts, tool, facts), () -> parts.addObject().put("text", ""));
            finish(candidate, answer, index);
        }
        if (shape != Answer.Shape.NO_USAGE) {
            last.set("usageMetadata", usage(answer));
        }
        events.data(identified(last, call, facts));
        return events.all();
    }

    private static ObjectNode identified(ObjectNode body, ChatCall call, CallFacts facts) {
        return body.put("modelVersion", call.model()).put("responseId", facts.token());
    }

    private static void addCall(ArrayNode parts, Answer.ToolCall tool, CallFacts facts) {
        ObjectNode part = parts.addObject();
        part.putObject("functionCall").put("id", "fc_" + facts.token()).put("name", tool.name()).set("args",
                parsed(tool.arguments()));
        part.put("thoughtSignature",
                Base64.getEncoder().encodeToString(("thought " + facts.token()).getBytes(StandardCharsets.US_ASCII)));
    }

    /** A call for tools ends with STOP, as every complete answer does. */
    private static void finish(ObjectNode candidate, Answer answer, int index) {
        candidate.put("finishReason", switch (answer.finish()) {
            case STOP, TOOL_CALLS -> "STOP";
            case LENGTH -> "MAX_TOKENS";
        });
        candidate.put("index", index);
    }

    /** Counts of zero are left out, as protobuf does; thoughts stand beside the candidates' tokens. */
    private static ObjectNode usage(Answer answer) {
        ObjectNode usage = JsonNodeFactory.instance.objectNode();
        put(usage, "promptTokenCount", answer.promptTokens());
        put(usage, "cachedContentTokenCount", answer.cachedTokens());
        put(usage, "candidatesTokenCount", answer.completionTokens() - answer.reasoningTokens());
        put(usage, "thoughtsTokenCount", answer.reasoningTokens());
        put(usage, "totalTokenCount", answer.promptTokens() + answer.completionTokens());
        return usage;
    }

    private static void put(ObjectNode usage, String name, int count) {
        if (count != 0) {
            usage.put(name, count);
        }
    }

    private static JsonNode parsed(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("tool arguments must be JSON; make them with SchemaSample", e);
        }
    }
}
