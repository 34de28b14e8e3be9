package io.spillway.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.BooleanSupplier;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;

import io.spillway.cli.command.CommandException;
import io.spillway.cli.command.ExitCode;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns failures into one sentence on the error stream and an exit code. Stack traces only with {@code --debug}. */
final class FailureReport implements IExecutionExceptionHandler, IParameterExceptionHandler {

    private static final String OWN_PACKAGE = "io.spillway.";

    private final BooleanSupplier debug;

    /** @param debug whether stack traces are wanted; asked when something failed */
    FailureReport(BooleanSupplier debug) {
        this.debug = debug;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        err.println("spillway: " + sentence(failure));
        if (debug.getAsBoolean()) {
            failure.printStackTrace(err);
        }
        err.flush();
        return exitCode(failure);
    }

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        String message = String.valueOf(failure.getMessage());
        err.println("spillway: " + message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1));
        UnmatchedArgumentException.printSuggestions(failure, err);
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        err.flush();
        return ExitCode.BAD_INPUT;
    }

    private static int exitCode(Exception failure) {
        return switch (failure) {
            case CommandException command -> command.exitCode();
            case ConfigException config -> ExitCode.BAD_INPUT;
            default -> ExitCode.RUNTIME;
        };
    }

    private static String sentence(Exception failure) {
        boolean isMeantForPeople = failure.getClass().getName().startsWith(OWN_PACKAGE) || failure instanceof KafkaException;
        if (isMeantForPeople && failure.getMessage() != null) {
            return failure.getMessage();
        }
        return "unexpected failure (" + failure + "): run again with --debug and report it";
    }
}
