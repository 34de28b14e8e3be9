package io.spillway.worker.provider.openai;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
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

/**
 * What an error in the OpenAI dialect means. Asked in this order: the upstream's error inside an aggregator's, wording that no
 * code tells apart, codes, types, other wording, the HTTP status. Reads the simpler shapes of other dialects as well.
 */
public final class OpenAiErrors {

    private static final String INSUFFICIENT_QUOTA = "insufficient_quota";

    /** Kinds that a body under a 200 is believed about; anything else is a response that contradicts itself. */
    private static final Set<FailureKind> BELIEVED = EnumSet.of(FailureKind.RATE_LIMITED, FailureKind.QUOTA_EXHAUSTED,
            FailureKind.OVERLOADED, FailureKind.CONTEXT_WINDOW_EXCEEDED, FailureKind.CONTENT_FILTERED,
            FailureKind.MODEL_NOT_FOUND,
            FailureKind.AUTHENTICATION_FAILED, FailureKind.PERMISSION_DENIED, FailureKind.UNSUPPORTED_PARAMETER);

    private static final Set<FailureKind> WAITABLE = EnumSet.of(FailureKind.RATE_LIMITED, FailureKind.OVERLOADED,
            FailureKind.SERVER_ERROR, FailureKind.QUOTA_EXHAUSTED);

    /** Codes and types, in lower case, of all servers that speak the dialect. */
    private static final Map<String, FailureKind> KINDS = Map.ofEntries(
            // context window; 3051 is Mistral's
            Map.entry("context_length_exceeded", FailureKind.CONTEXT_WINDOW_EXCEEDED),
            Map.entry("contextwindowexceedederror", FailureKind.CONTEXT_WINDOW_EXCEEDED),
            Map.entry("3051", FailureKind.CONTEXT_WINDOW_EXCEEDED),
            // content
            Map.entry("content_filter", FailureKind.CONTENT_FILTERED),
            Map.entry("content_policy_violation", FailureKind.CONTENT_FILTERED),
            Map.entry("contentpolicyviolationerror", FailureKind.CONTENT_FILTERED),
            Map.entry("responsibleaipolicyviolation", FailureKind.CONTENT_FILTERED),
            Map.entry("invalid_prompt", FailureKind.CONTENT_FILTERED),
            Map.entry("data_inspection_failed", FailureKind.CONTENT_FILTERED),
            Map.entry("datainspectionfailed", FailureKind.CONTENT_FILTERED),
            // parameters
            Map.entry("unsupported_parameter", FailureKind.UNSUPPORTED_PARAMETER),
            Map.entry("unsupported_value", FailureKind.UNSUPPORTED_PARAMETER),
            Map.entry("unknown_parameter", FailureKind.UNSUPPORTED_PARAMETER),
            Map.entry("unsupportedparamserror", FailureKind.UNSUPPORTED_PARAMETER),
            Map.entry("extra_forbidden", FailureKind.UNSUPPORTED_PARAMETER),
            // model
            Map.entry("model_not_found", FailureKind.MODEL_NOT_FOUND),
            Map.entry("deploymentnotfound", FailureKind.MODEL_NOT_FOUND),
            Map.entry("model_decommissioned", FailureKind.MODEL_NOT_FOUND),
            Map.entry("invalid_model", FailureKind.MODEL_NOT_FOUND),
            Map.entry("not_found_error", FailureKind.MODEL_NOT_FOUND), Map.entry("notfounderror", FailureKind.MODEL_NOT_FOUND),
            // credential
            Map.entry("invalid_api_key", FailureKind.AUTHENTICATION_FAILED),
            Map.entry("api_key_invalid", FailureKind.AUTHENTICATION_FAILED),
            Map.entry("authentication_error", FailureKind.AUTHENTICATION_FAILED),
            Map.entry("account_deactivated", FailureKind.AUTHENTICATION_FAILED),
            Map.entry("unsupported_country_region_territory", FailureKind.PERMISSION_DENIED),
            Map.entry("permission_error", FailureKind.PERMISSION_DENIED),
            Map.entry("permissiondenied", FailureKind.PERMISSION_DENIED),
            // money
            Map.entry(INSUFFICIENT_QUOTA, FailureKind.QUOTA_EXHAUSTED),
            Map.entry("credit_balance_exhausted", FailureKind.QUOTA_EXHAUSTED),
            Map.entry("organization_spend_limit_exceeded", FailureKind.QUOTA_EXHAUSTED),
            Map.entry("project_spend_limit_exceeded", FailureKind.QUOTA_EXHAUSTED),
            Map.entry("organization_usage_limit_exceeded", FailureKind.QUOTA_EXHAUSTED),
            Map.entry("billing_hard_limit_reached", FailureKind.QUOTA_EXHAUSTED),
            Map.entry("billing_not_active", FailureKind.QUOTA_EXHAUSTED),
            Map.entry("arrearage", FailureKind.QUOTA_EXHAUSTED), Map.entry("budget_exceeded", FailureKind.QUOTA_EXHAUSTED),
            Map.entry("weight_exceeds_budget", FailureKind.QUOTA_EXHAUSTED),
            Map.entry("allocationquota.freetieronly", FailureKind.QUOTA_EXHAUSTED),
            // pace; 1300 is Mistral's; OpenRouter's budget of running calls frees itself
            Map.entry("in_flight_budget_exhausted", FailureKind.RATE_LIMITED),
            Map.entry("rate_limit_exceeded", FailureKind.RATE_LIMITED),
            Map.entry("rate_limit_error", FailureKind.RATE_LIMITED), Map.entry("ratelimitreached", FailureKind.RATE_LIMITED),
            Map.entry("ratelimiterror", FailureKind.RATE_LIMITED), Map.entry("limit_requests", FailureKind.RATE_LIMITED),
            Map.entry("limit_burst_rate", FailureKind.RATE_LIMITED), Map.entry("1300", FailureKind.RATE_LIMITED),
            // capacity; 3505 is Mistral's
            Map.entry("slow_down", FailureKind.OVERLOADED), Map.entry("server_is_overloaded", FailureKind.OVERLOADED),
            Map.entry("service_unavailable_error", FailureKind.OVERLOADED), Map.entry("overloaded_error", FailureKind.OVERLOADED),
            Map.entry("3505", FailureKind.OVERLOADED));

