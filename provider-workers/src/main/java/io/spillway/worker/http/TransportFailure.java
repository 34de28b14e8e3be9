package io.spillway.worker.http;

import io.spillway.v1.Failure;
import io.spillway.v1.FailureKind;
import io.spillway.v1.SendState;
import io.spillway.v1.TimeoutPhase;
import io.spillway.worker.provider.Failures;

/** Why there is no complete response. Messages name no URL, header or content. */
public sealed interface TransportFailure {

    /** How far the request got. */
    SendState sent();

    /** No connection, or it was lost. */
    record ConnectionFailed(SendState sent, String message) implements TransportFailure {}

    /** A time limit was reached. */
    record TimedOut(SendState sent, TimeoutPhase phase, String message) implements TransportFailure {}

    /** What came is not a complete, permissible HTTP response. */
    record Malformed(SendState sent, String message) implements TransportFailure {}

    /** The worker itself gave the call up, because it shuts down. */
    record Aborted(SendState sent) implements TransportFailure {}

    /** The same in the words of the contract. */
    default Failure toFailure() {
        return switch (this) {
            case ConnectionFailed(SendState sent, String message) -> Failures.connectionFailed(message, sent);
            case TimedOut(SendState sent, TimeoutPhase phase, String message) -> Failures.timeout(phase, sent, message);
            case Malformed(SendState sent, String message) -> Failures.malformed(message, sent);
            case Aborted(SendState sent) ->
                Failures.of(FailureKind.WORKER_LOST, sent, "the worker shut down during the call");
        };
    }
}
