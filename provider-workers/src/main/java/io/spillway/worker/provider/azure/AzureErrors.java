package io.spillway.worker.provider.azure;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import io.spillway.v1.FailureKind;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.ErrorBody;
import io.spillway.worker.provider.Failures;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.openai.OpenAiErrors;

/** What Azure's errors mean beyond those of OpenAI: mistakes in the catalogue that look like mistakes of the caller. */
final class AzureErrors {

    /** The deployment is another kind of model, or the address is none of this resource. */
    private static final Set<String> WRONG_DEPLOYMENT = Set.of("operationnotsupported", "invalidapiversionparameter",
            "unsupportedapiversion", "resourcenotfound");
    private static final List<String> WRONG_VERSION = List.of("api version not supported", "api-version query parameter",
            "does not work with the specified model", "is enabled only for api versions");

    private static final int BAD_REQUEST = 400;

    private AzureErrors() {}

    /** Judges a response with a status that is not 2xx. */
    static CallOutcome.Failed read(ProviderCall call, HttpAnswer answer) {
        ErrorBody error = ErrorBody.of(answer.body());
        if (answer.status() == BAD_REQUEST && isWrongDeployment(error)) {
            return new CallOutcome.Failed(Failures.answered(FailureKind.MODEL_NOT_FOUND, answer.status(),
                    Failures.code(error.code(), call.credential()), Optional.empty()));
        }
        return OpenAiErrors.read(call, answer);
    }

    private static boolean isWrongDeployment(ErrorBody error) {
        return WRONG_DEPLOYMENT.contains(error.code().toLowerCase(Locale.ROOT))
                || WRONG_VERSION.stream().anyMatch(error.message()::contains);
    }
}
