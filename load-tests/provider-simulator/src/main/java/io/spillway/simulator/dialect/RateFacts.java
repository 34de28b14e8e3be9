package io.spillway.simulator.dialect;

import java.time.Duration;

/**
 * The state of a rate limit, for response headers.
 *
 * @param limitRequests requests per minute
 * @param remainingRequests requests left right now
 * @param resetRequests until the request allowance is full again
 * @param limitTokens tokens per minute
 * @param remainingTokens tokens left right now
 * @param resetTokens until the token allowance is full again
 */
public record RateFacts(long limitRequests, long remainingRequests, Duration resetRequests, long limitTokens,
        long remainingTokens,
        Duration resetTokens) {

    /** The same limit with nothing left for {@code wait}. */
    public RateFacts exhausted(Duration wait) {
        return new RateFacts(limitRequests, 0, wait, limitTokens, remainingTokens, resetTokens);
    }
}
