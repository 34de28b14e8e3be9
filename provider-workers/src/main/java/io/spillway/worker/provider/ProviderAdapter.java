package io.spillway.worker.provider;

/**
 * One provider dialect: turns a chat call into an HTTP request and whatever came back into an answer or a {@link
 * io.spillway.v1.Failure}. Implementations are stateless and pure: same input, same output; they never throw on anything a
 * provider sends.
 */
public interface ProviderAdapter {

    /**
     * The HTTP request for a call.
     *
     * @throws UntranslatableRequestException when the request cannot be expressed in this dialect; becomes an
     *     INVALID_REQUEST or UNSUPPORTED_PARAMETER failure of the attempt, with nothing sent
     */
    HttpCall toHttp(ProviderCall call);

    /** Judges a complete HTTP response to {@code call}: an answer, or a classified failure. Never throws. */
    CallOutcome fromHttp(ProviderCall call, HttpAnswer answer);
}
