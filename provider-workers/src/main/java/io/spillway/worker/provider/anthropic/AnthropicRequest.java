package io.spillway.worker.provider.anthropic;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.contract.json.MalformedJsonException;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.FailureKind;
import io.spillway.v1.ResponseFormat;
import io.spillway.worker.provider.DialectCalls;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.UntranslatableRequestException;
import org.jspecify.annotations.Nullable;

/** Writes a call in the Anthropic dialect. */
final class AnthropicRequest {

    /** Bearer authentication, and no sampling parameters at all. */
    static final String NEWER_VERSION = "2026-10-21";
    private static final String OLDER_VERSION = "2023-06-01";
    /** Taken when neither the caller nor the deployment limits the answer: the dialect has no default of its own. */
    private static final int DEFAULT_MAX_TOKENS = 4_096;

    private final ProviderCall call;
    private final ChatRequest request;
    private final Set<String> dropped;
    private final ObjectNode body = Json.object();

    private AnthropicRequest(ProviderCall call) {
        this.call = call;
        this.request = call.request();
        this.dropped = DialectCalls.dropped(call);
    }

    static HttpCall write(ProviderCall call) {
        try {
            return new AnthropicRequest(call).write();
        } catch (MalformedJsonException e) {
            throw new UntranslatableRequestException(FailureKind.INVALID_REQUEST, "A JSON document inside the request is none.");
        }
    }

    private HttpCall write() {
        body.put("model", call.deployment().getModel());
        body.put("max_tokens", maxTokens());
        if (call.streams()) {
            body.put("stream", true);
        }
        refuseUnsupported();
        new AnthropicMessages(call).writeTo(body);
        putSampling();
        new AnthropicTools(request, dropped).writeTo(body);
        putOutputConfig();
        if (request.getUser() != null) {
            body.putObject("metadata").put("user_id", request.getUser());
        }
        AnthropicExtras.writeTo(request, dropped, body);
        DialectCalls.dropUnsupported(call, body);
        // The API refuses a call without it, whatever was said before.
        if (!body.has("max_tokens")) {
            body.put("max_tokens", maxTokens());
        }
        DialectCalls.addDeclaredFields(call, body);
        return DialectCalls.post(call, "/v1/messages", headers(), body);
    }

    private int maxTokens() {
        return Optional.ofNullable(request.getMaxTokens())
                .or(() -> Optional.ofNullable(call.deployment().getLimits().getMaxOutputTokens()))
                .orElse(DEFAULT_MAX_TOKENS);
    }

    /** What the dialect has no word for and what would change the answer if it were left out. */
    private void refuseUnsupported() {
        refuseIf("n", request.getN() != null && request.getN() > 1);
        refuseIf("logprobs", Boolean.TRUE.equals(request.getLogprobs()));
        refuseIf("top_logprobs", request.getTopLogprobs() != null && request.getTopLogprobs() > 0);
        refuseIf("frequency_penalty", isSet(request.getFrequencyPenalty()));
        refuseIf("presence_penalty", isSet(request.getPresencePenalty()));
        refuseIf("stop", request.getStop().stream().anyMatch(String::isBlank));
    }

    private void refuseIf(String parameter, boolean isAsked) {
        if (isAsked && !dropped.contains(parameter)) {
            throw UntranslatableRequestException.unsupported(parameter);
        }
    }

    private static boolean isSet(@Nullable Double penalty) {
        return penalty != null && penalty != 0;
    }

    private void putSampling() {
        boolean takesSampling = !version().equals(NEWER_VERSION) && call.setting("sampling", "keep").equals("keep");
        if (takesSampling && request.getTemperature() != null) {
            // The scale of the dialect ends at 1.
            body.put("temperature", Math.min(1.0, request.getTemperature()));
        }
        if (takesSampling && request.getTopP() != null) {
            body.put("top_p", request.getTopP());
        }
        List<String> stops = request.getStop().stream().filter(stop -> !stop.isBlank()).toList();
        if (!stops.isEmpty() && !dropped.contains("stop")) {
            ArrayNode sequences = body.putArray("stop_sequences");
            stops.forEach(sequences::add);
        }
    }

    private void putOutputConfig() {
        ObjectNode config = Json.object();
        String effort = request.getReasoningEffort();
        if (effort != null && !dropped.contains("reasoning_effort") && call.setting("effort", "keep").equals("keep")) {
            switch (effort) {
                case "none" -> body.putObject("thinking").put("type", "disabled");
                case "minimal" -> config.put("effort", "low");
                default -> config.put("effort", effort);
            }
        }
        ResponseFormat format = request.getResponseFormat();
        if (format != null && !dropped.contains("response_format")) {
            putFormat(config, format);
        }
        if (!config.isEmpty()) {
            body.set("output_config", config);
        }
    }

    private void putFormat(ObjectNode config, ResponseFormat format) {
        switch (format.getType()) {
            case TEXT, UNKNOWN -> {}
            case JSON_OBJECT -> throw UntranslatableRequestException.unsupported("response_format");
            case JSON_SCHEMA -> {
                String schema = format.getJsonSchema();
                if (schema == null) {
                    throw UntranslatableRequestException.unsupported("response_format");
                }
                config.putObject("format").put("type", "json_schema").set("schema", Json.readObject(schema));
            }
        }
    }

    private String version() {
        return call.setting("anthropic-version", OLDER_VERSION);
    }

    private List<HttpCall.Header> headers() {
        List<HttpCall.Header> headers = new ArrayList<>();
        headers.add(new HttpCall.Header("anthropic-version", version()));
        String beta = call.setting("anthropic-beta", "");
        if (!beta.isEmpty()) {
            headers.add(new HttpCall.Header("anthropic-beta", beta));
        }
        if (!call.credential().isNone()) {
            headers.add(version().equals(NEWER_VERSION)
                    ? new HttpCall.Header("Authorization", "Bearer " + call.credential().reveal())
                    : new HttpCall.Header("x-api-key", call.credential().reveal()));
        }
        return headers;
    }
}
