package io.spillway.worker.http;

import java.time.Duration;

/**
 * How long a call may take, phase by phase.
 *
 * @param connect name look-up, connection and TLS handshake
 * @param firstByte from the connection until the response's head is there, sending the request included
 * @param firstToken of a streamed answer: from the connection until the first token; comments, pings and heads are none
 * @param idleGap longest silence between two pieces of the body; of a streamed answer between two tokens, and after the last
 * @param total the whole call, whatever happens inside
 */
public record CallTimeouts(Duration connect, Duration firstByte, Duration firstToken, Duration idleGap,
        Duration total) {

    /** A first token may take as long as a first byte: an answer in one piece begins when its last token is there. */
    public CallTimeouts(Duration connect, Duration firstByte, Duration idleGap, Duration total) {
        this(connect, firstByte, firstByte, idleGap, total);
    }

    /** The same phases with another total. */
    public CallTimeouts withTotal(Duration newTotal) {
        return new CallTimeouts(connect, firstByte, firstToken, idleGap, newTotal);
    }
}
