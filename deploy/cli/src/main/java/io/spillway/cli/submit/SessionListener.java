package io.spillway.cli.submit;

import java.util.Map;
import java.util.function.Supplier;

/** What a session tells its owner; every call comes from the thread that runs the session. */
public interface SessionListener {

    /** A request was handed to the producer. A request that is sent again for lack of acknowledgement is told once. */
    default void sent(OutgoingRequest request) {}

    /** The first terminal answer to a request. */
    void answered(Answer answer);

    /** A second terminal answer; the first one stands. */
    default void duplicate(Answer answer) {}

    /** Kafka does not take this request, and never will; the session goes on with the others. */
    void refused(OutgoingRequest request, String reason);

    /** Something the user should know: a stall, a gap, records that Kafka does not take for now. */
    default void notice(String message) {}

    /**
     * Called many times a second, between records.
     *
     * @param open requests sent and not answered
     * @param positions next offset to read, by partition of the responses topic; everything before was told to this listener
     */
    default void turn(int open, Supplier<Map<Integer, Long>> positions) {}
}
