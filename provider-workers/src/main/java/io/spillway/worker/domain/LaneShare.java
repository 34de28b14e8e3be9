package io.spillway.worker.domain;

/**
 * How the lanes share one deployment: interactive first, batch never starved.
 *
 * <p>While both lanes wait, interactive takes the permits; batch gets one when interactive has had seven since, of at least seven times
 * its tokens, and batch holds less than its eighth of the calls in flight. So batch delays interactive by an eighth at most,
 * whether calls, tokens or time in flight are scarce. While interactive calls come but none waits, batch leaves an eighth of the calls in flight free
 * for the next of them; when interactive has been silent for a minute, batch may use everything.
 *
 * <p>Not thread-safe. Instants are milliseconds of the monotonic clock.
 */
public final class LaneShare {

    /** Of this many permits, batch gets one while both lanes wait. */
    public static final int ROUND = 8;

    /** A lane that was refused counts as waiting this long; intakes ask again far more often. */
    static final long WAITING_MILLIS = 200;
    /** Interactive calls are expected this long after the last one. */
    static final long ACTIVE_MILLIS = 60_000;

    private static final long NEVER = Long.MIN_VALUE / 2;
    private static final long MOST_TOKENS = Long.MAX_VALUE / (4 * ROUND);

    private long interactiveActiveUntil = NEVER;
    private long interactiveWaitsUntil = NEVER;
    private long batchWaitsUntil = NEVER;
    private long batchWants;
    private int batchInFlight;
    private int permitsSince;
    private long tokensSince;

    /**
     * Whether a lane may take a permit that is free as far as limits go.
     *
     * @param tokens what the call counts for; 0 when tokens are not limited
     * @param inFlight calls of both lanes
     * @param limit calls allowed at once
     */
    public boolean admits(boolean isInteractive, long tokens, int inFlight, int limit, long now) {
        if (isInteractive) {
            return now >= batchWaitsUntil || !isBatchDue(batchWants, limit);
        }
        if (now < interactiveWaitsUntil) {
            return isBatchDue(tokens, limit);
        }
        return now >= interactiveActiveUntil || batchInFlight < reserved(limit) || inFlight < limit - headroom(limit);
    }

    /** A lane asked and was refused, for whatever reason. */
    public void refused(boolean isInteractive, long tokens, long now) {
        if (isInteractive) {
            interactiveWaitsUntil = now + WAITING_MILLIS;
            interactiveActiveUntil = now + ACTIVE_MILLIS;
        } else {
            batchWaitsUntil = now + WAITING_MILLIS;
            batchWants = Math.min(tokens, MOST_TOKENS);
        }
    }

    /** A lane took a permit. */
    public void took(boolean isInteractive, long tokens, long now) {
        if (!isInteractive) {
            batchInFlight++;
            batchWaitsUntil = NEVER;
            forget();
            return;
        }
        interactiveWaitsUntil = NEVER;
        interactiveActiveUntil = now + ACTIVE_MILLIS;
        if (now >= batchWaitsUntil) {
            forget();
            return;
        }
        permitsSince = Math.min(permitsSince + 1, ROUND);
        tokensSince = Math.min(tokensSince + Math.min(tokens, MOST_TOKENS), MOST_TOKENS * ROUND);
    }

    /** A permit was given back. */
    public void ended(boolean isInteractive) {
        if (!isInteractive) {
            batchInFlight--;
        }
    }

    /** Calls in flight that batch may have while interactive waits. */
    static int reserved(int limit) {
        return Math.max(1, limit / ROUND);
    }

    /** Calls in flight that batch leaves free beyond its reserve; one permit cannot be shared. */
    private static int headroom(int limit) {
        return limit < 2 ? 0 : Math.max(1, limit / ROUND);
    }

    private boolean isBatchDue(long tokens, int limit) {
        return batchInFlight < reserved(limit) && permitsSince >= ROUND - 1
                && tokensSince >= Math.min(tokens, MOST_TOKENS) * (ROUND - 1);
    }

    private void forget() {
        permitsSince = 0;
        tokensSince = 0;
    }
}
