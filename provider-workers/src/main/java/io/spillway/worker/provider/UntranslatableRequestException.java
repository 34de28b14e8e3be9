package io.spillway.worker.provider;

import io.spillway.v1.FailureKind;

/** The request cannot be expressed in a provider's dialect; nothing was sent. */
public final class UntranslatableRequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final FailureKind kind;
    private final String parameter;

    /**
     * @param kind INVALID_REQUEST when no deployment could take it, UNSUPPORTED_PARAMETER when another one may
     * @param message for operators: which field and why, without its content
     */
    public UntranslatableRequestException(FailureKind kind, String message) {
        this(kind, message, "");
    }

    /**
     * @param kind as above
     * @param message as above
     * @param parameter what to put into {@link ProviderCall#dropParameters()} to make the request translatable; empty when
     *     nothing helps
     */
    public UntranslatableRequestException(FailureKind kind, String message, String parameter) {
        super(message);
        this.kind = kind;
        this.parameter = parameter;
    }

    /** The dialect has no word for a parameter, but could do without it. */
    public static UntranslatableRequestException unsupported(String parameter) {
        return new UntranslatableRequestException(FailureKind.UNSUPPORTED_PARAMETER,
                "The dialect of this provider has no parameter " + parameter + ".", parameter);
    }

    /** The dialect cannot carry something the request needs. */
    public static UntranslatableRequestException unsupportedContent(String message) {
        return new UntranslatableRequestException(FailureKind.UNSUPPORTED_PARAMETER, message);
    }

    public FailureKind kind() {
        return kind;
    }

    /** The parameter in the way, as {@link ProviderCall#dropParameters()} names it; empty when none can be dropped. */
    public String parameter() {
        return parameter;
    }
}
