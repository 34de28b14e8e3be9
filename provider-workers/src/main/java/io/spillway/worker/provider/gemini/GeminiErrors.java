package io.spillway.worker.provider.gemini;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.spillway.v1.FailureKind;
import io.spillway.worker.provider.Answers;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.ErrorBody;
import io.spillway.worker.provider.ErrorText;
import io.spillway.worker.provider.Failures;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.RetryHints;
import io.spillway.worker.provider.StatusKinds;

/** What an error in Google's shape means: the reason in its details first, then the exhausted quota, the text of a 400, the status. */
final class GeminiErrors {

    private static final String INVALID = "INVALID_ARGUMENT";
    private static final String EXHAUSTED = "RESOURCE_EXHAUSTED";

    /** {@code google.rpc.ErrorInfo.reason}. */
    private static final Map<String, FailureKind> REASONS = Map.ofEntries(
            Map.entry("API_KEY_INVALID", FailureKind.AUTHENTICATION_FAILED),
            Map.entry("API_KEY_EXPIRED", FailureKind.AUTHENTICATION_FAILED),
            Map.entry("ACCESS_TOKEN_EXPIRED", FailureKind.AUTHENTICATION_FAILED),
            Map.entry("ACCESS_TOKEN_TYPE_UNSUPPORTED", FailureKind.AUTHENTICATION_FAILED),
            Map.entry("CREDENTIALS_MISSING", FailureKind.AUTHENTICATION_FAILED),
            Map.entry("ACCOUNT_STATE_INVALID", FailureKind.AUTHENTICATION_FAILED),
            Map.entry("ACCESS_TOKEN_SCOPE_INSUFFICIENT", FailureKind.PERMISSION_DENIED),
            Map.entry("API_KEY_SERVICE_BLOCKED", FailureKind.PERMISSION_DENIED),
            Map.entry("API_KEY_HTTP_REFERRER_BLOCKED", FailureKind.PERMISSION_DENIED),
            Map.entry("API_KEY_IP_ADDRESS_BLOCKED", FailureKind.PERMISSION_DENIED),
            Map.entry("SERVICE_DISABLED", FailureKind.PERMISSION_DENIED),
            Map.entry("BILLING_DISABLED", FailureKind.PERMISSION_DENIED),
            Map.entry("CONSUMER_INVALID", FailureKind.PERMISSION_DENIED),
            Map.entry("CONSUMER_SUSPENDED", FailureKind.PERMISSION_DENIED),
            Map.entry("USER_PROJECT_DENIED", FailureKind.PERMISSION_DENIED),
            Map.entry("IAM_PERMISSION_DENIED", FailureKind.PERMISSION_DENIED),
            Map.entry("LOCATION_POLICY_VIOLATED", FailureKind.PERMISSION_DENIED));

    /** {@code google.rpc.Code}. */
    private static final Map<String, FailureKind> STATUSES = Map.ofEntries(
            Map.entry(INVALID, FailureKind.INVALID_REQUEST), Map.entry("OUT_OF_RANGE", FailureKind.INVALID_REQUEST),
            Map.entry("FAILED_PRECONDITION", FailureKind.PERMISSION_DENIED),
            Map.entry("UNAUTHENTICATED", FailureKind.AUTHENTICATION_FAILED),
            Map.entry("PERMISSION_DENIED", FailureKind.PERMISSION_DENIED),
            Map.entry("NOT_FOUND", FailureKind.MODEL_NOT_FOUND), Map.entry("UNIMPLEMENTED", FailureKind.MODEL_NOT_FOUND),
            Map.entry(EXHAUSTED, FailureKind.RATE_LIMITED), Map.entry("UNAVAILABLE", FailureKind.OVERLOADED),
            Map.entry("DEADLINE_EXCEEDED", FailureKind.SERVER_ERROR), Map.entry("INTERNAL", FailureKind.SERVER_ERROR),
            Map.entry("ABORTED", FailureKind.SERVER_ERROR), Map.entry("CANCELLED", FailureKind.SERVER_ERROR),
            Map.entry("UNKNOWN", FailureKind.SERVER_ERROR), Map.entry("DATA_LOSS", FailureKind.SERVER_ERROR));

    private static final Set<FailureKind> BELIEVED = EnumSet.of(FailureKind.RATE_LIMITED, FailureKind.QUOTA_EXHAUSTED,
            FailureKind.OVERLOADED, FailureKind.AUTHENTICATION_FAILED, FailureKind.PERMISSION_DENIED, FailureKind.MODEL_NOT_FOUND,
            FailureKind.CONTEXT_WINDOW_EXCEEDED, FailureKind.CONTENT_FILTERED, FailureKind.UNSUPPORTED_PARAMETER);

