package io.spillway.worker.provider;

import java.util.List;
import java.util.Optional;

import io.spillway.worker.provider.anthropic.AnthropicAdapter;
import io.spillway.worker.provider.openai.OpenAiAdapter;

/** The dialects this worker speaks, by the name that a provider's {@code api} gives in the catalogue. */
public final class Adapters {

    private static final String OPENAI = "openai";
    private static final String ANTHROPIC = "anthropic";

    private Adapters() {}

    /** The dialect of that name, if there is one. */
    public static Optional<ProviderAdapter> forApi(String api) {
        return switch (api) {
            case OPENAI -> Optional.of(new OpenAiAdapter());
            case ANTHROPIC -> Optional.of(new AnthropicAdapter());
            default -> Optional.empty();
        };
    }

    /** All names, sorted. */
    public static List<String> names() {
        return List.of(ANTHROPIC, OPENAI);
    }
}
