package io.spillway.simulator.dialect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.simulator.wire.HttpRequest;
import io.spillway.simulator.wire.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Ollama's native chat. It streams lines of JSON unless told not to. */
final class OllamaDialect implements Dialect {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final long NANOS_PER_TOKEN = 20_000_000;

    private final OpenAiDialect openAi = new OpenAiDialect();

    @Override
    public boolean serves(String path) {
        return path.equals("/api/chat");
    }

    @Override
    public String model(HttpRequest request, JsonNode body) {
        return openAi.model(request, body);
    }

    @Override
    public Reading read(HttpRequest request, JsonNode body) {
        ObjectNode translated = body.deepCopy();
        translated.put("stream", body.path("stream").asBoolean(true));
        JsonNode cap = body.path("options").path("num_predict");
        if (cap.isNumber() && cap.asInt() > 0) {
            translated.set("max_tokens", cap);
        }
        JsonNode format = body.path("format");
        if (format.isObject()) {
            translated.putObject("response_format").put("type", "json_schema").putObject("json_schema").set("schema", format);
        } else if (format.isTextual()) {
            translated.putObject("response_format").put("type", "json_object");
        }
        for (JsonNode message : translated.path("messages")) {
            if (message instanceof ObjectNode object && message.path("role").asText().equals("tool")) {
                object.put("tool_call_id", message.path("tool_call_id").asText("call"));
            }
            for (JsonNode image : message.path("images")) {
                if (image.asText().startsWith("data:") || image.asText().startsWith("http")) {
                    return new Reading.Refused(error(400, "", "illegal base64 data at input byte 4"));
                }
            }
            for (JsonNode call : message.path("tool_calls")) {
                if (!call.path("function").path("arguments").isObject()) {
                    return new Reading.Refused(error(400, "",
                            "json: cannot unmarshal string into Go struct field of type api.ToolCallFunctionArguments"));
                }
            }
        }
        return openAi.read(request, translated);
    }

    @Override
    public Optional<String> credential(HttpRequest request) {
        return openAi.credential(request);
    }

    @Override
    public JsonNode completion(ChatCall call, Answer answer, Answer.Shape shape, CallFacts facts) {
        ObjectNode body = head(call, facts);
        ObjectNode message = body.putObject("message").put("role", "assistant").put("content", answer.text());
        if (shape == Answer.Shape.NO_CHOICES) {
            body.remove("message");
        } else {
            answer.tool().ifPresent(tool -> message.putArray("tool_calls").addObject().put("id", "call_" + facts.token())
                    .putObject("function").put("index", 0).put("name", tool.name()).set("arguments", parsed(tool.arguments())));
        }
        return end(body, answer, shape);
    }

    private static ObjectNode head(ChatCall call, CallFacts facts) {
        return JsonNodeFactory.instance.objectNode().put("model", call.model()).put("created_at", facts.receivedAt().toString());
    }

    private static ObjectNode end(ObjectNode body, Answer answer, Answer.Shape shape) {
        body.put("done", true).put("done_reason", answer.finish() == Answer.Finish.LENGTH ? "length" : "stop");
        if (shape != Answer.Shape.NO_USAGE) {
            long evaluation = answer.completionTokens() * NANOS_PER_TOKEN;
            body.put("total_duration", evaluation + 2 * NANOS_PER_TOKEN).put("load_duration", NANOS_PER_TOKEN)
                    .put("prompt_eval_count", answer.promptTokens()).put("prompt_eval_duration", NANOS_PER_TOKEN)
                    .put("eval_count", answer.completionTokens()).put("eval_duration", evaluation);
        }
        return body;
    }

    private static JsonNode parsed(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the simulator wrote arguments that are not JSON", e);
        }
    }

    @Override
    public List<byte[]> stream(ChatCall call, Answer answer, Answer.Shape shape, CallFacts facts) {
        List<byte[]> lines = new ArrayList<>();
        for (String part : shape == Answer.Shape.NO_CHOICES ? List.<String>of() : SseEvents.deltas(answer.text())) {
            ObjectNode line = head(call, facts).put("done", false);
            line.putObject("message").put("role", "assistant").put("content", part);
            lines.add(line(line));
        }
        if (answer.tool().isPresent() && shape != Answer.Shape.NO_CHOICES) {
            // Calls are never cut.
            ObjectNode line = head(call, facts).put("done", false);
            line.set("message", completion(call, answer, shape, facts).path("message"));
            lines.add(line(line));
        }
        ObjectNode last = head(call, facts);
        last.putObject("message").put("role", "assistant").put("content", "");
        lines.add(line(end(last, answer, shape)));
        return List.copyOf(lines);
    }

    @Override
    public String streamType() {
        return "application/x-ndjson";
    }

    /** It sends nothing that is not part of the answer. */
    @Override
    public byte[] signOfLife() {
        return "\n".getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] streamError(JsonNode error) {
        return line(error);
    }

    private static byte[] line(JsonNode node) {
        return (node + "\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public JsonNode errorBody(ProviderError error, CallFacts facts) {
        return JsonNodeFactory.instance.objectNode().put("error", error.message());
    }

    /** Ollama sets none. */
    @Override
    public void addHeaders(ResponseHead head, CallFacts facts, RateFacts rate) {}

    @Override
    public void addRetryAfter(ResponseHead head, Duration wait) {}

    @Override
    public ProviderError error(int status, String code, String message) {
        String usual = switch (status) {
            case 401 -> "unauthorized";
            case 404 -> "model not found";
            case 429 -> "too many concurrent requests";
            case 503 -> "server busy, please try again.  maximum pending requests exceeded";
            default -> status >= 500 ? "model runner has unexpectedly stopped" : "invalid request";
        };
        return new ProviderError(status, "", Optional.of(code).filter(text -> !text.isEmpty()), Optional.empty(),
                message.isEmpty() ? usual : message);
    }

    @Override
    public ProviderError rateLimited(int status, String code, String model, RateFacts rate, Duration wait) {
        return error(status, code, "");
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
        return error(400, "", "invalid character at the beginning of value");
    }

    @Override
    public ProviderError wrongMethod(String method, String path) {
        return error(405, "", "405 method not allowed");
    }

    @Override
    public ProviderError missingCredential() {
        return error(401, "", "");
    }

    @Override
    public ProviderError wrongCredential() {
        return error(401, "", "");
    }

    @Override
    public ProviderError unknownModel(String model) {
        return error(404, "", "model '" + model + "' not found");
    }

    @Override
    public ProviderError windowExceeded(int promptTokens, int completionTokens, int window) {
        return error(400, "", "the input length exceeds the context length");
    }
}
