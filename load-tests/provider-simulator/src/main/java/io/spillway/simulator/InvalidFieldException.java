package io.spillway.simulator;

/** A field of a JSON document is wrong; the message names place, value and remedy. */
final class InvalidFieldException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    InvalidFieldException(String place, String problem) {
        super(place + ": " + problem);
    }

    InvalidFieldException(String place, String problem, Throwable cause) {
        super(place + ": " + problem, cause);
    }
}
