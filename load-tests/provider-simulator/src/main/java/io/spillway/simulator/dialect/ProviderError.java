package io.spillway.simulator.dialect;

import java.time.Duration;
import java.util.Optional;

/**
 * An error in the words of one API.
 *
 * @param status HTTP status
 * @param type the API's {@code error.type}
 * @param code OpenAI's {@code error.code}, Anthropic's {@code error.details.error_code}, Google's {@code ErrorInfo.reason}
 * @param param OpenAI's {@code error.param}; unused by others
 * @param message the sentence for people
 * @param retryAfter the wait that Google's body asks for; unused by others
 */
public record ProviderError(int status, String type, Optional<String> code, Optional<String> param, String message,
        Optional<Duration> retryAfter) {

    ProviderError(int status, String type, Optional<String> code, Optional<String> param, String message) {
        this(status, type, code, param, message, Optional.empty());
    }

    static ProviderError of(int status, String type, String message) {
        return new ProviderError(status, type, Optional.empty(), Optional.empty(), message);
    }

    static ProviderError of(int status, String type, String code, String message) {
        return new ProviderError(status, type, Optional.of(code), Optional.empty(), message);
    }

    ProviderError about(String param) {
        return new ProviderError(status, type, code, Optional.of(param), message);
    }

    ProviderError withRetryAfter(Duration wait) {
        return new ProviderError(status, type, code, param, message, Optional.of(wait));
    }

    /** The shortest name of this error, for logs: its code, else its type. */
    public String label() {
        return status + " " + code.orElse(type);
    }
}
