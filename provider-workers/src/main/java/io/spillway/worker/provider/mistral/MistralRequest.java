package io.spillway.worker.provider.mistral;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.v1.ChatRequest;
import io.spillway.worker.provider.DialectCalls;
import io.spillway.worker.provider.ExtraParameters;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.openai.OpenAiRequest;
import io.spillway.worker.provider.openai.Presets;

/** Writes a call in Mistral's dialect. */
final class MistralRequest {

    private static final Map<String, String> SETTINGS = Map.of("max-tokens-field", "max_tokens", "seed-field", "random_seed",
            "developer-role", "system");

    /** What Mistral takes and the contract names; anything else ends in a 422. */
    private static final Set<String> FIELDS = Set.of("model", "messages", "temperature", "top_p", "max_tokens", "stop",
            "stream",
            "random_seed", "response_format", "tools", "tool_choice", "parallel_tool_calls", "presence_penalty",
            "frequency_penalty", "n", "reasoning_effort");

    /** What Mistral takes beyond that. */
    private static final Set<String> OWN = Set.of("random_seed", "prediction", "prompt_mode", "prompt_cache_key", "guardrails",
            "safe_prompt", "metadata");

    private static final double HIGHEST_TEMPERATURE = 1.5;

    private MistralRequest() {}

    static HttpCall write(ProviderCall given) {
        ProviderCall call = Presets.under(SETTINGS, given);
        ChatRequest request = call.request();
        Set<String> dropped = DialectCalls.dropped(call);
        ObjectNode body = OpenAiRequest.body(call);
        // Its streams have a usage without being asked.
        body.remove("stream_options");
        List<String> foreign = new ArrayList<>();
        body.fieldNames().forEachRemaining(name -> {
            if (!FIELDS.contains(name)) {
                foreign.add(name);
            }
        });
        body.remove(foreign);
        ExtraParameters.refuse("logprobs", Boolean.TRUE.equals(request.getLogprobs()), dropped);
        ExtraParameters.refuse("top_logprobs", request.getTopLogprobs() != null && request.getTopLogprobs() > 0, dropped);
        ExtraParameters.copy(request, OWN, dropped, body);
        MistralMessages.adapt(body);
        adaptTools(body);
        if (body.path("temperature").asDouble() > HIGHEST_TEMPERATURE) {
            body.put("temperature", HIGHEST_TEMPERATURE);
        }
        adaptEffort(body);
        return OpenAiRequest.post(call, "/chat/completions", body);
    }

    /** Only its own fields, and always a schema of parameters. */
    private static void adaptTools(ObjectNode body) {
        if (!(body.path("tools") instanceof ArrayNode tools)) {
            return;
        }
        ArrayNode adapted = Json.array();
        for (JsonNode tool : tools) {
            ObjectNode function = Json.object();
            for (String field : List.of("name", "description", "parameters", "strict")) {
                if (tool.path("function").hasNonNull(field)) {
                    function.set(field, tool.path("function").get(field));
                }
            }
            if (!function.has("parameters")) {
                function.putObject("parameters").put("type", "object").putObject("properties");
            }
            adapted.addObject().put("type", "function").set("function", function);
        }
        body.set("tools", adapted);
    }

    /** Its scale goes from none to high. */
    private static void adaptEffort(ObjectNode body) {
        switch (body.path("reasoning_effort").asText("")) {
            case "minimal" -> body.put("reasoning_effort", "low");
            case "xhigh", "max" -> body.put("reasoning_effort", "high");
            default -> {}
        }
    }
}
