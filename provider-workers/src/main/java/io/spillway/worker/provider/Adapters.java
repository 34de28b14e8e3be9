package io.spillway.worker.provider;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import io.spillway.worker.provider.anthropic.AnthropicAdapter;
import io.spillway.worker.provider.azure.AzureAdapter;
import io.spillway.worker.provider.bedrock.BedrockAdapter;
import io.spillway.worker.provider.cohere.CohereAdapter;
import io.spillway.worker.provider.gemini.GeminiAdapter;
import io.spillway.worker.provider.mistral.MistralAdapter;
import io.spillway.worker.provider.ollama.OllamaAdapter;
import io.spillway.worker.provider.openai.OpenAiAdapter;
import io.spillway.worker.provider.openai.Presets;

/** The dialects this worker speaks, by the name that a provider's {@code api} gives in the catalogue. */
public final class Adapters {

    private static final String OPENAI = "openai";
    private static final String ANTHROPIC = "anthropic";
    private static final String AZURE = "azure";
    private static final String BEDROCK = "bedrock";
    private static final String COHERE = "cohere";
    private static final String GEMINI = "gemini";
    private static final String VERTEX = "vertex";
    private static final String MISTRAL = "mistral";
    private static final String OLLAMA = "ollama";

    private Adapters() {}

    /** The dialect of that name, if there is one. */
    public static Optional<ProviderAdapter> forApi(String api) {
        return switch (api) {
            case OPENAI -> Optional.of(new OpenAiAdapter());
            case ANTHROPIC -> Optional.of(new AnthropicAdapter());
            case AZURE -> Optional.of(new AzureAdapter());
            case BEDROCK -> Optional.of(new BedrockAdapter());
            case COHERE -> Optional.of(new CohereAdapter());
            case GEMINI -> Optional.of(GeminiAdapter.withApiKey());
            case VERTEX -> Optional.of(GeminiAdapter.onVertex());
            case MISTRAL -> Optional.of(new MistralAdapter());
            case OLLAMA -> Optional.of(new OllamaAdapter());
            default -> Presets.adapter(api);
        };
    }

    /** All names, sorted. */
    public static List<String> names() {
        return Stream
                .concat(Stream.of(ANTHROPIC, AZURE, BEDROCK, COHERE, GEMINI, MISTRAL, OLLAMA, OPENAI, VERTEX),
                        Presets.names().stream())
                .sorted()
                .toList();
    }
}
