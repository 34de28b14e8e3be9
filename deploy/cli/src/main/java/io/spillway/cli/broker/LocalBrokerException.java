package io.spillway.cli.broker;

/** The local broker cannot run. The message is a sentence for the person at the terminal and says what to do. */
public final class LocalBrokerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LocalBrokerException(String message) {
        super(message);
    }

    LocalBrokerException(String message, Throwable cause) {
        super(message, cause);
    }
}
