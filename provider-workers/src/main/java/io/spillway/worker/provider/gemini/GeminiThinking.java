package io.spillway.worker.provider.gemini;

import java.util.Set;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.UntranslatableRequestException;

/** Writes the reasoning effort as the model's generation wants it: a level, or a budget of tokens. */
final class GeminiThinking {

    private static final String PARAMETER = "reasoning_effort";
    /** Figures of Google's own OpenAI-compatible surface. */
    private static final int LOW_BUDGET = 1_024;
    private static final int MEDIUM_BUDGET = 8_192;
    private static final int HIGH_BUDGET = 24_576;
    /** The bounds of the large model of 2.5, which cannot stop thinking. */
    private static final int LEAST_PRO_BUDGET = 128;
    private static final int MOST_PRO_BUDGET = 32_768;

    private GeminiThinking() {}

    static void writeTo(ProviderCall call, Set<String> dropped, ObjectNode config) {
        ObjectNode thinking = Json.object();
        String effort = call.request().getReasoningEffort();
        if (effort != null && !dropped.contains(PARAMETER)) {
            ModelGeneration generation = ModelGeneration.of(call.deployment().getModel());
            switch (call.setting("effort", generation.effort())) {
                case "level" -> thinking.put("thinkingLevel", level(effort, generation));
                case "budget" -> thinking.put("thinkingBudget", budget(effort, generation));
                case "drop" -> {}
                default -> {
                    // A model that never thinks does so without being told.
                    if (!effort.equals("none")) {
                        throw UntranslatableRequestException.unsupported(PARAMETER);
                    }
                }
            }
        }
        if (call.setting("thoughts", "hide").equals("show")) {
            thinking.put("includeThoughts", true);
        }
        if (!thinking.isEmpty()) {
            config.set("thinkingConfig", thinking);
        }
    }

    /** The large models have no level below low. */
    private static String level(String effort, ModelGeneration generation) {
        return switch (effort) {
            case "none", "minimal" -> generation.isFlash() ? "minimal" : "low";
            case "low", "medium", "high" -> effort;
            case "xhigh", "max" -> "high";
            default -> throw UntranslatableRequestException.unsupported(PARAMETER);
        };
    }

    private static int budget(String effort, ModelGeneration generation) {
        return switch (effort) {
            case "none" -> generation.isFlash() ? 0 : LEAST_PRO_BUDGET;
            case "minimal", "low" -> LOW_BUDGET;
            case "medium" -> MEDIUM_BUDGET;
            case "high" -> HIGH_BUDGET;
            case "xhigh", "max" -> generation.isFlash() ? HIGH_BUDGET : MOST_PRO_BUDGET;
            default -> throw UntranslatableRequestException.unsupported(PARAMETER);
        };
    }
}
