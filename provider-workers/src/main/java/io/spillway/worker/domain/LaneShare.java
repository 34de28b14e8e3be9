package io.spillway.worker.domain;

/**
 * How the lanes share one deployment: interactive first, batch never starved.
 *
 * <p>While both lanes wait, interactive takes the permits, and for each seven of them one is owed to batch: as soon as they came
 * to seven times the tokens of batch's next call, and while batch holds less than its eighth of the calls in flight. Interactive leaves
 * room for what is owed and takes the rest without waiting for batch. So batch costs interactive an eighth at most, whether
 * calls, tokens or time in flight are scarce. While interactive calls come but none waits, batch leaves an eighth of the calls in
 * flight free for the next of them; when interactive has been silent for a minute, batch may use everything.
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
    private static final int OTHERS = ROUND - 1;
    /** Bounds that keep products far from overflow. */
    private static final long MOST_TOKENS = 1_000_000_000_000L;
    private static final int MOST_OWED = 1_000;

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
            return inFlight + owed(limit, now) < limit;
        }
        if (now < interactiveWaitsUntil) {
            return owedFor(tokens, limit) > 0;
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

    /** Permits that interactive leaves to batch now. */
    public int owed(int limit, long now) {
        return now < batchWaitsUntil ? owedFor(batchWants, limit) : 0;
    }

    /** Tokens that interactive leaves to batch now: those of its next call. */
    public long owedTokens(int limit, long now) {
        return owed(limit, now) > 0 ? batchWants : 0;
    }

    /** A lane took a permit. */
    public void took(boolean isInteractive, long tokens, int limit, long now) {
        long counted = Math.min(tokens, MOST_TOKENS);
        if (!isInteractive) {
            batchInFlight++;
            batchWaitsUntil = NEVER;
            permitsSince = Math.max(0, permitsSince - OTHERS);
            tokensSince = Math.max(0, tokensSince - OTHERS * counted);
            return;
        }
        interactiveWaitsUntil = NEVER;
        interactiveActiveUntil = now + ACTIVE_MILLIS;
        if (now >= batchWaitsUntil) {
            permitsSince = 0;
            tokensSince = 0;
            return;
        }
        int most = OTHERS * Math.min(MOST_OWED, reserved(limit));
        permitsSince = Math.min(permitsSince + 1, most);
        tokensSince = Math.min(tokensSince + counted, most * batchWants);
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

    private int owedFor(long tokens, int limit) {
        int room = Math.max(0, reserved(limit) - batchInFlight);
        long wants = OTHERS * Math.min(tokens, MOST_TOKENS);
        long byTokens = wants <= 0 ? MOST_OWED : tokensSince / wants;
        return Math.toIntExact(Math.min(Math.min(room, permitsSince / OTHERS), byTokens));
    }
}
