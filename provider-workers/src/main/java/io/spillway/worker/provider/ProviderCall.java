package io.spillway.worker.provider;

import java.time.Instant;
import java.util.Map;
import java.util.Set;

import io.spillway.v1.ChatRequest;
import io.spillway.v1.DeploymentEntry;
import io.spillway.worker.credential.Secret;

/**
 * Everything a dialect may use to translate one call.
 *
 * @param request what the caller asked for; treat as immutable
 * @param deployment where it goes: model, endpoint, limits and quirks
 * @param providerSettings quirks declared for the whole provider; the deployment's own settings win
 * @param credential the secret to authenticate with; empty for providers without one
 * @param clientRequestId {@code <request id>:<attempt>}, sent as a correlation header where the provider takes one
 * @param dropParameters wire parameters to leave out, because the deployment called them unsupported before
 * @param now the instant of the call, for dates in headers and bodies
 */
public record ProviderCall(ChatRequest request, DeploymentEntry deployment, Map<String, String> providerSettings,
        Secret credential, String clientRequestId, Set<String> dropParameters, Instant now) {

    /** A quirk: the deployment's setting, else the provider's, else the given default. */
    public String setting(String name, String defaultValue) {
        String own = deployment.getSettings().get(name);
        if (own != null) {
            return own;
        }
        return providerSettings.getOrDefault(name, defaultValue);
    }

    /**
     * Whether the provider is to stream its answer: the setting {@code stream} is {@code true}. The answer is still delivered
     * whole; streaming shows the time to the first token and stalls between tokens, and keeps proxies from cutting long calls.
     */
    public boolean streams() {
        return setting("stream", "false").equals("true");
    }
}
