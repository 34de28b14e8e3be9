package io.spillway.cli.apply;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

import io.spillway.cli.command.CommandException;
import io.spillway.cli.command.CommonOptions;
import io.spillway.cli.command.ExitCode;
import io.spillway.cli.config.Catalogue;
import io.spillway.cli.config.CatalogueInput;
import io.spillway.cli.topics.TopicSizes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code spillway apply FILE}. */
@Command(name = "apply", mixinStandardHelpOptions = true, description = {
        "Check a catalogue file and publish what changed. Running applications follow it at once.",
        "Whatever the file does not mention is removed from the catalogue. What `spillway rotate` and `spillway override` changed "
                + "stays until the file says the same."})
public final class ApplyCommand implements Callable<Integer> {

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "FILE", description = "The catalogue, such as deploy/config/example.yaml.")
    private Path file = Path.of("");

    @Option(names = "--partitions", paramLabel = "N", defaultValue = ""
            + TopicSizes.DEFAULT_PARTITIONS, description = "Partitions of the attempt topics of new providers. Default: ${DEFAULT-VALUE}")
    private int partitions = TopicSizes.DEFAULT_PARTITIONS;

    @Option(names = "--replication", paramLabel = "N", defaultValue = "0", description = "Copies of the attempt topics of new providers. Default: one per broker, at most 3")
    private int replication;

    @Option(names = "--applied-by", paramLabel = "NAME", defaultValue = "${sys:user.name}", description = "Who applies it, for the record. Default: the name of the user")
    private @Nullable String appliedBy;

    @Option(names = "--end-overrides", description = "Let the file win over what `spillway rotate` and `spillway override` changed.")
    private boolean endsOverrides;

    private final PrintWriter out;
    private final InstantSource clock;

    /** @param out for what changed */
    public ApplyCommand(PrintWriter out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        Catalogue catalogue = CatalogueInput.require(file);
        CatalogueApplier applier = new CatalogueApplier(common.connection(), common.topics(), sizes());
        print(applier.apply(catalogue, appliedBy == null ? "" : appliedBy, clock.instant(), endsOverrides));
        return ExitCode.OK;
    }

    private TopicSizes sizes() {
        try {
            return new TopicSizes(partitions, partitions, replication);
        } catch (IllegalArgumentException e) {
            throw CommandException.badInput(e.getMessage() + ": choose another number", e);
        }
    }

    private void print(ApplyOutcome outcome) {
        CatalogueDifference difference = outcome.difference();
        outcome.overrides().forEach(out::println);
        if (difference.isEmpty()) {
            out.println("no change: revision " + outcome.revision() + " already says what " + file + " says");
            out.flush();
            return;
        }
        outcome.createdTopics().forEach(topic -> out.println("created topic " + topic));
        print("added", difference.added());
        print("changed", difference.changed());
        print("removed", difference.removed());
        out.println("applied revision " + outcome.revision() + ": " + difference.added().size() + " added, "
                + difference.changed().size() + " changed, " + difference.removed().size() + " removed");
        out.flush();
    }

    private void print(String verb, List<String> keys) {
        keys.forEach(key -> out.println(verb + "  " + key));
    }
}
