package io.spillway.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;

import io.spillway.cli.apply.ApplyCommand;
import io.spillway.cli.apply.CheckCommand;
import io.spillway.cli.demo.DemoCommand;
import io.spillway.cli.explain.ExplainCommand;
import io.spillway.cli.override.AuditCommand;
import io.spillway.cli.override.OverrideCommand;
import io.spillway.cli.override.RotateCommand;
import io.spillway.cli.status.StatusCommand;
import io.spillway.cli.submit.SubmitCommand;
import io.spillway.cli.topics.TopicsCommand;
import io.spillway.cli.up.UpCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code spillway} command. A new command is one more line in {@link #commands}. */
@Command(name = "spillway", mixinStandardHelpOptions = true, versionProvider = SpillwayVersion.class, description = "Routes chat requests on Kafka to LLM providers, with fallback.", synopsisSubcommandLabel = "COMMAND", footer = {
        "", "Exit codes: 0 done, 1 something outside is in the way, 2 wrong arguments or configuration."})
public final class SpillwayCommand {

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show stack traces of failures.")
    private boolean debug;

    private SpillwayCommand() {}

    public static void main(String[] arguments) {
        System.exit(run(stream(FileDescriptor.out), stream(FileDescriptor.err), arguments));
    }

    /** Runs one command and returns its exit code. */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        SpillwayCommand command = new SpillwayCommand();
        CommandLine line = new CommandLine(command);
        commands(out).forEach(line::addSubcommand);
        FailureReport failures = new FailureReport(() -> command.debug);
        line.setOut(out);
        line.setErr(err);
        line.setExecutionExceptionHandler(failures);
        line.setParameterExceptionHandler(failures);
        line.setUsageHelpAutoWidth(true);
        return line.execute(arguments);
    }

    private static List<Object> commands(PrintWriter out) {
        InstantSource clock = InstantSource.system();
        return List.of(new DemoCommand(out), new UpCommand(out), new CheckCommand(out), new ApplyCommand(out, clock),
                new RotateCommand(out, clock), new OverrideCommand(out, clock), new AuditCommand(out),
                new TopicsCommand(out), new SubmitCommand(out, clock), new StatusCommand(out, clock),
                new ExplainCommand(out, clock), new CommandLine.HelpCommand());
    }

    /** UTF-8 whatever the platform's default is: answers of models are not ASCII. */
    private static PrintWriter stream(FileDescriptor descriptor) {
        return new PrintWriter(new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8), true,
                StandardCharsets.UTF_8);
    }
}
