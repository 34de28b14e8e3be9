package io.spillway.cli.submit;

/** A submission cannot begin or go on. The message says why and what to do. */
public final class SubmitException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean badInput;

    public SubmitException(String message) {
        super(message);
        this.badInput = false;
    }

    SubmitException(String message, Throwable cause) {
        super(message, cause);
        this.badInput = false;
    }

    private SubmitException(String message, boolean badInput) {
        super(message);
        this.badInput = badInput;
    }

    /** The arguments or a file are wrong: trying again changes nothing. */
    static SubmitException badInput(String message) {
        return new SubmitException(message, true);
    }

    /** Whether the arguments or a file are wrong, rather than something outside. */
    public boolean isBadInput() {
        return badInput;
    }
}
