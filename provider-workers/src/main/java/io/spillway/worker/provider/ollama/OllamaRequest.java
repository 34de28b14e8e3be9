package io.spillway.worker.provider.ollama;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.contract.json.MalformedJsonException;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.FailureKind;
import io.spillway.v1.ResponseFormat;
import io.spillway.v1.Tool;
import io.spillway.v1.ToolChoice;
import io.spillway.v1.ToolChoiceMode;
import io.spillway.worker.provider.DialectCalls;
import io.spillway.worker.provider.ExtraParameters;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.UntranslatableRequestException;
import org.jspecify.annotations.Nullable;

/** Writes a call in Ollama's dialect. */
final class OllamaRequest {

    /** Sampling options that callers may set. num_ctx and keep_alive are the operator's: they move models in and out of memory. */
    private static final Set<String> OPTIONS = Set.of("top_k", "min_p", "repeat_penalty", "repeat_last_n", "typical_p");

    private final ProviderCall call;
    private final ChatRequest request;
    private final Set<String> dropped;
    private final ObjectNode body = Json.object();
    private final ObjectNode options = Json.object();

    private OllamaRequest(ProviderCall call) {
        this.call = call;
        this.request = call.request();
        this.dropped = DialectCalls.dropped(call);
    }

    static HttpCall write(ProviderCall call) {
        try {
            return new OllamaRequest(call).write();
        } catch (MalformedJsonException e) {
            throw new UntranslatableRequestException(FailureKind.INVALID_REQUEST, "A JSON document inside the request is none.");
        }
    }

    private HttpCall write() {
        ExtraParameters.refuse("n", request.getN() != null && request.getN() > 1, dropped);
        body.put("model", call.deployment().getModel());
        // Streaming is the default, and so is to forget the beginning of a long conversation without a word.
        body.put("stream", call.streams()).put("truncate", false).put("shift", false);
        body.set("messages", OllamaMessages.write(request.getMessages()));
        putTools();
        putFormat();
        putThinking();
        if (Boolean.TRUE.equals(request.getLogprobs())) {
            body.put("logprobs", true);
        }
        if (request.getTopLogprobs() != null) {
            body.put("top_logprobs", request.getTopLogprobs());
        }
        putOptions();
        putOperatorsSettings();
        DialectCalls.dropUnsupported(call, body);
        DialectCalls.addDeclaredFields(call, body);
        return DialectCalls.post(call, "/api/chat", headers(), body);
    }

    private void putTools() {
        ToolChoice choice = request.getToolChoice();
        ToolChoiceMode mode = choice == null ? ToolChoiceMode.AUTO : choice.getMode();
        boolean isForced = mode == ToolChoiceMode.REQUIRED || mode == ToolChoiceMode.FUNCTION;
        ExtraParameters.refuse("tool_choice", isForced, dropped);
        ExtraParameters.refuse("parallel_tool_calls",
                Boolean.FALSE.equals(request.getParallelToolCalls()) && !request.getTools().isEmpty(), dropped);
        if (request.getTools().isEmpty() || mode == ToolChoiceMode.NONE) {
            return;
        }
        ArrayNode tools = body.putArray("tools");
        for (Tool tool : request.getTools()) {
            ObjectNode function = tools.addObject().put("type", "function").putObject("function").put("name", tool.getName());
            function.put("description", tool.getDescription() == null ? "" : tool.getDescription());
            function.set("parameters",
                    tool.getParameters() == null ? Json.object().put("type", "object") : Json.readObject(tool.getParameters()));
        }
    }

    private void putFormat() {
        ResponseFormat format = request.getResponseFormat();
        if (format == null || dropped.contains("response_format")) {
            return;
        }
        switch (format.getType()) {
            case TEXT, UNKNOWN -> {}
            case JSON_OBJECT -> body.put("format", "json");
            case JSON_SCHEMA -> {
                String schema = format.getJsonSchema();
                if (schema == null) {
                    body.put("format", "json");
                } else {
                    body.set("format", Json.readObject(schema));
                }
            }
        }
    }

    /** Most thinking models know on and off, gpt-oss knows three levels. */
    private void putThinking() {
        String effort = request.getReasoningEffort();
        if (effort == null || dropped.contains("reasoning_effort")) {
            return;
        }
        boolean isOff = effort.equals("none");
        if (isOff || call.setting("think", "switch").equals("switch")) {
            body.put("think", !isOff);
            return;
        }
        body.put("think", switch (effort) {
            case "minimal" -> "low";
            case "xhigh", "max" -> "high";
            default -> effort;
        });
    }

    private void putOptions() {
        putNumber("temperature", request.getTemperature());
        putNumber("top_p", request.getTopP());
        putNumber("frequency_penalty", request.getFrequencyPenalty());
        putNumber("presence_penalty", request.getPresencePenalty());
        if (request.getSeed() != null && !dropped.contains("seed")) {
            options.put("seed", request.getSeed());
        }
        if (request.getMaxTokens() != null && !dropped.contains("max_tokens")) {
            options.put("num_predict", request.getMaxTokens());
        }
        if (!request.getStop().isEmpty() && !dropped.contains("stop")) {
            ArrayNode stop = options.putArray("stop");
            request.getStop().forEach(stop::add);
        }
        ExtraParameters.copy(request, OPTIONS, dropped, options);
        if (!options.isEmpty()) {
            body.set("options", options);
        }
    }

    private void putNumber(String name, @Nullable Double value) {
        if (value != null && !dropped.contains(name)) {
            options.put(name, value);
        }
    }

    private void putOperatorsSettings() {
        String window = call.setting("num-ctx", "");
        if (!window.isEmpty()) {
            options.set("num_ctx", number(window, "num-ctx"));
            body.set("options", options);
        }
        String keepAlive = call.setting("keep-alive", "");
        if (!keepAlive.isEmpty()) {
            // -1 for ever and 0 not at all are numbers, durations such as 10m are text.
            body.set("keep_alive",
                    keepAlive.matches("-?\\d{1,9}") ? number(keepAlive, "keep-alive") : Json.object().textNode(keepAlive));
        }
    }

    private static JsonNode number(String value, String setting) {
        if (!value.matches("-?\\d{1,9}")) {
            throw UntranslatableRequestException
                    .unsupportedContent("The deployment's setting " + setting + " is not a number; mend it.");
        }
        return Json.object().numberNode(Integer.parseInt(value));
    }

    /** None at home; the cloud takes a key. */
    private List<HttpCall.Header> headers() {
        List<HttpCall.Header> headers = new ArrayList<>();
        if (!call.credential().isNone()) {
            headers.add(new HttpCall.Header("Authorization", "Bearer " + call.credential().reveal()));
        }
        String correlation = call.setting("request-id-header", "");
        if (!correlation.isEmpty()) {
            headers.add(new HttpCall.Header(correlation, call.clientRequestId()));
        }
        return headers;
    }
}
