package io.spillway.simulator.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Words OpenAI completions, whole and as a stream of chunks. */
final class OpenAiAnswer {

    private static final Pattern DATED = Pattern.compile(".*\\d{4}-\\d{2}-\\d{2}");
    private static final String FINGERPRINT = "fp_51a9c4e7d2";

    private OpenAiAnswer() {}

    /** The dated name that answers carry for an alias. */
    static String snapshot(String model) {
        return DATED.matcher(model).matches() ? model : model + "-2026-08-21";
    }

    static JsonNode completion(ChatCall call, Answer answer, Answer.Shape shape, CallFacts facts) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("id", "chatcmpl-" + facts.token());
        body.put("object", "chat.completion");
        body.put("created", facts.receivedAt().getEpochSecond());
        body.put("model", snapshot(call.model()));
        var choices = body.putArray("choices");
        for (int index = 0; index < call.choices() && shape != Answer.Shape.NO_CHOICES; index++) {
            ObjectNode choice = choices.addObject();
            choice.put("index", index);
            ObjectNode message = choice.putObject("message");
            message.put("role", "assistant");
            answer.tool().ifPresentOrElse(tool -> {
                message.putNull("content");
                putToolCall(message.putArray("tool_calls").addObject(), tool, tool.arguments(), facts);
            }, () -> message.put("content", answer.text()));
            message.putNull("refusal");
            message.putArray("annotations");
            choice.putNull("logprobs");
            choice.put("finish_reason", finish(answer));
        }
        if (shape != Answer.Shape.NO_USAGE) {
            body.set("usage", usage(answer));
        }
        body.put("service_tier", "default");
        body.put("system_fingerprint", FINGERPRINT);
        return body;
    }

    static List<byte[]> stream(ChatCall call, Answer answer, Answer.Shape shape, CallFacts facts) {
        SseEvents events = new SseEvents();
        for (int index = 0; index < call.choices() && shape != Answer.Shape.NO_CHOICES; index++) {
            for (ObjectNode delta : deltas(answer, facts)) {
                events.data(chunk(call, facts, index, delta, null));
            }
            events.data(chunk(call, facts, index, JsonNodeFactory.instance.objectNode(), finish(answer)));
        }
        if (call.includeUsage() && shape != Answer.Shape.NO_USAGE) {
            ObjectNode last = chunkHead(call, facts);
            last.putArray("choices");
            last.set("usage", usage(answer));
            events.data(last);
        }
        events.raw("data: [DONE]\n\n");
        return events.all();
    }

    private static List<ObjectNode> deltas(Answer answer, CallFacts facts) {
        List<ObjectNode> deltas = new ArrayList<>();
        ObjectNode first = JsonNodeFactory.instance.objectNode().put("role", "assistant");
        deltas.add(first);
        answer.tool().ifPresentOrElse(tool -> {
            first.putNull("content");
            putToolCall(first.putArray("tool_calls").addObject().put("index", 0), tool, "", facts);
            for (String part : SseEvents.deltas(tool.arguments())) {
                ObjectNode delta = JsonNodeFactory.instance.objectNode();
                delta.putArray("tool_calls").addObject().put("index", 0).putObject("function").put("arguments", part);
                deltas.add(delta);
            }
        }, () -> {
            first.put("content", "");
            SseEvents.deltas(answer.text())
                    .forEach(part -> deltas.add(JsonNodeFactory.instance.objectNode().put("content", part)));
        });
        first.putNull("refusal");
        return deltas;
    }

    private static ObjectNode chunkHead(ChatCall call, CallFacts facts) {
        ObjectNode chunk = JsonNodeFactory.instance.objectNode();
        chunk.put("id", "chatcmpl-" + facts.token());
        chunk.put("object", "chat.completion.chunk");
        chunk.put("created", facts.receivedAt().getEpochSecond());
        chunk.put("model", snapshot(call.model()));
        chunk.put("service_tier", "default");
        chunk.put("system_fingerprint", FINGERPRINT);
        return chunk;
    }

    private static ObjectNode chunk(ChatCall call, CallFacts facts, int index, ObjectNode delta, @Nullable String finish) {
        ObjectNode chunk = chunkHead(call, facts);
        ObjectNode choice = chunk.putArray("choices").addObject();
        choice.put("index", index);
        choice.set("delta", delta);
        choice.putNull("logprobs");
        choice.put("finish_reason", finish);
        if (call.includeUsage()) {
            chunk.putNull("usage");
        }
        return chunk;
    }

    private static void putToolCall(ObjectNode target, Answer.ToolCall tool, String arguments, CallFacts facts) {
        target.put("id", "call_" + facts.token());
        target.put("type", "function");
        target.putObject("function").put("name", tool.name()).put("arguments", arguments);
    }

    private static String finish(Answer answer) {
        return switch (answer.finish()) {
            case STOP -> "stop";
            case LENGTH -> "length";
            case TOOL_CALLS -> "tool_calls";
        };
    }

    private static ObjectNode usage(Answer answer) {
        ObjectNode usage = JsonNodeFactory.instance.objectNode();
        usage.put("prompt_tokens", answer.promptTokens());
        usage.put("completion_tokens", answer.completionTokens());
        usage.put("total_tokens", answer.promptTokens() + answer.completionTokens());
        usage.putObject("prompt_tokens_details").put("cached_tokens", answer.cachedTokens()).put("audio_tokens", 0);
        usage.putObject("completion_tokens_details").put("reasoning_tokens", answer.reasoningTokens()).put("audio_tokens", 0)
                .put("accepted_prediction_tokens", 0).put("rejected_prediction_tokens", 0);
        return usage;
    }
}
