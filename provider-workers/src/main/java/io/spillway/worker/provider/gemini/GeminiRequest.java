package io.spillway.worker.provider.gemini;

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
import io.spillway.worker.provider.DialectCalls;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.UntranslatableRequestException;
import org.jspecify.annotations.Nullable;

/** Writes a call in Google's dialect. */
final class GeminiRequest {

    private static final int MOST_STOPS = 5;

    private final ProviderCall call;
    private final Surface surface;
    private final ChatRequest request;
    private final Set<String> dropped;
    private final ObjectNode config = Json.object();

    private GeminiRequest(ProviderCall call, Surface surface) {
        this.call = call;
        this.surface = surface;
        this.request = call.request();
        this.dropped = DialectCalls.dropped(call);
    }

    static HttpCall write(ProviderCall call, Surface surface) {
        try {
            return new GeminiRequest(call, surface).write();
        } catch (MalformedJsonException e) {
            throw new UntranslatableRequestException(FailureKind.INVALID_REQUEST, "A JSON document inside the request is none.");
        }
    }

    private HttpCall write() {
        ObjectNode body = Json.object();
        new GeminiContents(call, surface).writeTo(body);
        GeminiTools.write(call, dropped, body);
        putSampling();
        putLimits();
        putFormat();
        GeminiThinking.writeTo(call, dropped, config);
        GeminiExtras.writeTo(request, dropped, body, config);
        if (!config.isEmpty()) {
            body.set("generationConfig", config);
        }
        DialectCalls.dropUnsupported(call, body);
        DialectCalls.addDeclaredFields(call, body);
        return DialectCalls.post(surface.located(call), surface.path(call), surface.headers(call), body);
    }

    private void putSampling() {
        put("temperature", "temperature", request.getTemperature());
        put("top_p", "topP", request.getTopP());
        if (!dropped.contains(RefusedParameters.PENALTIES)) {
            put("presence_penalty", "presencePenalty", nonZero(request.getPresencePenalty()));
            put("frequency_penalty", "frequencyPenalty", nonZero(request.getFrequencyPenalty()));
        }
        Long seed = request.getSeed();
        if (seed != null && !dropped.contains("seed")) {
            // The dialect's seed has 32 bits; the same long seed always becomes the same short one.
            boolean fits = seed.longValue() == seed.intValue();
            config.put("seed", fits ? seed.intValue() : Long.hashCode(seed));
        }
        if (Boolean.TRUE.equals(request.getLogprobs()) && !dropped.contains("logprobs")) {
            config.put("responseLogprobs", true);
            Integer top = request.getTopLogprobs();
            if (top != null && top > 0 && !dropped.contains("top_logprobs")) {
                config.put("logprobs", top);
            }
        }
    }

    private void putLimits() {
        Integer limit = request.getMaxTokens();
        if (limit != null && !dropped.contains("max_tokens")) {
            config.put("maxOutputTokens", limit);
        }
        Integer n = request.getN();
        if (n != null && n > 1 && !dropped.contains("n")) {
            config.put("candidateCount", n);
        }
        List<String> stops = request.getStop();
        if (stops.isEmpty() || dropped.contains("stop")) {
            return;
        }
        if (stops.size() > MOST_STOPS) {
            throw UntranslatableRequestException.unsupported("stop");
        }
        ArrayNode sequences = config.putArray("stopSequences");
        stops.forEach(sequences::add);
    }

    private void putFormat() {
        ResponseFormat format = request.getResponseFormat();
        if (format == null || dropped.contains("response_format")) {
            return;
        }
        switch (format.getType()) {
            case TEXT, UNKNOWN -> {}
            case JSON_OBJECT -> config.put("responseMimeType", "application/json");
            case JSON_SCHEMA -> {
                config.put("responseMimeType", "application/json");
                String text = format.getJsonSchema();
                if (text != null) {
                    JsonNode schema = Json.readObject(text);
                    boolean isOpenApi = GeminiSchemas.isOpenApi(call);
                    config.set(isOpenApi ? "responseSchema" : "responseJsonSchema",
                            isOpenApi ? GeminiSchemas.toOpenApi(schema) : schema);
                }
            }
        }
    }

    private void put(String parameter, String field, @Nullable Double value) {
        if (value != null && !dropped.contains(parameter)) {
            config.put(field, value);
        }
    }

    /** Zero is what the model does anyway, and some models refuse the field. */
    private static @Nullable Double nonZero(@Nullable Double penalty) {
        return penalty == null || penalty == 0 ? null : penalty;
    }
}
