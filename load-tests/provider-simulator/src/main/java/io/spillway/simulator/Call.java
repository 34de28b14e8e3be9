package io.spillway.simulator;

import io.spillway.simulator.dialect.CallFacts;
import io.spillway.simulator.dialect.Dialect;
import io.spillway.simulator.wire.Connection;
import java.time.Duration;
import java.time.Instant;

/**
 * One call on its way, with what every reply to it needs.
 *
 * @param token what its ids are made from
 * @param requestId the client's id for it, else the provider's
 * @param model as the client named it; empty when the body could not be read
 * @param startNanos when it had been received, by System.nanoTime()
 */
record Call(Dialect dialect, Connection connection, String token, String requestId, String model, Instant receivedAt,
        long startNanos) {

    CallFacts facts() {
        return new CallFacts(token, receivedAt, Duration.ofNanos(System.nanoTime() - startNanos));
    }
}
