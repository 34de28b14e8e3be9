package io.spillway.router.domain;

/** The errors a caller can see. Codes are stable; see the table in the README. */
public enum ErrorCode {

    INVALID_REQUEST(false), CONTEXT_WINDOW_EXCEEDED(false), CONTENT_FILTERED(false), POLICY_NO_TARGET(false), BUDGET_EXCEEDED(
            true), DEADLINE_EXCEEDED(true), ALL_PROVIDERS_UNAVAILABLE(true), IDEMPOTENCY_CONFLICT(false), INTERNAL(true);

    private final boolean retryable;

    ErrorCode(boolean retryable) {
        this.retryable = retryable;
    }

    /** Whether the same request may succeed later. */
    public boolean retryable() {
        return retryable;
    }
}
