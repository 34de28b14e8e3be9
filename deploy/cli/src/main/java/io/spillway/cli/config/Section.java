package io.spillway.cli.config;

import java.util.ArrayList;
import java.util.List;

/**
 * The blocks of a catalogue file and the keys each may have: the one list of what can be configured. A key that is not here
 * is an error, so that a misspelt limit is never silently no limit.
 */
public enum Section {
    FILE("", "providers", "deployments", "routes", "health"), PROVIDER("providers.<id>", "api", "settings"), DEPLOYMENT(
            "deployments.<id>", "provider", "model", "endpoint", "region", "credential", "credentials", "limits", "price",
            "capabilities",
            "dataClasses", "drain", "allowInsecure", "settings"), CREDENTIAL("deployments.<id>.credentials[]", "reference",
                    "state",
                    "expiresAt"), LIMITS("deployments.<id>.limits", "concurrency",
                            "requestsPerMinute", "tokensPerMinute", "contextWindow",
                            "maxOutputTokens"), PRICE("deployments.<id>.price", "input", "output", "cachedInput",
                                    "cacheWrite"), CAPABILITIES("deployments.<id>.capabilities", "tools", "vision",
                                            "jsonSchema"), ROUTE(
                                                    "routes.<id>", "deadline", "maxPaidCalls", "fallbackOnContentFilter",
                                                    "dropUnsupportedParameters", "tiers",
                                                    "lastResort"), TIER("routes.<id>.tiers[]", "timeout", "queueTimeout",
                                                            "deployments"), LAST_RESORT("routes.<id>.lastResort", "timeout",
                                                                    "queueTimeout",
                                                                    "deployments"), TIER_DEPLOYMENT(
                                                                            "routes.<id>.tiers[].deployments[]",
                                                                            "deployment", "weight"), HEALTH("health",
                                                                                    "failureRateThreshold",
                                                                                    "confidenceZ", "minimumCalls",
                                                                                    "consecutiveFailures",
                                                                                    "consecutiveLocalFailures",
                                                                                    "openTime", "maxOpenTime", "successesToClose",
                                                                                    "probeTimeout",
                                                                                    "ramp", "minCooldown", "maxCooldown");

    private final String pattern;
    /** Separated by commas: an enum's fields do not change. */
    private final String keys;

    Section(String pattern, String... keys) {
        this.pattern = pattern;
        this.keys = String.join(",", keys);
    }

    /** The keys this block may have. */
    public List<String> keys() {
        return List.of(keys.split(",", -1));
    }

    /** Every key of every block, such as {@code deployments.<id>.limits.concurrency}. */
    public static List<String> allKeys() {
        List<String> all = new ArrayList<>();
        for (Section section : values()) {
            for (String key : section.keys()) {
                all.add(section.pattern.isEmpty() ? key : section.pattern + "." + key);
            }
        }
        return List.copyOf(all);
    }
}
