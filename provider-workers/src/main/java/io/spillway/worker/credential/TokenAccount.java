package io.spillway.worker.credential;

import java.net.URI;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;

/** Who asks a token server for tokens, and how. Its {@code toString} shows no secret. */
interface TokenAccount {

    Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");

    /** Where to ask. */
    URI tokenUri();

    /** The form to post there; it holds a secret. */
    byte[] form(Instant now);

    /** Names the account in log lines; no secret. */
    String label();

    /** Whether a form may go there: what it holds leaves the machine encrypted only. */
    static boolean isSafe(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        String host = uri.getHost() == null ? "" : uri.getHost();
        return !host.isEmpty() && (scheme.equals("https") || (scheme.equals("http") && LOCAL.contains(host)));
    }
}
