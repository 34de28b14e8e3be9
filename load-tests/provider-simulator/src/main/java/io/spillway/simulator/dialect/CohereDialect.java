package io.spillway.simulator.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.simulator.wire.HttpRequest;
import io.spillway.simulator.wire.ResponseHead;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Cohere's chat, version 2. Errors are a status and a sentence. */
final class CohereDialect implements Dialect {

    private static final Set<String> FIELDS = Set.of("model", "messages", "tools", "tool_choice", "strict_tools", "documents",
            "citation_options", "response_format", "safety_mode", "max_tokens", "stop_sequences", "temperature", "seed", "p", "k",
            "frequency_penalty", "presence_penalty", "logprobs", "thinking", "priority", "stream");

    private final OpenAiDialect openAi = new OpenAiDialect();

    @Override
    public boolean serves(String path) {
        return path.equals("/v2/chat");
    }

    @Override
    public String model(HttpRequest request, JsonNode body) {
        return openAi.model(request, body);
    }

    /** Checks the names of fields, then reads the rest as OpenAI's. */
    @Override
    public Reading read(HttpRequest request, JsonNode body) {
        for (Iterator<String> names = body.fieldNames(); names.hasNext();) {
            String name = names.next();
            if (!FIELDS.contains(name)) {
                return new Reading.Refused(unknownField(name));
            }
        }
        for (JsonNode tool : body.path("tools")) {
            if (tool.path("function").has("strict")) {
                return new Reading.Refused(unknownField("strict"));
            }
        }
        ObjectNode translated = body.deepCopy();
        JsonNode choice = body.path("tool_choice");
        if (choice.isTextual()) {
            translated.put("tool_choice", choice.textValue().equals("REQUIRED") ? "required" : "none");
        }
        JsonNode schema = body.path("response_format").path("json_schema");
        if (schema.isObject()) {
            translated.putObject("response_format").put("type", "json_schema").putObject("json_schema").set("schema", schema);
        }
        return openAi.read(request, translated);
    }

    private static ProviderError unknownField(String name) {
        return ProviderError.of(422, "", "unknown field: parameter '" + name + "' is not a valid field. For proper usage, please"
                + " refer to https://docs.cohere.com/reference/chat");
    }

    @Override
    public Optional<String> credential(HttpRequest request) {
        return openAi.credential(request);
    }

