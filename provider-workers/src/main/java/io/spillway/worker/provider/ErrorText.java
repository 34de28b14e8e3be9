package io.spillway.worker.provider;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.spillway.v1.FailureKind;

/**
 * What error messages give away where codes do not. Providers change their wording, so codes are asked first; every fragment
 * here was seen on the wire or is documented.
 */
public final class ErrorText {

    private static final Set<Integer> REFUSALS = Set.of(400, 413, 422);
    /** llama.cpp and LM Studio report an overflow as 500; a 200 can carry an error as well. */
    private static final Set<Integer> MAY_BE_OVERFLOW = Set.of(200, 400, 413, 422, 500);
    private static final Set<Integer> MAY_BE_BILLING = Set.of(200, 400, 402, 403, 429);

    /** OpenAI and Groq: a single request above the limit of a minute can never succeed there. */
    private static final Pattern ABOVE_LIMIT = Pattern
            .compile("request too large.{0,400}?limit\\D{0,10}([\\d,]{1,15}).{0,40}?requested\\D{0,10}([\\d,]{1,15})",
                    Pattern.DOTALL);

    private static final List<String> HIGH_DEMAND = List.of("experiencing high demand",
            "temporarily unable to process your request",
            "maximum pending requests exceeded", "no capacity", "server is busy", "server busy");
    private static final List<String> BUSY = List.of("rate limit", "too many requests", "throttl");
    private static final List<String> OVERFLOW = List.of("maximum context length", "exceeds the context window",
            "prompt is too long",
            "exceed context limit", "exceeds the maximum number of tokens allowed", "input is too long for requested model",
            "range of input length should be", "longer than the model's context length", "exceeds the available context size",
            "greater than the context length", "contextwindowexceedederror", "too large for model with",
            "reduce the length of the messages");
    /** Cohere; only at the start, because Bedrock's throttling says nearly the same. */
    private static final String COHERE_OVERFLOW = "too many tokens";
    private static final Pattern TOGETHER_OVERFLOW = Pattern.compile("input \\(\\d{1,12} tokens\\) is longer than");
    private static final List<String> BILLING = List.of("credit balance is too low", "insufficient balance",
            "insufficient credit",
            "insufficient funds", "overdue payment", "overdue-payment", "spend limit", "spending limit", "api usage limits",
            "budget has been exceeded", "exceeded budget", "weight_exceeds_budget");
    /** OpenRouter's 402 that ends by itself. */
    private static final String BUSY_BUDGET = "in_flight_budget_exhausted";
    private static final List<String> FILTER = List.of("content exists risk", "content management policy",
            "content filtering policy",
            "responsibleaipolicyviolation", "contentpolicyviolationerror");
    private static final List<String> KEY = List.of("api key not valid", "api_key_invalid", "incorrect api key",
            "invalid api key");
    private static final List<String> MODEL = List.of("model not exist", "invalid model name", "model_decommissioned",
            "on-demand throughput isn't supported");
    private static final Pattern NO_SUCH_MODEL = Pattern.compile("model.{0,200}?(does not exist|not found)", Pattern.DOTALL);

    private static final Pattern UNSUPPORTED = Pattern.compile(
            "unsupported parameter|unsupported value|unsupportedparamserror|unknown parameter|unrecognized request argument"
                    + "|extra inputs are not permitted|function tools with reasoning_effort are not supported|no endpoints found that support"
                    + "|must be set to false for non-streaming|does not support parameters");
    private static final Pattern NAMED = Pattern
            .compile("(?:unsupported|unknown|unrecognized)[^'`\"\\[]{0,60}['`\"\\[]{1,2}([a-z0-9_.]{1,64})");
    private static final Pattern PREFIXED = Pattern.compile("^([a-z0-9_.]{1,64}): extra inputs are not permitted");
    private static final Pattern PARAMETER = Pattern.compile("[a-z][a-z0-9_]{0,63}");

    /** Fields that no request can do without. */
    private static final Set<String> INDISPENSABLE = Set.of("model", "messages", "body");

    private ErrorText() {}

    /** What a message means. {@code status} is the HTTP status, or the one the body names under a 200. */
    public static Optional<FailureKind> kind(String message, int status) {
        if (isAboveLimit(message, status)) {
            return Optional.of(FailureKind.CONTEXT_WINDOW_EXCEEDED);
        }
        if (message.contains(BUSY_BUDGET)) {
            return Optional.of(FailureKind.RATE_LIMITED);
        }
        if (containsAny(message, HIGH_DEMAND)) {
            return Optional.of(FailureKind.OVERLOADED);
        }
        if (isOverflow(message, status)) {
            return Optional.of(FailureKind.CONTEXT_WINDOW_EXCEEDED);
        }
        if (MAY_BE_BILLING.contains(status) && containsAny(message, BILLING)) {
            return Optional.of(FailureKind.QUOTA_EXHAUSTED);
        }
        if (status < 500 && containsAny(message, FILTER)) {
            return Optional.of(FailureKind.CONTENT_FILTERED);
        }
        if (UNSUPPORTED.matcher(message).find() && status < 500) {
            return Optional.of(FailureKind.UNSUPPORTED_PARAMETER);
        }
        return REFUSALS.contains(status) ? disguised(message) : Optional.empty();
    }

    /** Failures of the deployment that some providers report as a bad request. */
    private static Optional<FailureKind> disguised(String message) {
        if (containsAny(message, KEY)) {
            return Optional.of(FailureKind.AUTHENTICATION_FAILED);
        }
        if (message.contains("user location is not supported")) {
            return Optional.of(FailureKind.PERMISSION_DENIED);
        }
        boolean isModel = containsAny(message, MODEL) || NO_SUCH_MODEL.matcher(message).find();
        return isModel ? Optional.of(FailureKind.MODEL_NOT_FOUND) : Optional.empty();
    }

    private static boolean isOverflow(String message, int status) {
        if (!MAY_BE_OVERFLOW.contains(status) || containsAny(message, BUSY)) {
            return false;
        }
        return containsAny(message, OVERFLOW) || message.startsWith(COHERE_OVERFLOW) || TOGETHER_OVERFLOW.matcher(message).find();
    }

    private static boolean isAboveLimit(String message, int status) {
        Matcher matcher = ABOVE_LIMIT.matcher(message);
        if ((status != 429 && status != 413) || !matcher.find()) {
            return false;
        }
        return figure(matcher.group(2)).compareTo(figure(matcher.group(1))) > 0;
    }

    private static BigInteger figure(String digits) {
        String plain = digits.replace(",", "");
        return plain.isEmpty() ? BigInteger.ZERO : new BigInteger(plain);
    }

    /** The top-level parameter an error complains about, when it is one that a request can do without; else empty. */
    public static String parameter(ErrorBody error) {
        return topLevel(error.param()).or(() -> firstGroup(PREFIXED, error.message()).flatMap(ErrorText::topLevel))
                .or(() -> firstGroup(NAMED, error.message()).flatMap(ErrorText::topLevel)).orElse("");
    }

    private static Optional<String> topLevel(String path) {
        String lower = path.toLowerCase(Locale.ROOT);
        int end = 0;
        while (end < lower.length() && lower.charAt(end) != '.' && lower.charAt(end) != '[') {
            end++;
        }
        String name = lower.substring(0, end);
        boolean isUsable = PARAMETER.matcher(name).matches() && !INDISPENSABLE.contains(name);
        return isUsable ? Optional.of(name) : Optional.empty();
    }

    private static Optional<String> firstGroup(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private static boolean containsAny(String text, List<String> fragments) {
        return fragments.stream().anyMatch(text::contains);
    }
}
