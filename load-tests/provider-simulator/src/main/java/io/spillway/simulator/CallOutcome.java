package io.spillway.simulator;

/** How a call ended, seen from the provider. It is paid when the provider did the work, whatever became of the answer. */
public enum CallOutcome {
    /** A complete and correct answer was written. */
    ANSWERED(true), DRIPPED(true), TRUNCATED(true), HALF_CLOSED(true), RESET_MID_BODY(true), HUGE(true), EMPTY_CHOICES(
            true), NO_USAGE(true), STALLED(true), ERROR_MIDWAY(true),
    /** 200 with something that is no completion. */
    GARBAGE(false),
    /** 200 with an error object. */
    ERROR_BODY(false), NOT_HTTP(false),
    /** The request itself was wrong: 4xx by the API's own rules. */
    REJECTED(false), RATE_LIMITED(false), ERROR_STATUS(false), OUTAGE(false), HUNG(false),
    /** The client left while the provider was thinking, and the rules do not charge that. */
    ABANDONED(false);

    private final boolean paid;

    CallOutcome(boolean paid) {
        this.paid = paid;
    }

    public boolean isPaid() {
        return paid;
    }
}
