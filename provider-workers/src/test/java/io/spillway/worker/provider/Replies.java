package io.spillway.worker.provider;

import java.nio.charset.StandardCharsets;

/** Responses on the wire, for the providers' own clients to read. */
public final class Replies {

    private Replies() {}

    /** A complete stream of this type. */
    public static String stream(String contentType, String body) {
        // The server writes Latin 1: what is said here must be ASCII.
        return "HTTP/1.1 200 OK\r\nContent-Type: " + contentType + "\r\nContent-Length: "
                + body.getBytes(StandardCharsets.US_ASCII).length + "\r\n\r\n" + body;
    }
}
