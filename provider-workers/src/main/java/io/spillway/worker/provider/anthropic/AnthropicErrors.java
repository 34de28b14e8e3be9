package io.spillway.worker.provider.anthropic;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

/** What an error in the Anthropic dialect means: details.error_code first, then the type, then the status; text only for 400. */
final class AnthropicErrors {

    /** Spend limits of the organisation: they hold until the month ends (UTC), and no header says so. */
    private static final Set<String> UNTIL_NEXT_MONTH = Set.of("enforced_spend_limit_reached", "contract_spend_limit_reached");

    private static final Map<String, FailureKind> ERROR_CODES = Map.ofEntries(
            Map.entry("enforced_spend_limit_reached", FailureKind.QUOTA_EXHAUSTED),
            Map.entry("contract_spend_limit_reached", FailureKind.QUOTA_EXHAUSTED),
            Map.entry("ramp_limit_exceeded", FailureKind.RATE_LIMITED),
            Map.entry("organization_on_hold", FailureKind.PERMISSION_DENIED),
            Map.entry("organization_type_not_supported", FailureKind.PERMISSION_DENIED),
            Map.entry("parent_organization_required", FailureKind.PERMISSION_DENIED),
            Map.entry("cmek_key_disabled", FailureKind.PERMISSION_DENIED),
            Map.entry("cmek_key_network_blocked", FailureKind.PERMISSION_DENIED),
            Map.entry("request_body_timeout", FailureKind.SERVER_ERROR),
            Map.entry("cmek_context_unavailable", FailureKind.OVERLOADED),
            Map.entry("cmek_key_unreachable", FailureKind.OVERLOADED),
            Map.entry("request_body_too_large_after_decoding", FailureKind.INVALID_REQUEST));

    private static final String LINKED_ORGANIZATION = "linked_organization_";

    private static final Map<String, FailureKind> TYPES = Map.ofEntries(
            Map.entry("authentication_error", FailureKind.AUTHENTICATION_FAILED),
            Map.entry("billing_error", FailureKind.QUOTA_EXHAUSTED),
            Map.entry("permission_error", FailureKind.PERMISSION_DENIED),
            Map.entry("not_found_error", FailureKind.MODEL_NOT_FOUND),
            Map.entry("request_too_large", FailureKind.INVALID_REQUEST), Map.entry("rate_limit_error", FailureKind.RATE_LIMITED),
            Map.entry("api_error", FailureKind.SERVER_ERROR), Map.entry("timeout_error", FailureKind.SERVER_ERROR),
            Map.entry("conflict_error", FailureKind.SERVER_ERROR), Map.entry("overloaded_error", FailureKind.OVERLOADED));

    private static final String INVALID = "invalid_request_error";

    /** Newer models refuse what older ones took. */
    private static final Pattern REFUSED_PARAMETER = Pattern
            .compile("[`'\"]?\\b(temperature|top_p|top_k|thinking|output_config(?:\\.[a-z_]{1,32})?|effort)\\b"
                    + ".{0,120}?(not supported|unsupported|deprecated|cannot both|not permitted|not available)", Pattern.DOTALL);
    private static final List<String> PREFILL = List.of("assistant message prefill", "must end with a user message");

    private static final Set<FailureKind> BELIEVED = EnumSet.of(FailureKind.RATE_LIMITED, FailureKind.QUOTA_EXHAUSTED,
            FailureKind.OVERLOADED, FailureKind.AUTHENTICATION_FAILED, FailureKind.PERMISSION_DENIED, FailureKind.MODEL_NOT_FOUND,
            FailureKind.CONTEXT_WINDOW_EXCEEDED, FailureKind.CONTENT_FILTERED, FailureKind.UNSUPPORTED_PARAMETER);

    private static final Set<FailureKind> WAITABLE = EnumSet.of(FailureKind.RATE_LIMITED, FailureKind.OVERLOADED,
            FailureKind.SERVER_ERROR, FailureKind.QUOTA_EXHAUSTED);

