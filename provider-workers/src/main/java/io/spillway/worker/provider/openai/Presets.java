package io.spillway.worker.provider.openai;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.spillway.worker.provider.AnswerAssembler;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderAdapter;
import io.spillway.worker.provider.ProviderCall;

/**
 * Well-known servers of the OpenAI dialect and the settings that fit them, so that the catalogue need not repeat them. A
 * setting of the provider or of the deployment replaces the preset's; an empty one switches it off. PROVIDERS.md of this module
 * gives the reasons.
 */
public final class Presets {

    private static final String LIMIT = "max-tokens-field";
    private static final String OLDER_LIMIT = "max_tokens";
    private static final String DEVELOPER = "developer-role";
    private static final String SYSTEM = "system";
    private static final String BODY = "body";
    private static final String CORRELATION = "request-id-header";

    private static final Map<String, Map<String, String>> PRESETS = Map.of(
            "deepseek", compatible(Map.of("reasoning-content", "keep", "effort-none", "{\"thinking\":{\"type\":\"disabled\"}}")),
            // Hybrid models refuse to think unless they stream.
            "qwen", compatible(Map.of("insufficient-quota", "rate", BODY, "{\"enable_thinking\":false}", "effort-none",
                    "{\"enable_thinking\":false}")),
            // Failover is the router's: only it knows which deployments policy allows.
            "openrouter", compatible(Map.of(BODY, "{\"provider\":{\"allow_fallbacks\":false}}", "reasoning-content", "keep")),
            "litellm", compatible(Map.of(BODY, "{\"num_retries\":0,\"disable_fallbacks\":true}")),
            "portkey", compatible(Map.of("auth-header", "x-portkey-api-key", "auth-scheme", "", CORRELATION,
                    "x-portkey-trace-id")),
            "vllm", compatible(Map.of(CORRELATION, "X-Request-Id")),
            "tokenmix", compatible(Map.of()));

    private Presets() {}

    /** All names, sorted. */
    public static List<String> names() {
        return PRESETS.keySet().stream().sorted().toList();
    }

    /** The settings of a preset, if there is one of that name. */
    public static Optional<Map<String, String>> settings(String name) {
        return Optional.ofNullable(PRESETS.get(name));
    }

    /** The OpenAI dialect under a preset, if there is one of that name. */
    public static Optional<ProviderAdapter> adapter(String name) {
        return settings(name).map(settings -> new PresetAdapter(new OpenAiAdapter(), settings));
    }

    /** The call as it would be if the provider declared these settings where it declares none of its own. */
    public static ProviderCall under(Map<String, String> settings, ProviderCall call) {
        Map<String, String> all = new HashMap<>(settings);
        all.putAll(call.providerSettings());
        return new ProviderCall(call.request(), call.deployment(), Map.copyOf(all), call.credential(), call.clientRequestId(),
                call.dropParameters(), call.now());
    }

    /** What every server but OpenAI and Azure understands, and what is special about this one. */
    private static Map<String, String> compatible(Map<String, String> special) {
        Map<String, String> settings = new HashMap<>(special);
        settings.put(LIMIT, OLDER_LIMIT);
        settings.put(DEVELOPER, SYSTEM);
        return Map.copyOf(settings);
    }

    private record PresetAdapter(ProviderAdapter adapter, Map<String, String> settings) implements ProviderAdapter {

        @Override
        public HttpCall toHttp(ProviderCall call) {
            return adapter.toHttp(under(settings, call));
        }

        @Override
        public CallOutcome fromHttp(ProviderCall call, HttpAnswer answer) {
            return adapter.fromHttp(under(settings, call), answer);
        }

        @Override
        public Optional<AnswerAssembler> stream(ProviderCall call, HttpAnswer head) {
            return adapter.stream(under(settings, call), head);
        }
    }
}
