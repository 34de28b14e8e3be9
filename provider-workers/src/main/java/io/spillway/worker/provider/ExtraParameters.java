package io.spillway.worker.provider;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.v1.ChatRequest;

/**
 * What becomes of parameters that the contract does not name, in a dialect that takes only its own: those are passed on, those
 * that change only cost, storage or caching are left out, and any other is refused, because the answer would not be the one that
 * was asked for.
 */
public final class ExtraParameters {

    private static final Set<String> HARMLESS = Set.of("store", "metadata", "prompt_cache_key", "prompt_cache_retention",
            "verbosity", "prediction", "service_tier", "safety_identifier", "usage", "tools", "tool_choice", "response_format",
            "cache_control");

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");

    private ExtraParameters() {}

    /**
     * Copies the parameters that the dialect takes.
     *
     * @param own names in this dialect, as callers and the wire call them
     * @param dropped names to leave out without a word
     * @throws UntranslatableRequestException when there is one that the dialect does not take
     */
    public static void copy(ChatRequest request, Set<String> own, Set<String> dropped, ObjectNode body) {
        String extra = request.getExtra();
        if (extra == null) {
            return;
        }
        for (Map.Entry<String, JsonNode> field : Json.readObject(extra).properties()) {
            String name = field.getKey();
            if (field.getValue().isNull() || dropped.contains(name)) {
                continue;
            }
            if (own.contains(name)) {
                body.set(name, field.getValue());
            } else if (!isHarmless(name, field.getValue())) {
                throw UntranslatableRequestException.unsupported(name);
            }
        }
    }

    /**
     * Refuses a parameter for which the dialect has no word, unless the call may do without it.
     *
     * @throws UntranslatableRequestException when it is asked for
     */
    public static void refuse(String parameter, boolean isAsked, Set<String> dropped) {
        if (isAsked && !dropped.contains(parameter)) {
            throw UntranslatableRequestException.unsupported(parameter);
        }
    }

    private static boolean isHarmless(String name, JsonNode value) {
        return switch (name) {
            case "logit_bias" -> value.isEmpty();
            case "modalities" -> value.size() == 1 && value.path(0).asText().equals("text");
            // A name is the caller's own word: repeated only if it looks like a parameter.
            default -> HARMLESS.contains(name) || !NAME.matcher(name).matches();
        };
    }
}
