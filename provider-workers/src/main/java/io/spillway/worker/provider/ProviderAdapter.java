package io.spillway.worker.provider;

import java.util.Optional;

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

    /**
     * The assembler of a response that is a stream in this dialect, told by its media type; empty for a response that comes in
     * one piece, which goes to {@link #fromHttp} once it is complete. A provider that was not asked to stream may do so, and one
     * that was asked (see {@link ProviderCall#streams}) may answer in one piece.
     *
     * @param head status (always 2xx) and headers of the response; its body is empty
     */
    default Optional<AnswerAssembler> stream(ProviderCall call, HttpAnswer head) {
        return Optional.empty();
    }
}
