package io.spillway.worker.http;

import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.HttpAnswer;

/** How an HTTP call ended. */
public sealed interface CallResult {

    /** From the beginning of the call to its end. */
    long durationMillis();

    /**
     * A complete response, of whatever status.
     *
     * @param firstByteMillis until the response's head was there
     */
    record Received(HttpAnswer answer, long firstByteMillis, long durationMillis) implements CallResult {}

    /**
     * A streamed response that ended: with an answer, with an error it reported, or as one that makes no sense.
     *
     * @param head status and headers of the response; its body is what the assembler was fed
     * @param firstTokenMillis until the first token, or until the response's head when no token came
     */
    record Streamed(HttpAnswer head, CallOutcome outcome, long firstTokenMillis, long durationMillis) implements CallResult {}

    /** No complete response. */
    record Broken(TransportFailure failure, long durationMillis) implements CallResult {}
}