    @Override
    public JsonNode completion(ChatCall call, Answer answer, Answer.Shape shape, CallFacts facts) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("id", facts.token());
        body.put("finish_reason", finish(answer));
        ObjectNode message = body.putObject("message").put("role", "assistant");
        if (shape == Answer.Shape.NO_CHOICES) {
            message.putArray("content");
        } else {
            answer.tool().ifPresentOrElse(tool -> {
                message.put("tool_plan", "I will use the tool.");
                message.putArray("tool_calls").addObject().put("id", tool.name() + "_" + facts.token()).put("type", "function")
                        .putObject("function").put("name", tool.name()).put("arguments", tool.arguments());
            }, () -> message.putArray("content").addObject().put("type", "text").put("text", answer.text()));
        }
        if (shape != Answer.Shape.NO_USAGE) {
            body.set("usage", usage(answer));
        }
        return body;
    }

    private static ObjectNode usage(Answer answer) {
        ObjectNode usage = JsonNodeFactory.instance.objectNode();
        usage.putObject("billed_units").put("input_tokens", (double) answer.promptTokens()).put("output_tokens",
                (double) answer.completionTokens());
        usage.putObject("tokens").put("input_tokens", (double) answer.promptTokens()).put("output_tokens",
                (double) answer.completionTokens());
        return usage.put("cached_tokens", (double) answer.cachedTokens());
    }

    private static String finish(Answer answer) {
        return switch (answer.finish()) {
            case STOP -> "COMPLETE";
            case LENGTH -> "MAX_TOKENS";
            case TOOL_CALLS -> "TOOL_CALL";
        };
    }

    @Override
    public List<byte[]> stream(ChatCall call, Answer answer, Answer.Shape shape, CallFacts facts) {
        SseEvents events = new SseEvents();
        ObjectNode start = event("message-start").put("id", facts.token());
        start.putObject("delta").putObject("message").put("role", "assistant").putArray("content");
        events.named("message-start", start);
        if (shape != Answer.Shape.NO_CHOICES) {
            answer.tool().ifPresentOrElse(tool -> addToolCall(events, tool, facts), () -> addText(events, answer.text()));
        }
        ObjectNode end = event("message-end");
        ObjectNode delta = end.putObject("delta").put("finish_reason", finish(answer));
        if (shape != Answer.Shape.NO_USAGE) {
            delta.set("usage", usage(answer));
        }
        events.named("message-end", end);
        return events.all();
    }

    private static void addText(SseEvents events, String text) {
        ObjectNode start = event("content-start").put("index", 0);
        start.putObject("delta").putObject("message").putObject("content").put("type", "text").put("text", "");
        events.named("content-start", start);
        for (String part : SseEvents.deltas(text)) {
            ObjectNode delta = event("content-delta").put("index", 0);
            delta.putObject("delta").putObject("message").putObject("content").put("text", part);
            events.named("content-delta", delta);
        }
        events.named("content-end", event("content-end").put("index", 0));
    }

    private static void addToolCall(SseEvents events, Answer.ToolCall tool, CallFacts facts) {
        for (String part : SseEvents.deltas("I will use the tool.")) {
            ObjectNode plan = event("tool-plan-delta");
            plan.putObject("delta").putObject("message").put("tool_plan", part);
            events.named("tool-plan-delta", plan);
        }
        ObjectNode start = event("tool-call-start").put("index", 0);
        start.putObject("delta").putObject("message").putObject("tool_calls").put("id", tool.name() + "_" + facts.token())
                .put("type", "function").putObject("function").put("name", tool.name()).put("arguments", "");
        events.named("tool-call-start", start);
        for (String part : SseEvents.deltas(tool.arguments())) {
            ObjectNode delta = event("tool-call-delta").put("index", 0);
            delta.putObject("delta").putObject("message").putObject("tool_calls").putObject("function").put("arguments", part);
            events.named("tool-call-delta", delta);
        }
        events.named("tool-call-end", event("tool-call-end").put("index", 0));
    }

    private static ObjectNode event(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    @Override
    public JsonNode errorBody(ProviderError error, CallFacts facts) {
        return JsonNodeFactory.instance.objectNode().put("id", facts.token()).put("message", error.message());
    }

    @Override
    public void addHeaders(ResponseHead head, CallFacts facts, RateFacts rate) {
        head.add("x-debug-trace-id", facts.token());
    }

    @Override
    public void addRetryAfter(ResponseHead head, Duration wait) {
        head.add("retry-after", (wait.toMillis() + 999) / 1000);
    }

    @Override
    public ProviderError error(int status, String code, String message) {
        String usual = switch (status) {
            case 401 -> "invalid api token";
            case 402 -> "Please add or update your payment method";
            case 404 -> "model not found, make sure the correct model ID was used and that you have access to the model.";
            case 429 -> "You are using a Trial key, which is limited to 20 API calls / minute.";
            case 498 -> "invalid token";
            default -> status >= 500 ? "internal server error" : "invalid request";
        };
        return new ProviderError(status, "", Optional.of(code).filter(text -> !text.isEmpty()), Optional.empty(),
                message.isEmpty() ? usual : message);
    }

    @Override
    public ProviderError rateLimited(int status, String code, String model, RateFacts rate, Duration wait) {
        return error(status, code, status == 429 ? "Please wait and try again later" : "");
    }

    @Override
    public ProviderError unavailable() {
        return error(503, "", "");
    }

    @Override
    public ProviderError brokenInside() {
        return error(500, "", "");
    }

    @Override
    public ProviderError unreadableBody() {
        return error(400, "", "invalid request: the body is not valid JSON");
    }

    @Override
    public ProviderError wrongMethod(String method, String path) {
        return error(405, "", "method not allowed");
    }

    @Override
    public ProviderError missingCredential() {
        return error(401, "", "no api key supplied");
    }

    @Override
    public ProviderError wrongCredential() {
        return error(401, "", "");
    }

    @Override
    public ProviderError unknownModel(String model) {
        return error(404, "",
                "model '" + model + "' not found, make sure the correct model ID was used and that you have access");
    }

    @Override
    public ProviderError windowExceeded(int promptTokens, int completionTokens, int window) {
        return error(400, "", "too many tokens: size limit exceeded by "
                + (promptTokens + (long) completionTokens - window) + " tokens.");
    }
}
