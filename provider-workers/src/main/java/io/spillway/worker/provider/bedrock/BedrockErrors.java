package io.spillway.worker.provider.bedrock;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.spillway.v1.FailureKind;
import io.spillway.worker.provider.Answers;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.ErrorText;
import io.spillway.worker.provider.Failures;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.RetryHints;
import io.spillway.worker.provider.StatusKinds;

/** What an error of Bedrock means: the exception's name first, the sentence where the name says too little, then the status. */
final class BedrockErrors {

    /** Exceptions' names in lower case, without the ending. */
    private static final Map<String, FailureKind> TYPES = Map.ofEntries(
            Map.entry("throttling", FailureKind.RATE_LIMITED), Map.entry("throttled", FailureKind.RATE_LIMITED),
            Map.entry("requestthrottled", FailureKind.RATE_LIMITED), Map.entry("toomanyrequests", FailureKind.RATE_LIMITED),
            Map.entry("requestlimitexceeded", FailureKind.RATE_LIMITED), Map.entry("slowdown", FailureKind.RATE_LIMITED),
            // The model is being loaded.
            Map.entry("modelnotready", FailureKind.OVERLOADED), Map.entry("serviceunavailable", FailureKind.OVERLOADED),
            Map.entry("modeltimeout", FailureKind.SERVER_ERROR), Map.entry("internalserver", FailureKind.SERVER_ERROR),
            Map.entry("internalservererror", FailureKind.SERVER_ERROR), Map.entry("internalfailure", FailureKind.SERVER_ERROR),
            Map.entry("internalservice", FailureKind.SERVER_ERROR), Map.entry("internal", FailureKind.SERVER_ERROR),
            Map.entry("internalerror", FailureKind.SERVER_ERROR), Map.entry("requesttimeout", FailureKind.SERVER_ERROR),
            Map.entry("conflict", FailureKind.SERVER_ERROR),
            Map.entry("unrecognizedclient", FailureKind.AUTHENTICATION_FAILED),
            Map.entry("expiredtoken", FailureKind.AUTHENTICATION_FAILED),
            Map.entry("requestexpired", FailureKind.AUTHENTICATION_FAILED),
            Map.entry("requesttimetooskewed", FailureKind.AUTHENTICATION_FAILED),
            Map.entry("invalidsignature", FailureKind.AUTHENTICATION_FAILED),
            Map.entry("signaturedoesnotmatch", FailureKind.AUTHENTICATION_FAILED),
            Map.entry("incompletesignature", FailureKind.AUTHENTICATION_FAILED),
            Map.entry("missingauthenticationtoken", FailureKind.AUTHENTICATION_FAILED),
            Map.entry("invalidclienttokenid", FailureKind.AUTHENTICATION_FAILED),
            Map.entry("invalidtoken", FailureKind.AUTHENTICATION_FAILED),
            Map.entry("authfailure", FailureKind.AUTHENTICATION_FAILED),
            Map.entry("unauthorized", FailureKind.AUTHENTICATION_FAILED),
            Map.entry("optinrequired", FailureKind.PERMISSION_DENIED),
            Map.entry("notauthorized", FailureKind.PERMISSION_DENIED),
            // The account has not sent in the form that the model's maker asks for: for it there is no such model.
            Map.entry("ftuformnotfilled", FailureKind.MODEL_NOT_FOUND),
            Map.entry("resourcenotfound", FailureKind.MODEL_NOT_FOUND),
            Map.entry("unknownoperation", FailureKind.MODEL_NOT_FOUND));

    private static final String VALIDATION = "validation";
    private static final String DENIED = "accessdenied";
    private static final String QUOTA = "servicequotaexceeded";
    /** Errors of the model behind Bedrock. */
    private static final Set<String> OF_MODEL = Set.of("modelerror", "modelstreamerror");

    private static final List<String> OVERFLOW = List.of("input is too long", "input tokens exceeded", "too many input tokens",
            "number of input tokens exceeds", "exceeds the maximum context");
    private static final List<String> NO_MODEL = List.of("on-demand throughput isn't supported",
            "on-demand throughput is not supported", "model identifier is invalid", "could not resolve the foundation model",
            "invalid model identifier", "inference profile is invalid");
    private static final List<String> BUSY = List.of("rate limit", "too many requests", "throttl", "please wait", "per minute");
    private static final List<String> BAD_KEY = List.of("api key", "authentication", "security token", "signature",
            "bearer token",
            "token has expired", "token is expired");

    private static final Set<FailureKind> BELIEVED = EnumSet.of(FailureKind.RATE_LIMITED, FailureKind.QUOTA_EXHAUSTED,
            FailureKind.OVERLOADED, FailureKind.AUTHENTICATION_FAILED, FailureKind.PERMISSION_DENIED, FailureKind.MODEL_NOT_FOUND,
            FailureKind.CONTEXT_WINDOW_EXCEEDED, FailureKind.CONTENT_FILTERED, FailureKind.UNSUPPORTED_PARAMETER);

