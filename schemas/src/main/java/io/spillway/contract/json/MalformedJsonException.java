package io.spillway.contract.json;

/** A text is not the JSON document it should be. The message never quotes the text. */
public final class MalformedJsonException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MalformedJsonException(String message) {
        super(message);
    }
}
