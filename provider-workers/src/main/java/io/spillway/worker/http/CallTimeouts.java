package io.spillway.worker.http;

import java.time.Duration;

/**
 * How long a call may take, phase by phase.
 *
 * @param connect name look-up, connection and TLS handshake
 * @param firstByte from the connection until the response's head is there, sending the request included
 * @param idleGap longest silence between two pieces of the body
 * @param total the whole call, whatever happens inside
 */
public record CallTimeouts(Duration connect, Duration firstByte, Duration idleGap, Duration total) {

    /** The same phases with another total. */
    public CallTimeouts withTotal(Duration newTotal) {
        return new CallTimeouts(connect, firstByte, idleGap, newTotal);
    }
}
