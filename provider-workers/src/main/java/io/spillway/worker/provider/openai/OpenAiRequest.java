package io.spillway.worker.provider.openai;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.ChatRequestJson;
import io.spillway.contract.json.Json;
import io.spillway.contract.json.MalformedJsonException;
import io.spillway.v1.FailureKind;
import io.spillway.worker.provider.DialectCalls;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.UntranslatableRequestException;

/** Writes a call in the OpenAI dialect. Dialects close to it start from {@link #body} and end with {@link #post}. */
public final class OpenAiRequest {

    private static final String NEWER_LIMIT = "max_completion_tokens";
    private static final String OLDER_LIMIT = "max_tokens";
    private static final String EFFORT = "reasoning_effort";
    /** Under which names servers give their reasoning; of no use to any other server. */
    private static final List<String> REASONING = List.of("reasoning_content", "reasoning", "reasoning_details");

    /**
     * Parameters by which a caller could make an aggregator or a proxy leave the deployment that policy chose, call it more than
     * once, or use another credential. Only the operator sets them, with the setting {@code body}.
     */
    private static final Set<String> OPERATORS_ONLY = Set.of("models", "route", "provider", "fallbacks",
            "context_window_fallbacks",
            "content_policy_fallbacks", "api_key", "api_base", "base_url", "api_version", "custom_llm_provider", "extra_headers",
            "mock_response", "plugins", "num_retries", "max_retries", "disable_fallbacks");

    private OpenAiRequest() {}

    static HttpCall write(ProviderCall call) {
        return post(call, "/chat/completions", body(call));
    }

    /** The request in OpenAI's shape and under the declared quirks; nothing is dropped or added by declaration yet. */
    public static ObjectNode body(ProviderCall call) {
        ObjectNode body = tree(call);
        body.put("model", call.deployment().getModel());
        body.remove(OPERATORS_ONLY);
        rename(body, NEWER_LIMIT, limitField(call));
        rename(body, "seed", call.setting("seed-field", "seed"));
        adaptEffort(call, body);
        adaptMessages(call, body);
        if (call.streams()) {
            body.put("stream", true);
            // Without it a stream has no usage at all; servers that refuse it are told by the setting drop.
            body.putObject("stream_options").put("include_usage", true);
        }
        return body;
    }

    /**
     * Sends a body: what the deployment does not support is taken out, what the catalogue declares is put in.
     *
     * @param path appended to the endpoint unless the setting {@code path} says otherwise
     */
    public static HttpCall post(ProviderCall call, String path, ObjectNode body) {
        DialectCalls.dropUnsupported(call, body);
        DialectCalls.addDeclaredFields(call, body);
        return DialectCalls.post(call, path, headers(call), body);
    }

    private static ObjectNode tree(ProviderCall call) {
        try {
            return ChatRequestJson.tree(call.request());
        } catch (MalformedJsonException e) {
            throw new UntranslatableRequestException(FailureKind.INVALID_REQUEST, "A JSON document inside the request is none.");
        }
    }

    /** The name the deployment takes; if it called that one unsupported, the other. */
    private static String limitField(ProviderCall call) {
        String declared = call.setting("max-tokens-field", NEWER_LIMIT);
        String other = declared.equals(OLDER_LIMIT) ? NEWER_LIMIT : OLDER_LIMIT;
        return call.dropParameters().contains(declared) && !call.dropParameters().contains(other) ? other : declared;
    }

    private static void rename(ObjectNode body, String from, String to) {
        if (!from.equals(to) && body.has(from)) {
            JsonNode value = body.remove(from);
            body.set(to, value);
        }
    }

    /** Servers that switch reasoning off in a way of their own say how in the setting {@code effort-none}. */
    private static void adaptEffort(ProviderCall call, ObjectNode body) {
        String instead = call.setting("effort-none", "");
        if (instead.isEmpty() || !body.path(EFFORT).asText("").equals("none")) {
            return;
        }
        body.remove(EFFORT);
        try {
            Json.readObject(instead).properties().forEach(field -> body.set(field.getKey(), field.getValue()));
        } catch (MalformedJsonException e) {
            throw UntranslatableRequestException
                    .unsupportedContent("The deployment's setting effort-none is not a JSON object; mend it.");
        }
    }

    private static void adaptMessages(ProviderCall call, ObjectNode body) {
        boolean keepsReasoning = call.setting("reasoning-content", "drop").equals("keep");
        String developer = call.setting("developer-role", "developer");
        for (JsonNode message : body.path("messages")) {
            if (message instanceof ObjectNode object) {
                if (!keepsReasoning) {
                    object.remove(REASONING);
                }
                if (object.path("role").asText().equals("developer")) {
                    object.put("role", developer);
                }
            }
        }
    }

    private static List<HttpCall.Header> headers(ProviderCall call) {
        List<HttpCall.Header> headers = new ArrayList<>();
        if (!call.credential().isNone()) {
            String scheme = call.setting("auth-scheme", "Bearer");
            String value = scheme.isEmpty() ? call.credential().reveal() : scheme + " " + call.credential().reveal();
            headers.add(new HttpCall.Header(call.setting("auth-header", "Authorization"), value));
        }
        String correlation = call.setting("request-id-header", "X-Client-Request-Id");
        if (!correlation.isEmpty()) {
            headers.add(new HttpCall.Header(correlation, call.clientRequestId()));
        }
        return headers;
    }
}
