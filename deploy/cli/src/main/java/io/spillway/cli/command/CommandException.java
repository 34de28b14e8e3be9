package io.spillway.cli.command;

import org.jspecify.annotations.Nullable;

/** A command cannot be done. The message is one sentence for the person at the terminal: what is wrong and what to do. */
public final class CommandException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private CommandException(String message, @Nullable Throwable cause, int exitCode) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** The arguments or a file are wrong. */
    public static CommandException badInput(String message) {
        return new CommandException(message, null, ExitCode.BAD_INPUT);
    }

    /** The arguments or a file are wrong. */
    public static CommandException badInput(String message, Throwable cause) {
        return new CommandException(message, cause, ExitCode.BAD_INPUT);
    }

    /** The input is fine, but it cannot be done now. */
    public static CommandException runtime(String message) {
        return new CommandException(message, null, ExitCode.RUNTIME);
    }

    /** The input is fine, but it cannot be done now. */
    public static CommandException runtime(String message, Throwable cause) {
        return new CommandException(message, cause, ExitCode.RUNTIME);
    }

    /** One of {@link ExitCode}. */
    public int exitCode() {
        return exitCode;
    }
}