    private OpenAiErrors() {}

    /** Judges a response with a status that is not 2xx. */
    public static CallOutcome.Failed read(ProviderCall call, HttpAnswer answer) {
        ErrorBody error = ErrorBody.of(answer.body());
        return failed(call, answer, error, kind(call, error, answer.status()));
    }

    /** Judges an error that came with a 2xx status: after generation began some servers can say it in no other way. */
    public static CallOutcome.Failed underSuccess(ProviderCall call, HttpAnswer answer, ErrorBody error) {
        int status = error.status() == 0 ? answer.status() : error.status();
        FailureKind kind = kind(call, error, status);
        return BELIEVED.contains(kind) ? failed(call, answer, error, kind) : Answers.malformed(answer.status());
    }

    /** Judges an error that a stream reports: that is how a server says that it can answer no further, whatever the reason. */
    public static CallOutcome.Failed inStream(ProviderCall call, HttpAnswer answer, ErrorBody error) {
        int status = error.status() == 0 ? answer.status() : error.status();
        FailureKind kind = kind(call, error, status);
        boolean isServers = kind == FailureKind.SERVER_ERROR || kind == FailureKind.MALFORMED_RESPONSE;
        return isServers
                ? failed(call, answer, error, FailureKind.SERVER_ERROR)
                : underSuccess(call, answer, error);
    }

    private static CallOutcome.Failed failed(ProviderCall call, HttpAnswer answer, ErrorBody error, FailureKind kind) {
        Optional<Duration> wait = WAITABLE.contains(kind) ? RetryHints.of(answer, error.root(), call.now()) : Optional.empty();
        String parameter = kind == FailureKind.UNSUPPORTED_PARAMETER ? ErrorText.parameter(error.upstream().orElse(error)) : "";
        return new CallOutcome.Failed(Failures.answered(kind, answer.status(), code(call, error), wait), parameter);
    }

    private static FailureKind kind(ProviderCall call, ErrorBody error, int status) {
        return error.upstream().flatMap(upstream -> specific(call, upstream, status)).or(() -> specific(call, error, status))
                .orElseGet(() -> StatusKinds.of(status));
    }

    private static Optional<FailureKind> specific(ProviderCall call, ErrorBody error, int status) {
        if (isModerated(error, status)) {
            return Optional.of(FailureKind.CONTENT_FILTERED);
        }
        // Wording first where it contradicts the code: a 429 that can never succeed, a 429 for lack of capacity.
        return ErrorText.kind(error.message(), status)
                .or(() -> coded(call, error.code())).or(() -> coded(call, error.reason())).or(() -> coded(call, error.type()));
    }

    private static Optional<FailureKind> coded(ProviderCall call, String word) {
        String code = word.toLowerCase(Locale.ROOT);
        // DashScope's word for a rate of tokens, OpenAI's for an unpaid bill.
        if (code.equals(INSUFFICIENT_QUOTA) && call.setting("insufficient-quota", "quota").equals("rate")) {
            return Optional.of(FailureKind.RATE_LIMITED);
        }
        return Optional.ofNullable(KINDS.get(code));
    }

    /** OpenRouter: 403 with what was flagged. */
    private static boolean isModerated(ErrorBody error, int status) {
        var metadata = error.root().path("error").path("metadata");
        return status == 403 && (metadata.has("flagged_input") || metadata.has("reasons"));
    }

    /** The most telling identifier: a code that only repeats the status is none. */
    private static String code(ProviderCall call, ErrorBody error) {
        ErrorBody source = error.upstream().filter(upstream -> !upstream.code().isEmpty() || !upstream.type().isEmpty())
                .orElse(error);
        for (String word : new String[]{source.status() == 0 ? source.code() : "", source.reason(), source.type(),
                source.code()}) {
            String code = Failures.code(word, call.credential());
            if (!code.isEmpty()) {
                return code;
            }
        }
        return "";
    }
}
