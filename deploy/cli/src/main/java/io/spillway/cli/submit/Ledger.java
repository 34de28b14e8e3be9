package io.spillway.cli.submit;

/** Which requests are answered. Decides what is sent and what an arriving answer means. Used by one thread. */
public interface Ledger {

    /** What an answer on the responses topic is to this session. */
    enum Arrival {
        /** Somebody else's, or to something no longer asked. */
        FOREIGN,
        /** The answer to wait for. */
        FIRST,
        /** Seen by an earlier run already, read again now. */
        KNOWN,
        /** A second terminal answer to the same request: must not happen, is counted. */
        DUPLICATE
    }

    /** Registers a request that is about to be sent; false when it is answered already and must not be sent. */
    boolean begin(String requestId);

    /** Takes note of an answer. */
    Arrival arrived(Answer answer);
}
