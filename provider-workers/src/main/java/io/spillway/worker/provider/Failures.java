package io.spillway.worker.provider;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

import io.spillway.v1.Failure;
import io.spillway.v1.FailureKind;
import io.spillway.v1.FailureScope;
import io.spillway.v1.SendState;
import io.spillway.v1.TimeoutPhase;
import io.spillway.worker.credential.Secret;

/**
 * The one place where failures are made, so that scope, "may have been billed" and message follow from the kind in the same way
 * everywhere. Messages are fixed sentences: what a provider says may hold parts of a prompt or of a key and is never repeated.
 */
public final class Failures {

    /** Identifiers without the hyphens of keys. */
    private static final Pattern CODE = Pattern.compile("[A-Za-z0-9_.]{1,64}");

    /** Shorter parts of a secret say nothing about it. */
    private static final int TELLING_LENGTH = 8;

    private static final int REQUEST_TIMEOUT = 408;
    private static final int GATEWAY_TIMEOUT = 504;
    /** Cloudflare: the origin took too long. */
    private static final int ORIGIN_TIMEOUT = 524;

    private Failures() {}

    /**
     * A complete HTTP response that is not an answer.
     *
     * @param providerCode the provider's own code, already passed through {@link #code}
     */
    public static Failure answered(FailureKind kind, int httpStatus, String providerCode, Optional<Duration> retryAfter) {
        Failure failure = of(kind, SendState.ANSWERED, sentence(kind) + detail(httpStatus, providerCode));
        failure.setHttpStatus(httpStatus);
        failure.setMaybePaid(isMaybeBilled(httpStatus));
        failure.setProviderCode(providerCode.isEmpty() ? null : providerCode);
        failure.setRetryAfterMillis(retryAfter.map(Duration::toMillis).orElse(null));
        return failure;
    }

    /** No connection, or one that broke. */
    public static Failure connectionFailed(String message, SendState sent) {
        return of(FailureKind.CONNECTION_FAILED, sent, message);
    }

    /** A time limit was reached. */
    public static Failure timeout(TimeoutPhase phase, SendState sent, String message) {
        Failure failure = of(FailureKind.TIMEOUT, phase == TimeoutPhase.CONNECT ? SendState.NOT_SENT : sent, message);
        failure.setPhase(phase);
        return failure;
    }

    /** What came is not a complete, permissible HTTP response: cut off, too large, badly framed. */
    public static Failure malformed(String message, SendState sent) {
        return of(FailureKind.MALFORMED_RESPONSE, sent, message);
    }

    /** Nothing was sent, for a reason on the worker's side of the wire. */
    public static Failure workerSide(FailureKind kind, String message) {
        return of(kind, SendState.NOT_SENT, message);
    }

    /** The request has no expression in the dialect. */
    public static Failure untranslatable(UntranslatableRequestException e) {
        return workerSide(e.kind(), String.valueOf(e.getMessage()));
    }

    /** Any failure: scope and "may have been billed" follow from the arguments. */
    public static Failure of(FailureKind kind, SendState sent, String message) {
        Failure failure = new Failure();
        failure.setKind(kind);
        failure.setScope(scope(kind));
        failure.setSent(sent);
        failure.setMaybePaid(isMaybeBilled(sent));
        failure.setMessage(message);
        return failure;
    }

    /**
     * A provider's code as far as it is an identifier, else empty. A code that repeats a part of the credential is not one.
     *
     * @param credential what must not leak
     */
    public static String code(String given, Secret credential) {
        if (!CODE.matcher(given).matches()) {
            return "";
        }
        String secret = credential.reveal();
        boolean leaks = given.length() >= TELLING_LENGTH && !secret.isEmpty() && overlaps(given, secret);
        return leaks ? "" : given;
    }

    /** Whose fault a kind is (design: one taxonomy for all). */
    public static FailureScope scope(FailureKind kind) {
        return switch (kind) {
            case RATE_LIMITED, OVERLOADED, SERVER_ERROR, CONNECTION_FAILED, TIMEOUT, MALFORMED_RESPONSE, MODEL_NOT_FOUND,
                    QUEUE_TIMEOUT,
                    EXPIRED, UNKNOWN ->
                FailureScope.DEPLOYMENT;
            case QUOTA_EXHAUSTED, AUTHENTICATION_FAILED, PERMISSION_DENIED -> FailureScope.CREDENTIAL;
            case CONTEXT_WINDOW_EXCEEDED, UNSUPPORTED_PARAMETER, CONTENT_FILTERED, INVALID_REQUEST, CANCELLED ->
                FailureScope.REQUEST;
            case WORKER_LOST -> FailureScope.WORKER;
        };
    }

    private static boolean overlaps(String given, String secret) {
        for (int i = 0; i + TELLING_LENGTH <= given.length(); i++) {
            if (secret.contains(given.substring(i, i + TELLING_LENGTH))) {
                return true;
            }
        }
        return false;
    }

    /** Once bytes have gone out, only an answer can say that nothing was computed. */
    private static boolean isMaybeBilled(SendState sent) {
        return switch (sent) {
            case NOT_SENT -> false;
            case MAYBE_SENT, ANSWERED, UNKNOWN -> true;
        };
    }

    /** A refusal costs nothing; a success without content may, and so may a call that a gateway stopped waiting for. */
    private static boolean isMaybeBilled(int httpStatus) {
        boolean isSuccess = httpStatus >= 200 && httpStatus < 300;
        return isSuccess || httpStatus == REQUEST_TIMEOUT || httpStatus == GATEWAY_TIMEOUT || httpStatus == ORIGIN_TIMEOUT;
    }

    private static String detail(int httpStatus, String providerCode) {
        return String.format(Locale.ROOT, " (HTTP %d%s)", httpStatus, providerCode.isEmpty() ? "" : ", " + providerCode);
    }

    private static String sentence(FailureKind kind) {
        return switch (kind) {
            case RATE_LIMITED -> "The provider limits the rate of calls";
            case QUOTA_EXHAUSTED -> "The account's quota or credit is used up";
            case OVERLOADED -> "The provider has no capacity at the moment";
            case SERVER_ERROR -> "The provider failed";
            case CONNECTION_FAILED -> "The connection failed";
            case TIMEOUT -> "The call took too long";
            case MALFORMED_RESPONSE -> "The response is not a usable answer";
            case AUTHENTICATION_FAILED -> "The provider refused the credential";
            case PERMISSION_DENIED -> "The credential may not make this call";
            case MODEL_NOT_FOUND -> "The provider does not know the model";
            case CONTEXT_WINDOW_EXCEEDED -> "The request is too long for the model";
            case UNSUPPORTED_PARAMETER -> "The model does not support a parameter of the request";
            case CONTENT_FILTERED -> "A content filter blocked the request or the answer";
            case INVALID_REQUEST -> "The provider calls the request invalid";
            case QUEUE_TIMEOUT, EXPIRED -> "The call could not start in time";
            case WORKER_LOST -> "The worker was lost";
            case CANCELLED -> "The call was cancelled";
            case UNKNOWN -> "The provider answered in an unknown way";
        };
    }
}
