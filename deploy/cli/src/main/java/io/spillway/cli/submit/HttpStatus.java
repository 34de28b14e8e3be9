package io.spillway.cli.submit;

import io.spillway.v1.ErrorCode;

/** The HTTP status an OpenAI batch would show for an error of Spillway's; documented in the command's help. */
final class HttpStatus {

    static final int OK = 200;

    private HttpStatus() {}

    static int of(ErrorCode code) {
        return switch (code) {
            case INVALID_REQUEST, CONTEXT_WINDOW_EXCEEDED, CONTENT_FILTERED -> 400;
            case BUDGET_EXCEEDED -> 402;
            case POLICY_NO_TARGET -> 403;
            case IDEMPOTENCY_CONFLICT -> 409;
            case ALL_PROVIDERS_UNAVAILABLE -> 503;
            case DEADLINE_EXCEEDED -> 504;
            case INTERNAL, UNKNOWN -> 500;
        };
    }
}
