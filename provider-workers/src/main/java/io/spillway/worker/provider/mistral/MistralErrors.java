package io.spillway.worker.provider.mistral;

import java.util.Optional;
import java.util.Set;

import io.spillway.v1.FailureKind;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.ErrorBody;
import io.spillway.worker.provider.Failures;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.openai.OpenAiErrors;

/** What Mistral's errors mean beyond those that all servers of the OpenAI dialect share. */
final class MistralErrors {

    /** An order of roles that others take: this deployment cannot answer, another one may. */
    private static final Set<String> MESSAGE_ORDER = Set.of("3230", "invalid_request_message_order");
    private static final String UNEXPECTED_ROLE = "unexpected role";
    private static final String LAST_ROLE = "expected last role";

    private static final int BAD_REQUEST = 400;

    private MistralErrors() {}

    /** Judges a response with a status that is not 2xx. */
    static CallOutcome.Failed read(ProviderCall call, HttpAnswer answer) {
        ErrorBody error = ErrorBody.of(answer.body());
        if (answer.status() == BAD_REQUEST && isAboutOrder(error)) {
            return new CallOutcome.Failed(Failures.answered(FailureKind.UNSUPPORTED_PARAMETER, answer.status(),
                    Failures.code(error.code().isEmpty() ? error.type() : error.code(), call.credential()), Optional.empty()));
        }
        return OpenAiErrors.read(call, answer);
    }

    private static boolean isAboutOrder(ErrorBody error) {
        return MESSAGE_ORDER.contains(error.code()) || MESSAGE_ORDER.contains(error.type())
                || error.message().startsWith(UNEXPECTED_ROLE) || error.message().startsWith(LAST_ROLE);
    }
}
