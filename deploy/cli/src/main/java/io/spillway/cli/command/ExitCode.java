package io.spillway.cli.command;

/** What a command tells the shell. */
public final class ExitCode {

    /** Done. */
    public static final int OK = 0;
    /** Something outside the command's input stands in the way: a broker, a registry, a port. */
    public static final int RUNTIME = 1;
    /** The arguments or a file are wrong: trying again changes nothing. */
    public static final int BAD_INPUT = 2;

    private ExitCode() {}
}
