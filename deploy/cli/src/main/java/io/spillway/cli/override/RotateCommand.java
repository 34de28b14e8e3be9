package io.spillway.cli.override;

import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.spillway.cli.command.CommandException;
import io.spillway.cli.command.ExitCode;
import io.spillway.v1.DeploymentEntry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code spillway rotate DEPLOYMENT}. */
@Command(name = "rotate", mixinStandardHelpOptions = true, description = {
        "Replace a deployment's credential without a failed request: the new one becomes active, the old one drains, and --finish "
                + "disables it. Workers follow within seconds.",
        "A key that is replaced in its own file needs no command at all."})
public final class RotateCommand implements Callable<Integer> {

    @Mixin
    private final ChangeOptions change = new ChangeOptions();

    @Option(names = "--to", paramLabel = "REFERENCE", description = "The new credential, such as '$${file:/run/secrets/openai-2}'.")
    private @Nullable String to;

    @Option(names = "--drain-old", description = "With --to: the present credentials are used only when the new one does not work.")
    private boolean drainsOld;

    @Option(names = "--finish", description = "Disable the credentials that drain.")
    private boolean finishes;

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "rotation", description = "Why, for the audit record. Default: ${DEFAULT-VALUE}")
    private String reason = "rotation";

    private final PrintWriter out;
    private final InstantSource clock;

    /** @param out for what changed */
    public RotateCommand(PrintWriter out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        change.print(change.editor().change(change.deployment(), wanted(), change.author(reason, clock)), out);
        return ExitCode.OK;
    }

    private Function<DeploymentEntry, DeploymentChange> wanted() {
        String reference = to;
        if (finishes == (reference != null) || (finishes && drainsOld)) {
            throw CommandException.badInput("write either --to REFERENCE [--drain-old], to begin, or --finish");
        }
        return reference == null ? DeploymentChange.finish() : DeploymentChange.rotation(reference, drainsOld);
    }
}
