package io.spillway.simulator;

/**
 * A real limit on the load, 0 meaning none.
 *
 * @param requestsPerMinute refill of the request bucket
 * @param burst requests the bucket holds when full; a whole minute's worth when 0
 * @param tokensPerMinute refill and size of the token bucket
 * @param maxConcurrent calls worked on at once
 * @param concurrencyStatus what a call above {@code maxConcurrent} gets: 429 or 503
 */
public record Limits(int requestsPerMinute, int burst, long tokensPerMinute, int maxConcurrent, int concurrencyStatus) {

    public Limits {
        if (requestsPerMinute < 0 || burst < 0 || tokensPerMinute < 0 || maxConcurrent < 0) {
            throw new IllegalArgumentException("limits must be 0 (none) or more");
        }
        if (concurrencyStatus < 400 || concurrencyStatus > 599) {
            throw new IllegalArgumentException(
                    "concurrencyStatus must be an error status such as 429 or 503, not " + concurrencyStatus);
        }
    }

    public static Limits none() {
        return new Limits(0, 0, 0, 0, 429);
    }

    public Limits withRequestsPerMinute(int requests, int burstRequests) {
        return new Limits(requests, burstRequests, tokensPerMinute, maxConcurrent, concurrencyStatus);
    }

    public Limits withTokensPerMinute(long tokens) {
        return new Limits(requestsPerMinute, burst, tokens, maxConcurrent, concurrencyStatus);
    }

    public Limits withMaxConcurrent(int calls, int status) {
        return new Limits(requestsPerMinute, burst, tokensPerMinute, calls, status);
    }
}