    private static final Set<FailureKind> WAITABLE = EnumSet.of(FailureKind.RATE_LIMITED, FailureKind.OVERLOADED,
            FailureKind.SERVER_ERROR, FailureKind.QUOTA_EXHAUSTED);

    private static final int ACCESS_DENIED = 403;
    private static final int INVALID = 400;

    private BedrockErrors() {}

    /** Judges a response with a status that is not 2xx. */
    static CallOutcome.Failed read(ProviderCall call, HttpAnswer answer) {
        BedrockError error = BedrockError.of(answer);
        return failed(call, answer, error, kind(error, answer.status()));
    }

    /** Judges an error in one piece that came with a 2xx status. */
    static CallOutcome.Failed underSuccess(ProviderCall call, HttpAnswer answer, BedrockError error) {
        FailureKind kind = kind(error, answer.status());
        return BELIEVED.contains(kind) ? failed(call, answer, error, kind) : Answers.malformed(answer.status());
    }

    /** Judges an exception inside a stream: it is meant for us, whatever it says. */
    static CallOutcome.Failed inStream(ProviderCall call, HttpAnswer head, BedrockError error) {
        return failed(call, head, error, kind(error, 500));
    }

    private static CallOutcome.Failed failed(ProviderCall call, HttpAnswer answer, BedrockError error, FailureKind kind) {
        String code = Failures.code(error.type(), call.credential());
        // Bedrock gives no hints; a gateway in front of it may.
        Optional<Duration> wait = WAITABLE.contains(kind) ? RetryHints.of(answer, error.root(), call.now()) : Optional.empty();
        String parameter = kind == FailureKind.UNSUPPORTED_PARAMETER ? RefusedFields.in(error.message()).orElse("") : "";
        return new CallOutcome.Failed(Failures.answered(kind, answer.status(), code, wait), parameter);
    }

    private static FailureKind kind(BedrockError error, int status) {
        String name = error.type().toLowerCase(Locale.ROOT);
        String type = name.endsWith("exception") ? name.substring(0, name.length() - "exception".length()) : name;
        FailureKind known = TYPES.get(type);
        if (known != null) {
            return known;
        }
        if (OF_MODEL.contains(type)) {
            return ofModel(error);
        }
        if (type.equals(QUOTA)) {
            return containsAny(error.message(), BUSY) ? FailureKind.RATE_LIMITED : FailureKind.QUOTA_EXHAUSTED;
        }
        if (type.equals(VALIDATION) || (status == INVALID && !type.equals(DENIED))) {
            return invalid(error.message());
        }
        if (type.equals(DENIED) || status == ACCESS_DENIED) {
            return denied(error.message());
        }
        return ErrorText.kind(error.message(), status).orElseGet(() -> StatusKinds.of(status));
    }

    /**
     * A refusal by the model's own server is only believed where it is exact: Bedrock reports its troubles in the same way.
     */
    private static FailureKind ofModel(BedrockError error) {
        return switch (error.originalStatus()) {
            case 429 -> FailureKind.RATE_LIMITED;
            case 503, 529 -> FailureKind.OVERLOADED;
            case 400, 413, 422 -> {
                FailureKind kind = invalid(error.message());
                yield kind == FailureKind.INVALID_REQUEST ? FailureKind.SERVER_ERROR : kind;
            }
            default -> FailureKind.SERVER_ERROR;
        };
    }

    private static FailureKind invalid(String message) {
        if (containsAny(message, NO_MODEL)) {
            return FailureKind.MODEL_NOT_FOUND;
        }
        if (containsAny(message, OVERFLOW) && !containsAny(message, BUSY)) {
            return FailureKind.CONTEXT_WINDOW_EXCEEDED;
        }
        // The account is not entitled to the model; there is nothing wrong with the request.
        if (message.equals("operation not allowed")) {
            return FailureKind.PERMISSION_DENIED;
        }
        Optional<FailureKind> told = ErrorText.kind(message, INVALID);
        if (told.isPresent()) {
            return told.get();
        }
        return RefusedFields.in(message).isPresent() ? FailureKind.UNSUPPORTED_PARAMETER : FailureKind.INVALID_REQUEST;
    }

    private static FailureKind denied(String message) {
        // Said with 403 by models without a cache: the credential is good.
        if (RefusedFields.isCaching(message)) {
            return FailureKind.UNSUPPORTED_PARAMETER;
        }
        return containsAny(message, BAD_KEY) ? FailureKind.AUTHENTICATION_FAILED : FailureKind.PERMISSION_DENIED;
    }

    private static boolean containsAny(String text, List<String> fragments) {
        return fragments.stream().anyMatch(text::contains);
    }
}
