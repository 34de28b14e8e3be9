package io.spillway.router.domain;

import java.time.Duration;
import java.util.List;

/**
 * Deployments of equal rank; the next tier is the fallback.
 *
 * @param index from 0; a route's last resort has the index after its last tier
 * @param timeout longest duration of one call
 * @param queueTimeout longest wait in a provider's queue for interactive requests; batch requests wait
 *     {@value #BATCH_PATIENCE} times as long
 */
public record Tier(int index, List<Candidate> candidates, Duration timeout, Duration queueTimeout) {

    /** How many times longer a batch attempt may queue than an interactive one. */
    public static final int BATCH_PATIENCE = 10;

    /** A deployment and its share of the tier's traffic, relative to the weights of the others. */
    public record Candidate(Deployment deployment, int weight) {}

    public Tier {
        candidates = List.copyOf(candidates);
    }

    /** How long an attempt of that lane may queue. */
    public Duration queueTimeout(Lane lane) {
        return switch (lane) {
            case INTERACTIVE -> queueTimeout;
            case BATCH -> queueTimeout.multipliedBy(BATCH_PATIENCE);
        };
    }
}
