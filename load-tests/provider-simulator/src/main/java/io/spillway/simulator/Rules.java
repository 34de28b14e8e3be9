package io.spillway.simulator;

import java.util.Optional;
import java.util.Set;

/**
 * What requests a provider accepts, and when it charges.
 *
 * @param models the models it knows; any name is accepted when empty
 * @param contextWindow tokens of prompt plus asked-for completion that fit
 * @param apiKey the only accepted key; credentials are not looked at when absent
 * @param chargeAbandoned whether a call is paid although the client left while the provider was thinking. True is what real providers do
 *        and costs nothing; false watches each waiting socket
 * @param maxBodyBytes larger request bodies get a 413
 */
public record Rules(Set<String> models, int contextWindow, Optional<String> apiKey, boolean chargeAbandoned, int maxBodyBytes) {

    public Rules {
        models = Set.copyOf(models);
        if (contextWindow < 1 || maxBodyBytes < 1) {
            throw new IllegalArgumentException("contextWindow and maxBodyBytes must be 1 or more");
        }
    }

    /** Any model, a window of 200000 tokens, any key, abandoned calls are paid, bodies up to 32 MiB. */
    public static Rules standard() {
        return new Rules(Set.of(), 200_000, Optional.empty(), true, 32 * 1024 * 1024);
    }

    public Rules withModels(Set<String> names) {
        return new Rules(names, contextWindow, apiKey, chargeAbandoned, maxBodyBytes);
    }

    public Rules withContextWindow(int tokens) {
        return new Rules(models, tokens, apiKey, chargeAbandoned, maxBodyBytes);
    }

    public Rules withApiKey(String key) {
        return new Rules(models, contextWindow, Optional.of(key), chargeAbandoned, maxBodyBytes);
    }

    public Rules withChargeAbandoned(boolean charge) {
        return new Rules(models, contextWindow, apiKey, charge, maxBodyBytes);
    }

    /** Leaves the key out, so that no log can show it. */
    @Override
    public String toString() {
        return "Rules[models=" + models + ", contextWindow=" + contextWindow + ", apiKey=" + (apiKey.isPresent() ? "***" : "none")
                + ", chargeAbandoned=" + chargeAbandoned + ", maxBodyBytes=" + maxBodyBytes + "]";
    }
}
