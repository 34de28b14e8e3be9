package io.spillway.worker.provider.cohere;

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
import io.spillway.worker.provider.DialectCalls;
import io.spillway.worker.provider.ExtraParameters;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.UntranslatableRequestException;
import org.jspecify.annotations.Nullable;

/** Writes a call in Cohere's dialect. */
final class CohereRequest {

    /** What Cohere takes and the contract does not name. */
    private static final Set<String> OWN = Set.of("k", "top_k", "documents", "citation_options", "safety_mode", "strict_tools",
            "thinking", "priority");

    /** Cohere's scale of top_p. */
    private static final double LOWEST_P = 0.01;
    private static final double HIGHEST_P = 0.99;

    private final ProviderCall call;
    private final ChatRequest request;
    private final Set<String> dropped;
    private final ObjectNode body = Json.object();

    private CohereRequest(ProviderCall call) {
        this.call = call;
        this.request = call.request();
        this.dropped = DialectCalls.dropped(call);
    }

    static HttpCall write(ProviderCall call) {
        try {
            return new CohereRequest(call).write();
        } catch (MalformedJsonException e) {
            throw new UntranslatableRequestException(FailureKind.INVALID_REQUEST, "A JSON document inside the request is none.");
        }
    }

    private HttpCall write() {
        refuseUnsupported();
        body.put("model", call.deployment().getModel());
        body.put("stream", call.streams());
        body.set("messages", CohereMessages.write(request.getMessages()));
        putSampling();
        putTools();
        putFormat();
        ExtraParameters.copy(request, OWN, dropped, body);
        rename("top_k", "k");
        DialectCalls.dropUnsupported(call, body);
        DialectCalls.addDeclaredFields(call, body);
        return DialectCalls.post(call, "/v2/chat", headers(), body);
    }

    private void refuseUnsupported() {
        ExtraParameters.refuse("n", request.getN() != null && request.getN() > 1, dropped);
        ExtraParameters.refuse("top_logprobs", request.getTopLogprobs() != null && request.getTopLogprobs() > 0, dropped);
        ExtraParameters.refuse("frequency_penalty", isNegative(request.getFrequencyPenalty()), dropped);
        ExtraParameters.refuse("presence_penalty", isNegative(request.getPresencePenalty()), dropped);
        ExtraParameters.refuse("seed", request.getSeed() != null && request.getSeed() < 0, dropped);
        ExtraParameters.refuse("parallel_tool_calls",
                Boolean.FALSE.equals(request.getParallelToolCalls()) && !request.getTools().isEmpty(), dropped);
    }

    private static boolean isNegative(@Nullable Double penalty) {
        return penalty != null && penalty < 0;
    }

    private void putSampling() {
        if (request.getMaxTokens() != null) {
            body.put("max_tokens", request.getMaxTokens());
        }
        if (request.getTemperature() != null) {
            body.put("temperature", request.getTemperature());
        }
        if (request.getTopP() != null && !dropped.contains("top_p")) {
            body.put("p", Math.clamp(request.getTopP(), LOWEST_P, HIGHEST_P));
        }
        putPenalty("frequency_penalty", request.getFrequencyPenalty());
        putPenalty("presence_penalty", request.getPresencePenalty());
        if (request.getSeed() != null) {
            body.put("seed", request.getSeed());
        }
        if (!request.getStop().isEmpty() && !dropped.contains("stop")) {
            ArrayNode sequences = body.putArray("stop_sequences");
            request.getStop().forEach(sequences::add);
        }
        if (Boolean.TRUE.equals(request.getLogprobs())) {
            body.put("logprobs", true);
        }
        String effort = request.getReasoningEffort();
        if (effort != null && !dropped.contains("reasoning_effort") && call.setting("effort", "drop").equals("keep")) {
            body.putObject("thinking").put("type", effort.equals("none") ? "disabled" : "enabled");
        }
    }

    /** The scale of the dialect ends at 1. */
    private void putPenalty(String name, @Nullable Double penalty) {
        if (penalty != null && penalty >= 0) {
            body.put(name, Math.min(1.0, penalty));
        }
    }

    private void putTools() {
        ToolChoice choice = request.getToolChoice();
        String only = choice == null || dropped.contains("tool_choice") ? null : choice.getFunction();
        List<Tool> offered = request.getTools().stream().filter(tool -> only == null || tool.getName().equals(only)).toList();
        if (offered.isEmpty() || dropped.contains("tools")) {
            return;
        }
        ArrayNode tools = body.putArray("tools");
        for (Tool tool : offered) {
            ObjectNode function = tools.addObject().put("type", "function").putObject("function").put("name", tool.getName());
            if (tool.getDescription() != null) {
                function.put("description", tool.getDescription());
            }
            function.set("parameters",
                    tool.getParameters() == null ? Json.object().put("type", "object") : Json.readObject(tool.getParameters()));
        }
        if (offered.stream().allMatch(tool -> Boolean.TRUE.equals(tool.getStrict()))) {
            body.put("strict_tools", true);
        }
        if (choice != null) {
            switch (choice.getMode()) {
                // A single tool that must be called is the function asked for.
                case REQUIRED, FUNCTION -> body.put("tool_choice", "REQUIRED");
                case NONE -> body.put("tool_choice", "NONE");
                case AUTO, UNKNOWN -> {}
            }
        }
    }

    private void putFormat() {
        ResponseFormat format = request.getResponseFormat();
        if (format == null || dropped.contains("response_format")) {
            return;
        }
        switch (format.getType()) {
            case TEXT, UNKNOWN -> {}
            case JSON_OBJECT -> body.putObject("response_format").put("type", "json_object");
            case JSON_SCHEMA -> {
                String schema = format.getJsonSchema();
                JsonNode document = schema == null ? Json.object().put("type", "object") : Json.readObject(schema);
                body.putObject("response_format").put("type", "json_object").set("json_schema", document);
            }
        }
    }

    private void rename(String from, String to) {
        JsonNode value = body.remove(from);
        if (value != null) {
            body.putIfAbsent(to, value);
        }
    }

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
