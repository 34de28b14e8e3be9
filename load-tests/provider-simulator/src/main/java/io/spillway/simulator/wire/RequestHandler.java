package io.spillway.simulator.wire;

import java.io.IOException;

/** Answers one request by writing to its connection, in whatever shape it likes. Called on a virtual thread; may block. */
@FunctionalInterface
public interface RequestHandler {

    /** What happens to the connection after the handler has returned. */
    enum Next {
        /** The answer was complete: wait for the next request, unless the client asked to close. */
        KEEP_OPEN,
        /** Close in order (FIN). A connection that the handler has already reset stays reset. */
        CLOSE
    }

    Next handle(HttpRequest request, Connection connection) throws IOException, InterruptedException;
}
