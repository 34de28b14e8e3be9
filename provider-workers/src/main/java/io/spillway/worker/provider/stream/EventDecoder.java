package io.spillway.worker.provider.stream;

import java.util.function.Consumer;

/** Finds the messages of a stream in bytes that arrive cut anywhere. One per stream, for one thread. */
public interface EventDecoder {

    /** Largest message that the dialects of this module take, in bytes; a token takes some hundred. */
    int MAX_EVENT_BYTES = 8 * 1024 * 1024;

    /**
     * Takes the next bytes and hands on every message that they complete.
     *
     * @return false when a message is larger than allowed; nothing further is to be expected then
     */
    boolean feed(byte[] bytes, int offset, int length, Consumer<StreamEvent> sink);

    /** The stream ended in order: hands on a last message that needs no mark of its end, if the framing knows such. */
    default void finish(Consumer<StreamEvent> sink) {}
}
