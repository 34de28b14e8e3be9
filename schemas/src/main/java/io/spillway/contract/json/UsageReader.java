package io.spillway.contract.json;

import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.v1.Usage;
import org.jspecify.annotations.Nullable;

/** Reads token counts in the dialects that providers speak; counts that cannot be true make the usage absent. */
final class UsageReader {

    /** More tokens than any call can have; a larger figure is a mistake that must not reach a budget. */
    private static final double MOST_TOKENS = 1e9;

    private static final Set<String> KNOWN = Set.of("prompt_tokens", "completion_tokens", "total_tokens", "prompt_tokens_details",
            "completion_tokens_details", "estimated");
    private static final Set<String> PROMPT_DETAILS = Set.of("cached_tokens", "cache_write_tokens");
    private static final Set<String> COMPLETION_DETAILS = Set.of("reasoning_tokens");

    private UsageReader() {}

    static @Nullable Usage read(JsonNode node, ObjectNode residue) {
        if (!(node instanceof ObjectNode object)) {
            return null;
        }
        JsonNode promptDetails = object.path("prompt_tokens_details");
        JsonNode completionDetails = object.path("completion_tokens_details");
        long prompt = count(object.path("prompt_tokens"), -1);
        long completion = count(object.path("completion_tokens"), -1);
        if (prompt < 0 || completion < 0) {
            return null;
        }
        Usage usage = new Usage();
        usage.setPromptTokens(prompt);
        usage.setCompletionTokens(completion);
        // Some totals leave out what they call thinking, some are missing.
        usage.setTotalTokens(Math.max(prompt + completion, count(object.path("total_tokens"), 0)));
        long cached = count(promptDetails.path("cached_tokens"), -1);
        // DeepSeek's name for it.
        usage.setCachedTokens(Math.min(prompt, cached >= 0 ? cached : count(object.path("prompt_cache_hit_tokens"), 0)));
        usage.setCacheWriteTokens(Math.min(prompt, count(promptDetails.path("cache_write_tokens"), 0)));
        usage.setReasoningTokens(count(completionDetails.path("reasoning_tokens"), 0));
        usage.setEstimated(object.path("estimated").asBoolean(false));
        Residue.addObject(residue, "usage", residue(object, promptDetails, completionDetails));
        return usage;
    }

    private static ObjectNode residue(ObjectNode usage, JsonNode promptDetails, JsonNode completionDetails) {
        ObjectNode residue = Residue.of(usage, KNOWN);
        if (promptDetails instanceof ObjectNode details) {
            Residue.addObject(residue, "prompt_tokens_details", Residue.of(details, PROMPT_DETAILS));
        }
        if (completionDetails instanceof ObjectNode details) {
            Residue.addObject(residue, "completion_tokens_details", Residue.of(details, COMPLETION_DETAILS));
        }
        return residue;
    }

    /** A count of tokens; servers send 12.0 for 12. Not a number, negative or absurd: the default. */
    private static long count(JsonNode node, long defaultValue) {
        if (!node.isNumber()) {
            return defaultValue;
        }
        double value = node.doubleValue();
        return value >= 0 && value <= MOST_TOKENS ? (long) value : defaultValue;
    }
}
