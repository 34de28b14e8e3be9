package io.spillway.worker.provider;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

import io.spillway.contract.json.ChatRequestJson;
import io.spillway.contract.json.ParsedRequest;
import io.spillway.v1.Capabilities;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.Limits;
import io.spillway.worker.credential.Secret;

/** Provider calls for tests. */
public final class Calls {

    public static final String CANARY_KEY = "sk-canary-0123456789abcdef";
    public static final String CANARY_PROMPT = "the walrus counts to seventeen";
    public static final String MODEL = "model-x";
    public static final String ENDPOINT = "https://api.example.com";
    public static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private Calls() {}

    public static String user(String text) {
        return message("user", text);
    }

    public static String message(String role, String text) {
        return "{\"role\":\"" + role + "\",\"content\":\"" + text + "\"}";
    }

    public static ChatRequest request(String... messages) {
        return requestWith("", messages);
    }

    /** @param more further fields, beginning with a comma */
    public static ChatRequest requestWith(String more, String... messages) {
        String json = "{\"model\":\"route\",\"messages\":[" + String.join(",", messages) + "]" + more + "}";
        ParsedRequest parsed = ChatRequestJson.parse(json.getBytes(StandardCharsets.UTF_8));
        if (parsed instanceof ParsedRequest.Valid valid) {
            return valid.request();
        }
        throw new AssertionError(parsed.toString());
    }

    public static ProviderCall of(ChatRequest request) {
        return with(request, Map.of(), Set.of());
    }

    public static ProviderCall with(ChatRequest request, Map<String, String> settings, Set<String> dropParameters) {
        return new ProviderCall(request, deployment(settings), Map.of(), Secret.of(CANARY_KEY), "request-1:2", dropParameters,
                NOW);
    }

    public static ProviderCall anonymous(ChatRequest request) {
        return new ProviderCall(request, deployment(Map.of()), Map.of(), Secret.none(), "request-1:2", Set.of(), NOW);
    }

    private static DeploymentEntry deployment(Map<String, String> settings) {
        return DeploymentEntry.newBuilder().setId("d").setProvider("p").setModel(MODEL).setEndpoint(ENDPOINT)
                .setLimits(Limits.newBuilder().build()).setCapabilities(Capabilities.newBuilder().build()).setSettings(settings)
                .build();
    }
}
