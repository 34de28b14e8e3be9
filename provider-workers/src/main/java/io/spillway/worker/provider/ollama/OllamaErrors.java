package io.spillway.worker.provider.ollama;

import java.util.List;
import java.util.Optional;

import io.spillway.v1.FailureKind;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.ErrorBody;
import io.spillway.worker.provider.Failures;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.openai.OpenAiErrors;

/** What an error of Ollama means: one sentence under {@code error}, no codes. */
final class OllamaErrors {

    private static final List<String> OVERFLOW = List.of("exceeds the context length", "exceeds maximum context length",
            "exceeds the available context size");
    private static final String NO_THINKING = "does not support thinking";
    /** Tools, images and the like: a property of the model, so another deployment may do. */
    private static final String NO_CAPABILITY = "does not support ";

    private OllamaErrors() {}

    /** Judges a response with a status that is not 2xx. */
    static CallOutcome.Failed read(ProviderCall call, HttpAnswer answer) {
        ErrorBody error = ErrorBody.of(answer.body());
        return special(answer.status(), error.message()).orElseGet(() -> OpenAiErrors.read(call, answer));
    }

    /** Judges an error that came with a 2xx status. */
    static CallOutcome.Failed underSuccess(ProviderCall call, HttpAnswer answer, ErrorBody error) {
        return special(answer.status(), error.message()).orElseGet(() -> OpenAiErrors.underSuccess(call, answer, error));
    }

    /** Judges an error that a stream reports. */
    static CallOutcome.Failed inStream(ProviderCall call, HttpAnswer answer, ErrorBody error) {
        return special(answer.status(), error.message()).orElseGet(() -> OpenAiErrors.inStream(call, answer, error));
    }

    private static Optional<CallOutcome.Failed> special(int status, String message) {
        if (OVERFLOW.stream().anyMatch(message::contains)) {
            return Optional.of(failed(FailureKind.CONTEXT_WINDOW_EXCEEDED, status, ""));
        }
        if (message.contains(NO_THINKING)) {
            return Optional.of(failed(FailureKind.UNSUPPORTED_PARAMETER, status, "reasoning_effort"));
        }
        return status == 400 && message.contains(NO_CAPABILITY)
                ? Optional.of(failed(FailureKind.UNSUPPORTED_PARAMETER, status, ""))
                : Optional.empty();
    }

    private static CallOutcome.Failed failed(FailureKind kind, int status, String parameter) {
        return new CallOutcome.Failed(Failures.answered(kind, status, "", Optional.empty()), parameter);
    }
}
