package io.spillway.worker.credential;

/** A token could not be fetched for a reason that is not the credential's: nothing was sent, and later may be better. */
public final class TokenUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public TokenUnavailableException(String message) {
        super(message);
    }
}
