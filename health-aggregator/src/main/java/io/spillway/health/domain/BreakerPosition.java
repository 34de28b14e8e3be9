package io.spillway.health.domain;

/** Where the circuit breaker stands, as readers of the published state need to know it. */
public enum BreakerPosition {

    /** Takes traffic, perhaps at a reduced weight while it ramps up. */
    CLOSED,

    /** Takes no traffic. */
    OPEN,

    /** Takes the one attempt that holds the probe grant. */
    HALF_OPEN
}
