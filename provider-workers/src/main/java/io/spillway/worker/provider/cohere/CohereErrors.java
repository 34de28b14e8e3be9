package io.spillway.worker.provider.cohere;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.spillway.v1.FailureKind;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.ErrorBody;
import io.spillway.worker.provider.Failures;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.openai.OpenAiErrors;

/** What an error of Cohere means. There are no codes: only the status and a sentence. */
final class CohereErrors {

    private static final Pattern UNKNOWN_FIELD = Pattern
            .compile("unknown field: parameter '?([a-z_]{1,64})'? is not a valid field");
    private static final Pattern NOT_SUPPORTED = Pattern
            .compile("(?:invalid request|unprocessable entity): ([a-z_]{1,64}) (?:is|are) not (?:supported|compatible)");
    /** A trial key's monthly allowance; its limit of calls per minute is a rate. */
    private static final List<String> MONTHLY = List.of("calls / month", "per month");

    private static final int TOO_MANY = 429;

    private CohereErrors() {}

    /** Judges a response with a status that is not 2xx. */
    static CallOutcome.Failed read(ProviderCall call, HttpAnswer answer) {
        String message = ErrorBody.of(answer.body()).message();
        if (answer.status() == TOO_MANY && MONTHLY.stream().anyMatch(message::contains)) {
            return new CallOutcome.Failed(
                    Failures.answered(FailureKind.QUOTA_EXHAUSTED, answer.status(), "", Optional.empty()));
        }
        boolean isRefusal = answer.status() == 400 || answer.status() == 422;
        return parameter(message).filter(name -> isRefusal).map(name -> unsupported(answer.status(), name))
                .orElseGet(() -> OpenAiErrors.read(call, answer));
    }

    private static CallOutcome.Failed unsupported(int status, String parameter) {
        // What no request can do without cannot be dropped.
        boolean isIndispensable = parameter.equals("model") || parameter.equals("messages");
        return new CallOutcome.Failed(Failures.answered(FailureKind.UNSUPPORTED_PARAMETER, status, "", Optional.empty()),
                isIndispensable ? "" : parameter);
    }

    private static Optional<String> parameter(String message) {
        Matcher unknown = UNKNOWN_FIELD.matcher(message);
        if (unknown.find()) {
            return Optional.of(unknown.group(1));
        }
        Matcher unsupported = NOT_SUPPORTED.matcher(message);
        return unsupported.find() ? Optional.of(unsupported.group(1)) : Optional.empty();
    }
}