    private AnthropicErrors() {}

    /** Judges a response with a status that is not 2xx. */
    static CallOutcome.Failed read(ProviderCall call, HttpAnswer answer) {
        ErrorBody error = ErrorBody.of(answer.body());
        return failed(call, answer, error, kind(error, answer.status()));
    }

    /** Judges an error object that came with a 2xx status. */
    static CallOutcome.Failed underSuccess(ProviderCall call, HttpAnswer answer, ErrorBody error) {
        FailureKind kind = kind(error, answer.status());
        return BELIEVED.contains(kind) ? failed(call, answer, error, kind) : Answers.malformed(answer.status());
    }

    /** Judges an error that a stream reports: that is how a server says that it can answer no further, whatever the reason. */
    static CallOutcome.Failed inStream(ProviderCall call, HttpAnswer answer, ErrorBody error) {
        FailureKind kind = kind(error, answer.status());
        boolean isServers = kind == FailureKind.SERVER_ERROR || kind == FailureKind.MALFORMED_RESPONSE;
        return isServers
                ? failed(call, answer, error, FailureKind.SERVER_ERROR)
                : underSuccess(call, answer, error);
    }

    private static CallOutcome.Failed failed(ProviderCall call, HttpAnswer answer, ErrorBody error, FailureKind kind) {
        String code = Failures.code(error.reason().isEmpty() ? error.type() : error.reason(), call.credential());
        String parameter = kind == FailureKind.UNSUPPORTED_PARAMETER ? parameter(error) : "";
        return new CallOutcome.Failed(Failures.answered(kind, answer.status(), code, wait(call, answer, error, kind)), parameter);
    }

    private static Optional<Duration> wait(ProviderCall call, HttpAnswer answer, ErrorBody error, FailureKind kind) {
        if (!WAITABLE.contains(kind)) {
            return Optional.empty();
        }
        if (UNTIL_NEXT_MONTH.contains(error.reason())) {
            return Optional.of(Duration.between(call.now(), nextMonth(call.now())));
        }
        return RetryHints.of(answer, error.root(), call.now());
    }

    private static Instant nextMonth(Instant now) {
        ZonedDateTime today = now.atZone(ZoneOffset.UTC).truncatedTo(ChronoUnit.DAYS);
        return today.withDayOfMonth(1).plusMonths(1).toInstant();
    }

    private static FailureKind kind(ErrorBody error, int status) {
        if (error.reason().startsWith(LINKED_ORGANIZATION)) {
            return FailureKind.QUOTA_EXHAUSTED;
        }
        FailureKind coded = ERROR_CODES.get(error.reason());
        if (coded != null) {
            return coded;
        }
        // A server in front may have no type at all; its text is read like Anthropic's.
        boolean isInvalid = error.type().equals(INVALID) || (status == 400 && !TYPES.containsKey(error.type()));
        if (isInvalid) {
            return invalid(error.message());
        }
        FailureKind typed = TYPES.get(error.type());
        return typed == null ? StatusKinds.of(status) : typed;
    }

    private static FailureKind invalid(String message) {
        if (REFUSED_PARAMETER.matcher(message).find() || PREFILL.stream().anyMatch(message::contains)) {
            return FailureKind.UNSUPPORTED_PARAMETER;
        }
        return ErrorText.kind(message, 400).orElse(FailureKind.INVALID_REQUEST);
    }

    private static String parameter(ErrorBody error) {
        Matcher matcher = REFUSED_PARAMETER.matcher(error.message());
        if (!matcher.find()) {
            return ErrorText.parameter(error);
        }
        // Of temperature and top_p together, the first is the one people mean.
        if (error.message().contains("cannot both")) {
            return "top_p";
        }
        return matcher.group(1).equals("effort") ? "output_config.effort" : matcher.group(1);
    }
}
