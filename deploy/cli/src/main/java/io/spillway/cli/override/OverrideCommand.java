package io.spillway.cli.override;

import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.spillway.cli.command.CommandException;
import io.spillway.cli.command.ExitCode;
import io.spillway.cli.override.CatalogueEditor.Author;
import io.spillway.cli.override.CatalogueEditor.Outcome;
import io.spillway.v1.CredentialState;
import io.spillway.v1.DeploymentEntry;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code spillway override DEPLOYMENT}. */
@Command(name = "override", mixinStandardHelpOptions = true, description = {
        "In an emergency: change one deployment at once, past the catalogue file.",
        "The override stands, and every apply keeps it, until the file says the same or it is cleared."})
public final class OverrideCommand implements Callable<Integer> {

    @Mixin
    private final ChangeOptions change = new ChangeOptions();

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Action action = new Action();

    @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why, for the audit record.")
    private String reason = "";

    private final PrintWriter out;
    private final InstantSource clock;

    /** What to do; exactly one of them. */
    static final class Action {

        @Option(names = "--disable-credential", paramLabel = "REFERENCE", description = "Stop using a credential, such as a leaked one: '$${file:/run/secrets/openai}'.")
        private @Nullable String disabled;

        @Option(names = "--enable-credential", paramLabel = "REFERENCE", description = "Use a credential again.")
        private @Nullable String enabled;

        @Option(names = "--drain", description = "No new attempts; running ones finish.")
        private boolean drains;

        @Option(names = "--resume", description = "Take attempts again.")
        private boolean resumes;

        @Option(names = "--clear", description = "End the override; the next apply takes the deployment from its file.")
        private boolean clears;
    }

    /** @param out for what changed */
    public OverrideCommand(PrintWriter out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        if (reason.isBlank()) {
            throw CommandException.badInput("--reason is empty: say why, for the audit record");
        }
        Author author = change.author(reason, clock);
        Outcome outcome = action.clears
                ? change.editor().clear(change.deployment(), author)
                : change.editor().change(change.deployment(), wanted(), author);
        change.print(outcome, out);
        return ExitCode.OK;
    }

    private Function<DeploymentEntry, DeploymentChange> wanted() {
        if (action.disabled != null) {
            return DeploymentChange.credential(action.disabled, CredentialState.DISABLED);
        }
        if (action.enabled != null) {
            return DeploymentChange.credential(action.enabled, CredentialState.ACTIVE);
        }
        if (action.drains == action.resumes) {
            throw CommandException.badInput("write either --drain or --resume");
        }
        return DeploymentChange.drain(action.drains);
    }
}
