package io.spillway.simulator;

import java.time.Instant;

/**
 * A call for which the provider did the work and would send a bill.
 *
 * @param sequence position among all logged calls, from 1
 * @param at when the work was done, in microseconds
 * @param model as the client named it
 * @param requestId header {@code x-client-request-id}, usually {@code <request id>:<attempt>}; the provider's own id when absent
 * @param promptHash first 64 bits of the SHA-256 of the prompt's roles and texts, 16 hex digits
 * @param promptTokens all prompt tokens, cached ones included
 * @param completionTokens all completion tokens, reasoning included
 */
public record PaidCall(long sequence, Instant at, String model, String requestId, String promptHash, int promptTokens,
        int completionTokens) {}
