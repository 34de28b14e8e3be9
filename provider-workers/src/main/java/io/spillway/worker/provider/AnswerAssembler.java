package io.spillway.worker.provider;

/**
 * Puts one streamed answer together. Fed with the bytes of the body as they come from the network, decompressed but otherwise
 * raw, cut anywhere; framing (server-sent events, lines of JSON, binary messages) is the dialect's own matter. Made by {@link
 * ProviderAdapter#stream} for one response, used by one thread, never throws on anything a provider sends.
 *
 * <p>The answer is the one that {@link ProviderAdapter#fromHttp} would have given for the same content in one piece. A stream that
 * ends without the mark by which its dialect says "complete" is no answer: it is a MALFORMED_RESPONSE, however much arrived.
 */
public interface AnswerAssembler {

    /** What a piece of the body brought. */
    enum Progress {
        /** Nothing of the answer: half an event, a comment, a ping, a head, counts. The provider may be stalling. */
        NOTHING,
        /** A part of the answer: content, reasoning, a refusal or a tool call. The provider is alive. */
        TOKEN,
        /**
         * All is said: the answer is complete, the provider reported an error, or the stream makes no sense. Nothing more
         * needs to be read; {@link #end} tells which.
         */
        ENDED
    }

    /**
     * Takes the next bytes. After ENDED further bytes are ignored.
     *
     * @param bytes read during the call only
     */
    Progress feed(byte[] bytes, int offset, int length);

    /** How the call ended, given all bytes fed; asked once, at the body's orderly end or after ENDED. */
    CallOutcome end();
}
