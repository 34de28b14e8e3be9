package io.spillway.router.domain;

/** The two ways through the system; they share deployments but neither topics nor state. */
public enum Lane {
    /** Somebody waits: a full deployment makes the request spill to the next tier. */
    INTERACTIVE,
    /** Nobody waits: a full deployment makes the request wait for a place there. */
    BATCH
}
