package io.spillway.worker.domain;

/**
 * How many calls a deployment takes at once: additive increase, multiplicative decrease. It begins at this worker's share of the
 * operator's maximum, halves when the provider says it has too much, and grows by one per window of successes while it is in use.
 * Outcomes that say nothing about load (bad requests, wrong keys) must not be reported here.
 *
 * @param limit calls allowed at once now
 * @param max this worker's share of the operator's limit
 * @param successes successes since the last step
 * @param halvedAt when the limit was last halved
 */
public record AimdLimit(int limit, int max, int successes, long halvedAt) {

    /** The limit never falls below this: one call at a time finds out whether the provider takes calls again. */
    public static final int FLOOR = 1;
    /** Successes per step up; fewer while the limit itself is smaller. */
    public static final int WINDOW = 16;
    /** One burst of refusals is one event: the limit is halved at most once in this time. */
    public static final long HALVE_INTERVAL_MILLIS = 1_000;

    private static final long NEVER = Long.MIN_VALUE / 2;

    public AimdLimit {
        if (max < 1 || limit < 1 || limit > max) {
            throw new IllegalArgumentException("limit " + limit + " of at most " + max);
        }
    }

    /** The limit of a deployment nothing is known about. */
    public static AimdLimit startingAt(int max) {
        return new AimdLimit(Math.max(1, max), Math.max(1, max), 0, NEVER);
    }

    /** @param inFlight calls running when this one ended, itself included: an idle deployment proves nothing */
    public AimdLimit succeeded(int inFlight) {
        if (limit == max || inFlight * 2L < limit) {
            return this;
        }
        if (successes + 1 < Math.min(WINDOW, limit)) {
            return new AimdLimit(limit, max, successes + 1, halvedAt);
        }
        return new AimdLimit(limit + 1, max, 0, halvedAt);
    }

    /**
     * The provider refused a call for load.
     *
     * @param callStarted when the refused call began: one from before the last halving is old news
     */
    public AimdLimit overloaded(long callStarted, long now) {
        if (callStarted < halvedAt || now - halvedAt < HALVE_INTERVAL_MILLIS) {
            return this;
        }
        return new AimdLimit(Math.max(FLOOR, limit / 2), max, 0, now);
    }

    /** The operator or a new assignment of partitions changed the maximum. A limit that was at the maximum follows it up. */
    public AimdLimit withMax(int newMax) {
        int bounded = Math.max(1, newMax);
        if (bounded == max) {
            return this;
        }
        int next = limit == max ? bounded : Math.min(limit, bounded);
        return new AimdLimit(next, bounded, 0, halvedAt);
    }
}
