package io.spillway.worker.provider;

import io.spillway.v1.FailureKind;

/** What an HTTP status means when the body says nothing better. */
public final class StatusKinds {

    private StatusKinds() {}

    public static FailureKind of(int status) {
        return switch (status) {
            case 400, 413, 422, 431 -> FailureKind.INVALID_REQUEST;
            // 498: Cohere's invalid token.
            case 401, 498 -> FailureKind.AUTHENTICATION_FAILED;
            case 402 -> FailureKind.QUOTA_EXHAUSTED;
            case 403, 451 -> FailureKind.PERMISSION_DENIED;
            case 404, 410 -> FailureKind.MODEL_NOT_FOUND;
            // 424: Bedrock's model errors; 499: a proxy's upstream call was cut.
            case 408, 409, 424, 425, 499 -> FailureKind.SERVER_ERROR;
            case 429 -> FailureKind.RATE_LIMITED;
            // Portkey: blocked by a guardrail.
            case 446 -> FailureKind.CONTENT_FILTERED;
            case 503, 529 -> FailureKind.OVERLOADED;
            default -> {
                // Of the rest, other 4xx mean that something is wrong with the endpoint, not with the request.
                boolean isServerError = status >= 500 && status < 600;
                yield isServerError
                        ? FailureKind.SERVER_ERROR
                        : isSuccess(status) ? FailureKind.MALFORMED_RESPONSE : FailureKind.UNKNOWN;
            }
        };
    }

    /** Whether the provider says that it answered (Portkey's 246 included). */
    public static boolean isSuccess(int status) {
        return status >= 200 && status < 300;
    }
}
