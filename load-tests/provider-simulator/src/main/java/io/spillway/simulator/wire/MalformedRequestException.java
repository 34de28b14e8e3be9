package io.spillway.simulator.wire;

/** The bytes received are not an HTTP/1.1 request this server accepts; answered with {@link #status()} and a close. */
final class MalformedRequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

    MalformedRequestException(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