    private static final Set<FailureKind> WAITABLE = EnumSet.of(FailureKind.RATE_LIMITED, FailureKind.OVERLOADED,
            FailureKind.SERVER_ERROR, FailureKind.QUOTA_EXHAUSTED);

    private GeminiErrors() {}

    /** Judges a response with a status that is not 2xx. */
    static CallOutcome.Failed read(ProviderCall call, HttpAnswer answer) {
        ErrorBody error = ErrorBody.of(answer.body());
        return failed(call, answer, error, kind(error, answer.status()));
    }

    /** Judges an error object that came with a 2xx status. */
    static CallOutcome.Failed underSuccess(ProviderCall call, HttpAnswer answer, ErrorBody error) {
        FailureKind kind = kind(error, error.status() == 0 ? answer.status() : error.status());
        return BELIEVED.contains(kind) ? failed(call, answer, error, kind) : Answers.malformed(answer.status());
    }

    /** Judges an error that a stream reports: that is how a server says that it can answer no further, whatever the reason. */
    static CallOutcome.Failed inStream(ProviderCall call, HttpAnswer answer, ErrorBody error) {
        FailureKind kind = kind(error, error.status() == 0 ? answer.status() : error.status());
        boolean isServers = kind == FailureKind.SERVER_ERROR || kind == FailureKind.MALFORMED_RESPONSE;
        return isServers
                ? failed(call, answer, error, FailureKind.SERVER_ERROR)
                : underSuccess(call, answer, error);
    }

    private static CallOutcome.Failed failed(ProviderCall call, HttpAnswer answer, ErrorBody error, FailureKind kind) {
        GoogleErrorDetails details = GoogleErrorDetails.of(error.root());
        String code = Failures.code(details.reason().isEmpty() ? error.reason() : details.reason(), call.credential());
        String parameter = kind == FailureKind.UNSUPPORTED_PARAMETER ? RefusedParameters.in(error.message()).orElse("") : "";
        return new CallOutcome.Failed(
                Failures.answered(kind, answer.status(), code, wait(call, answer, error, kind, details)), parameter);
    }

    private static Optional<Duration> wait(ProviderCall call, HttpAnswer answer, ErrorBody error, FailureKind kind,
            GoogleErrorDetails details) {
        if (!WAITABLE.contains(kind)) {
            return Optional.empty();
        }
        // The hint beside a daily quota is that of the minute's.
        if (kind == FailureKind.QUOTA_EXHAUSTED && details.isDailyQuota()) {
            return Optional.of(GoogleQuotas.untilReset(call.now()));
        }
        Optional<Duration> hint = RetryHints.of(answer, error.root(), call.now());
        boolean isRollingSpend = kind == FailureKind.QUOTA_EXHAUSTED && isSpendLimit(error, details);
        return isRollingSpend ? hint.or(() -> Optional.of(GoogleQuotas.SPEND_WINDOW)) : hint;
    }

    private static FailureKind kind(ErrorBody error, int status) {
        GoogleErrorDetails details = GoogleErrorDetails.of(error.root());
        FailureKind reasoned = REASONS.get(details.reason());
        if (reasoned != null) {
            return reasoned;
        }
        String word = error.reason();
        if (status == 429 || word.equals(EXHAUSTED)) {
            return exhausted(error, status, details);
        }
        if (status == 400 || word.equals(INVALID)) {
            return invalid(error, word);
        }
        if (status == 403 && error.message().contains("access the file")) {
            // The caller's file, not the operator's credential.
            return FailureKind.INVALID_REQUEST;
        }
        return ErrorText.kind(error.message(), status).orElseGet(() -> {
            FailureKind known = STATUSES.get(word);
            return known == null ? StatusKinds.of(status) : known;
        });
    }

    private static FailureKind exhausted(ErrorBody error, int status, GoogleErrorDetails details) {
        boolean isUsedUp = status == 402 || details.isDailyQuota() || details.isNoQuota() || isSpendLimit(error, details)
                || error.message().contains("credits are depleted");
        if (isUsedUp) {
            return FailureKind.QUOTA_EXHAUSTED;
        }
        return ErrorText.kind(error.message(), status).orElse(FailureKind.RATE_LIMITED);
    }

    private static boolean isSpendLimit(ErrorBody error, GoogleErrorDetails details) {
        return details.isSpendQuota() || error.message().contains("spend limit") || error.message().contains("spending limit")
                || error.message().contains("spend cap");
    }

    private static FailureKind invalid(ErrorBody error, String word) {
        Optional<FailureKind> told = ErrorText.kind(error.message(), 400);
        if (told.isPresent()) {
            return told.get();
        }
        if (RefusedParameters.in(error.message()).isPresent()) {
            return FailureKind.UNSUPPORTED_PARAMETER;
        }
        return STATUSES.getOrDefault(word, FailureKind.INVALID_REQUEST);
    }
}
