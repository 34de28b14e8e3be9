package io.spillway.router.domain;

import java.time.Instant;
import java.util.Set;

/**
 * What routing needs to know of a request; never its content.
 *
 * @param leastPromptTokens a lower bound of the prompt's size: a deployment with a smaller window cannot serve it
 * @param outputTokens the answer's limit the caller set, 0 when none
 * @param regions regions the caller allows; empty = any
 */
public record RequestFacts(String requestId, Lane lane, String route, long leastPromptTokens, int outputTokens, boolean tools,
        boolean vision, boolean jsonSchema, DataClass dataClass, Set<String> regions, Instant deadline) {

    public RequestFacts {
        regions = Set.copyOf(regions);
    }
}
