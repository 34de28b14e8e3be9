package io.spillway.cli.config;

import java.time.Duration;
import java.util.List;

/** What holds where the file says nothing. The only place where these numbers are. */
public final class CatalogueDefaults {

    /** Longest duration of one call of a tier: long answers of large models take most of a minute. */
    public static final Duration TIER_TIMEOUT = Duration.ofSeconds(60);
    /** Longest wait for a free place at a deployment before the request spills over to another. */
    public static final Duration QUEUE_TIMEOUT = Duration.ofSeconds(10);
    /** Until when a request that states no deadline must be answered, from its acceptance. */
    public static final Duration DEADLINE = Duration.ofMinutes(10);
    /** Calls in flight per deployment, over all workers. */
    public static final int CONCURRENCY = 64;
    /** Share of a tier's requests relative to the other deployments of that tier. */
    public static final int WEIGHT = 1;
    /** Data nobody declared fit for a provider does not go there. */
    public static final List<String> DATA_CLASSES = List.of("public", "internal");
    /** Whether a parameter that a deployment refuses may be left out; off, because an answer could differ unnoticed. */
    public static final boolean DROP_UNSUPPORTED_PARAMETERS = false;
    /** Whether another deployment may be asked when a provider's content filter blocks. */
    public static final boolean FALLBACK_ON_CONTENT_FILTER = false;

    private static final int FEWEST_PAID_CALLS = 4;

    private CatalogueDefaults() {}

    /** Calls per request that a provider may bill: one for each tier and one to spare, and never fewer than 4. */
    public static int maxPaidCalls(int tiers) {
        return Math.max(FEWEST_PAID_CALLS, tiers + 1);
    }
}
