package io.spillway.health.domain;

/** The times kept per bucket. */
enum Measure {

    /** Start to end of calls that succeeded: how fast a call fails says nothing about how long an answer takes. */
    DURATION,

    /** Start to first byte of calls that succeeded. */
    FIRST_BYTE,

    /** Wait for a permit of every attempt, whatever became of it. */
    QUEUE_WAIT
}
