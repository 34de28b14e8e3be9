package io.spillway.cli.apply;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import io.spillway.cli.command.ExitCode;
import io.spillway.cli.config.CatalogueInput;
import io.spillway.contract.CatalogueSnapshot;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code spillway check FILE}. */
@Command(name = "check", mixinStandardHelpOptions = true, description = {
        "Check a catalogue file and list every problem. Needs no cluster."})
public final class CheckCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "The catalogue, such as deploy/config/example.yaml.")
    private Path file = Path.of("");

    private final PrintWriter out;

    /** @param out for the result */
    public CheckCommand(PrintWriter out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        CatalogueSnapshot snapshot = CatalogueInput.require(file).snapshot();
        out.println(file + " is valid: " + Words.count(snapshot.providers().size(), "provider") + ", "
                + Words.count(snapshot.deployments().size(), "deployment") + ", "
                + Words.count(snapshot.routes().size(), "route"));
        out.flush();
        return ExitCode.OK;
    }
}
