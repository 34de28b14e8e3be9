package io.spillway.health.domain;

import java.time.Duration;

/**
 * Results of one window that say something about health.
 *
 * @param window its length
 * @param successes usable answers
 * @param sick sick failures; other failures are in neither number
 */
record WindowCounts(Duration window, int successes, int sick) {

    /** Results that count. */
    int n() {
        return successes + sick;
    }

    /** Share of sick results in [0, 1]; 0 when there are none at all. */
    double rate() {
        return n() == 0 ? 0 : (double) sick / n();
    }
}
