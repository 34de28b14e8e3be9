package io.spillway.worker.domain;

import java.time.Duration;
import java.time.Instant;

/**
 * The time rules of one attempt. All instants are by the brokers' clock, never by the worker's own, which may be minutes off.
 *
 * @param startBy the call must have begun by then
 * @param deadline the caller gives up then
 * @param timeout longest duration of the call
 */
public record AttemptClock(Instant startBy, Instant deadline, Duration timeout) {

    /**
     * The router waits a little past {@code startBy} for a Started event that is on its way; a call may still begin when the
     * event was acknowledged this late, and no later.
     */
    public static final Duration ACKNOWLEDGE_GRACE = Duration.ofSeconds(1);

    /** Too late to ask for a start. */
    public boolean isExpired(Instant now) {
        return !now.isBefore(startBy) || !now.isBefore(deadline);
    }

    /** Too late to call, although the start was announced in time. */
    public boolean isTooLateToCall(Instant now) {
        return now.isAfter(startBy.plus(ACKNOWLEDGE_GRACE)) || !now.isBefore(deadline);
    }

    /** How long the call may take: its timeout, but never past the deadline. Not negative. */
    public Duration budget(Instant now) {
        Duration left = Duration.between(now, deadline);
        Duration shorter = left.compareTo(timeout) < 0 ? left : timeout;
        return shorter.isNegative() ? Duration.ZERO : shorter;
    }
}
