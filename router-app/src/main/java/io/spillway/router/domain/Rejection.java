package io.spillway.router.domain;

import java.time.Instant;
import java.util.Optional;

/**
 * Why a deployment was not chosen.
 *
 * @param detail for people, with the numbers that decided
 * @param until when the reason may be gone; empty when waiting does not help this request
 */
public record Rejection(String deployment, int tier, Reason reason, String detail, Optional<Instant> until) {

    /** The reasons, in the order they are checked. */
    public enum Reason {
        DATA_CLASS, REGION, NO_TOOLS, NO_VISION, NO_JSON_SCHEMA, CONTEXT_WINDOW, DRAINED, ALREADY_TRIED, SUSPENDED, BREAKER_OPEN, PROBE_TAKEN, COOLDOWN, QUEUE_FULL;

        /** Whether the request itself rules the deployment out, whatever its state. */
        public boolean permanent() {
            return switch (this) {
                case DATA_CLASS, REGION, NO_TOOLS, NO_VISION, NO_JSON_SCHEMA, CONTEXT_WINDOW -> true;
                case DRAINED, ALREADY_TRIED, SUSPENDED, BREAKER_OPEN, PROBE_TAKEN, COOLDOWN, QUEUE_FULL -> false;
            };
        }
    }
}
