package io.spillway.worker.http;

import java.io.IOException;

/** The worker does not connect, or the proxy does not let it: nothing was sent. The message may be passed on. */
final class EgressException extends IOException {

    private static final long serialVersionUID = 1L;

    EgressException(String message) {
        super(message);
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
