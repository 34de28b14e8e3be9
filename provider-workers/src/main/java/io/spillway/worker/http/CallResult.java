package io.spillway.worker.http;

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

    /** No complete response. */
    record Broken(TransportFailure failure, long durationMillis) implements CallResult {}
}
