package io.spillway.worker.provider.bedrock;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.contract.json.MalformedJsonException;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.FailureKind;
import io.spillway.v1.ResponseFormat;
import io.spillway.worker.provider.DialectCalls;
import io.spillway.worker.provider.ExtraParameters;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.UntranslatableRequestException;
import org.jspecify.annotations.Nullable;

/** Writes a call in the Converse dialect. The model stands in the address and nowhere else. */
final class BedrockRequest {

    private final ProviderCall call;
    private final ChatRequest request;
    private final Set<String> dropped;
    private final ObjectNode body = Json.object();

    private BedrockRequest(ProviderCall call) {
        this.call = call;
        this.request = call.request();
        this.dropped = DialectCalls.dropped(call);
    }

    static HttpCall write(ProviderCall call) {
        try {
            return new BedrockRequest(call).write();
        } catch (MalformedJsonException e) {
            throw new UntranslatableRequestException(FailureKind.INVALID_REQUEST, "A JSON document inside the request is none.");
        }
    }

    private HttpCall write() {
        refuseUnsupported();
        new BedrockMessages(call, dropped).writeTo(body);
        putInference();
        new BedrockTools(call, dropped).writeTo(body);
        putOutputConfig();
        new BedrockExtras(call, dropped).writeTo(body);
        DialectCalls.dropUnsupported(call, body);
        body.properties().removeIf(field -> field.getValue().isObject() && field.getValue().isEmpty());
        DialectCalls.addDeclaredFields(call, body);
        String path = "/model/" + segment(call.deployment().getModel()) + (call.streams() ? "/converse-stream" : "/converse");
        return RequestSigner.authorize(call, DialectCalls.post(call, path, headers(), body));
    }

    /** A path segment as AWS's own clients write it: only letters, digits and {@code -._~} stay as they are. */
    static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
    }

    /** What the dialect has no word for and what would change the answer if it were left out. */
    private void refuseUnsupported() {
        ExtraParameters.refuse("n", request.getN() != null && request.getN() > 1, dropped);
        ExtraParameters.refuse("logprobs", Boolean.TRUE.equals(request.getLogprobs()), dropped);
        ExtraParameters.refuse("top_logprobs", request.getTopLogprobs() != null && request.getTopLogprobs() > 0, dropped);
        ExtraParameters.refuse("frequency_penalty", isSet(request.getFrequencyPenalty()), dropped);
        ExtraParameters.refuse("presence_penalty", isSet(request.getPresencePenalty()), dropped);
    }

    private static boolean isSet(@Nullable Double penalty) {
        return penalty != null && penalty != 0;
    }

    private void putInference() {
        ObjectNode config = body.putObject("inferenceConfig");
        if (request.getMaxTokens() != null && !dropped.contains("max_tokens")) {
            config.put("maxTokens", request.getMaxTokens());
        }
        boolean takesSampling = call.setting("sampling", "keep").equals("keep");
        if (takesSampling && request.getTemperature() != null && !dropped.contains("temperature")) {
            // The scale of the dialect ends at 1.
            config.put("temperature", Math.min(1.0, request.getTemperature()));
        }
        if (takesSampling && request.getTopP() != null && !dropped.contains("top_p")) {
            config.put("topP", request.getTopP());
        }
        List<String> stops = request.getStop().stream().filter(stop -> !stop.isEmpty()).toList();
        if (!stops.isEmpty() && !dropped.contains("stop")) {
            ArrayNode sequences = config.putArray("stopSequences");
            stops.forEach(sequences::add);
        }
    }

    private void putOutputConfig() {
        ObjectNode config = body.putObject("outputConfig");
        String effort = request.getReasoningEffort();
        if (effort != null && !dropped.contains("reasoning_effort") && call.setting("effort", "keep").equals("keep")) {
            switch (effort) {
                case "none" -> body.putObject(BedrockExtras.MODEL_FIELDS).putObject("thinking").put("type", "disabled");
                case "minimal" -> config.put("effort", "low");
                default -> config.put("effort", effort);
            }
        }
        ResponseFormat format = request.getResponseFormat();
        if (format != null && !dropped.contains("response_format")) {
            putFormat(config, format);
        }
    }

    private static void putFormat(ObjectNode config, ResponseFormat format) {
        switch (format.getType()) {
            case TEXT, UNKNOWN -> {}
            case JSON_OBJECT -> throw UntranslatableRequestException.unsupported("response_format");
            case JSON_SCHEMA -> {
                String schema = format.getJsonSchema();
                if (schema == null) {
                    throw UntranslatableRequestException.unsupported("response_format");
                }
                ObjectNode definition = config.putObject("textFormat").put("type", "json_schema").putObject("structure")
                        .putObject("jsonSchema");
                // The schema is a document inside a string here, and nowhere else in the dialect.
                definition.put("schema", Json.text(Json.readObject(schema)));
                if (format.getName() != null) {
                    definition.put("name", format.getName());
                }
                if (format.getDescription() != null) {
                    definition.put("description", format.getDescription());
                }
            }
        }
    }

    private List<HttpCall.Header> headers() {
        List<HttpCall.Header> headers = new ArrayList<>();
        String correlation = call.setting("request-id-header", "");
        if (!correlation.isEmpty()) {
            headers.add(new HttpCall.Header(correlation, call.clientRequestId()));
        }
        return headers;
    }
}
