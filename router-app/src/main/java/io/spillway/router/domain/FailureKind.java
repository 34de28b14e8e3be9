package io.spillway.router.domain;

/**
 * What can go wrong with an attempt, and what the router may do next. The table of the README, as code: the first column
 * says when the same deployment may be tried again, the second when another one may.
 */
public enum FailureKind {

    RATE_LIMITED(Again.AFTER_HINT, Elsewhere.YES), QUOTA_EXHAUSTED(Again.NEVER, Elsewhere.YES), OVERLOADED(Again.ONCE,
            Elsewhere.YES), SERVER_ERROR(Again.ONCE, Elsewhere.YES), CONNECTION_FAILED(Again.ONCE_IF_NOT_SENT,
                    Elsewhere.YES), TIMEOUT(Again.NEVER, Elsewhere.YES), MALFORMED_RESPONSE(Again.NEVER,
                            Elsewhere.YES), AUTHENTICATION_FAILED(Again.NEVER, Elsewhere.YES), PERMISSION_DENIED(Again.NEVER,
                                    Elsewhere.YES), MODEL_NOT_FOUND(Again.NEVER, Elsewhere.YES), CONTEXT_WINDOW_EXCEEDED(
                                            Again.NEVER, Elsewhere.LARGER_WINDOW), UNSUPPORTED_PARAMETER(Again.NEVER_THIS_REQUEST,
                                                    Elsewhere.YES), CONTENT_FILTERED(Again.NEVER_THIS_REQUEST,
                                                            Elsewhere.IF_ROUTE_ALLOWS), INVALID_REQUEST(Again.NEVER_THIS_REQUEST,
                                                                    Elsewhere.NO), QUEUE_TIMEOUT(Again.NEVER,
                                                                            Elsewhere.YES), EXPIRED(Again.NEVER,
                                                                                    Elsewhere.YES), WORKER_LOST(Again.ALWAYS,
                                                                                            Elsewhere.YES), CANCELLED(Again.NEVER,
                                                                                                    Elsewhere.NO), UNKNOWN(
                                                                                                            Again.NEVER,
                                                                                                            Elsewhere.YES);

    /** When the same deployment may be tried again within a round. Another eligible deployment always goes first. */
    public enum Again {
        NEVER,
        /** Not even in a later round: the request itself is what this deployment refuses. */
        NEVER_THIS_REQUEST,
        /** Once, after a pause with jitter. */
        ONCE,
        /** Once, after a pause with jitter, when not a byte of the request had left. */
        ONCE_IF_NOT_SENT,
        /** When the provider's waiting hint has passed. */
        AFTER_HINT,
        /** At once: the deployment had no part in the failure. */
        ALWAYS
    }

    /** When another deployment may be tried. */
    public enum Elsewhere {
        YES, NO,
        /** Only one with a larger context window. */
        LARGER_WINDOW,
        /** Only when the route says so. */
        IF_ROUTE_ALLOWS
    }

    private final Again again;
    private final Elsewhere elsewhere;

    FailureKind(Again again, Elsewhere elsewhere) {
        this.again = again;
        this.elsewhere = elsewhere;
    }

    public Again again() {
        return again;
    }

    public Elsewhere elsewhere() {
        return elsewhere;
    }
}
