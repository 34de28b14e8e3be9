package io.spillway.worker.credential;

/** A credential reference cannot be resolved. The message names the reference and the remedy, never a value. */
public final class CredentialException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public CredentialException(String message) {
        super(message);
    }
}
