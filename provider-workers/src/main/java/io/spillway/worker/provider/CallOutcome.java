package io.spillway.worker.provider;

import io.spillway.v1.ChatResponse;
import io.spillway.v1.Failure;

/** How a call to a provider ended. */
public sealed interface CallOutcome {

    /** A complete, well-formed answer. */
    record Answered(ChatResponse response) implements CallOutcome {
        @Override
        public String toString() {
            return "Answered";
        }
    }

    /**
     * No answer.
     *
     * @param failure what it means
     * @param unsupportedParameter with UNSUPPORTED_PARAMETER: the wire name to drop in a retry, or an empty string
     */
    record Failed(Failure failure, String unsupportedParameter) implements CallOutcome {

        public Failed(Failure failure) {
            this(failure, "");
        }
    }
}
