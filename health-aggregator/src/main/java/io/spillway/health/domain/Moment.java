package io.spillway.health.domain;

import java.time.Instant;

/**
 * What a step of the breaker may not look up itself.
 *
 * @param now the time of the step
 * @param nextEpoch the epoch of the change, should the step make one
 * @param draw in [0, 1), the same whenever the step is repeated
 */
record Moment(Instant now, long nextEpoch, double draw) {}
