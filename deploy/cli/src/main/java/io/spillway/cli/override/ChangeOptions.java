package io.spillway.cli.override;

import java.io.PrintWriter;
import java.time.InstantSource;

import org.jspecify.annotations.Nullable;

import io.spillway.cli.apply.CatalogueTransaction;
import io.spillway.cli.command.CommonOptions;
import io.spillway.cli.override.CatalogueEditor.Author;
import io.spillway.cli.override.CatalogueEditor.Outcome;
import io.spillway.cli.topics.TopicSizes;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What commands that change a deployment past the file have in common. */
final class ChangeOptions {

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "DEPLOYMENT", description = "Id of the deployment.")
    private String deployment = "";

    @Option(names = "--by", paramLabel = "NAME", defaultValue = "${sys:user.name}", description = "Who does it, for the audit record. Default: the name of the user")
    private @Nullable String by;

    String deployment() {
        return deployment;
    }

    CatalogueEditor editor() {
        // No topics are made here, so their sizes do not matter.
        return new CatalogueEditor(new CatalogueTransaction(common.connection(), common.topics(), TopicSizes.local(1)));
    }

    Author author(String reason, InstantSource clock) {
        return new Author(by == null ? "" : by, reason, clock.instant());
    }

    void print(Outcome outcome, PrintWriter out) {
        outcome.changes().forEach(change -> out.println(deployment + ": " + change));
        outcome.warnings().forEach(warning -> out.println("warning: " + warning));
        out.println(outcome.changes().isEmpty()
                ? "no change: revision " + outcome.revision() + " already says so"
                : "applied revision " + outcome.revision() + "; `spillway audit` shows who and why");
        out.flush();
    }
}
