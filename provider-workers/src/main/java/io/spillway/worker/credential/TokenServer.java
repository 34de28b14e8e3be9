package io.spillway.worker.credential;

import java.io.IOException;
import java.net.URI;

/** Posts a form to a token server: the one piece of IO that fetching tokens needs. */
@FunctionalInterface
public interface TokenServer {

    /**
     * A complete HTTP response. Its {@code toString} does not show the body.
     *
     * @param status the HTTP status code
     * @param body the decoded body
     */
    record Reply(int status, byte[] body) {
        @Override
        public String toString() {
            return "Reply[" + status + ", " + body.length + " bytes]";
        }
    }

    /**
     * Posts {@code form} as {@code application/x-www-form-urlencoded}; follows no redirects and blocks for a bounded time.
     *
     * @throws IOException when no complete response came
     */
    Reply post(URI uri, byte[] form) throws IOException;
}
