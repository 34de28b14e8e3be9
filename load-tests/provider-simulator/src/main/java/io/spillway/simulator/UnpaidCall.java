package io.spillway.simulator;

import java.time.Instant;

/**
 * A call that costs nothing.
 *
 * @param sequence position among all logged calls, from 1
 * @param model as the client named it; empty when the body could not be read
 * @param requestId as in {@link PaidCall}
 * @param outcome what kind of end it was
 * @param reason the same in more detail, such as {@code 429 rate_limit_exceeded}
 */
public record UnpaidCall(long sequence, Instant at, String model, String requestId, CallOutcome outcome, String reason) {}
