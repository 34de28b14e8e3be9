package io.spillway.worker.credential;

import java.io.IOException;
import java.util.Map;

/** Asks a Vault: the one piece of IO that reading from it needs. */
@FunctionalInterface
interface VaultTransport {

    /** A complete answer. Its {@code toString} does not show the body. */
    record Reply(int status, byte[] body) {
        @Override
        public String toString() {
            return "Reply[" + status + ", " + body.length + " bytes]";
        }
    }

    /**
     * GETs a path below the Vault's address; follows no redirects and blocks for a bounded time.
     *
     * @throws IOException when no complete answer came
     */
    Reply get(String path, Map<String, String> headers) throws IOException;
}
