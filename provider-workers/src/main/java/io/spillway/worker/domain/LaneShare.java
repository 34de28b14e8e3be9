package io.spillway.worker.domain;

/**
 * Who takes a free permit when both lanes want it: interactive first, but while a batch attempt waits, every eighth permit is
 * the batch lane's, so that it never starves.
 *
 * @param interactiveStreak permits interactive took in a row while batch waited
 */
public record LaneShare(int interactiveStreak) {

    /** Of this many permits, batch gets one while both lanes wait. */
    public static final int ROUND = 8;

    public static LaneShare fresh() {
        return new LaneShare(0);
    }

    /** Whether a lane may take the next permit. */
    public boolean admits(boolean interactive, boolean otherLaneWaits) {
        boolean batchIsDue = interactiveStreak >= ROUND - 1;
        return !otherLaneWaits || (interactive ? !batchIsDue : batchIsDue);
    }

    /** After a lane took a permit. */
    public LaneShare took(boolean interactive, boolean otherLaneWaits) {
        if (!interactive || !otherLaneWaits) {
            return interactiveStreak == 0 ? this : fresh();
        }
        return new LaneShare(Math.min(interactiveStreak + 1, ROUND));
    }
}
