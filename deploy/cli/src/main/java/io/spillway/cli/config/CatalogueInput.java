package io.spillway.cli.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

import io.spillway.cli.command.CommandException;
import io.spillway.worker.provider.Adapters;

/** The catalogue file named on a command line. */
public final class CatalogueInput {

    /** The wire dialects the workers speak. */
    public static final Set<String> KNOWN_APIS = Set.copyOf(Adapters.names());

    private CatalogueInput() {}

    /**
     * The catalogue in the file.
     *
     * @throws CommandException listing every problem, one per line
     */
    public static Catalogue require(Path file) {
        return switch (CatalogueFile.read(file, KNOWN_APIS)) {
            case CatalogueReading.Valid valid -> valid.catalogue();
            case CatalogueReading.Invalid invalid -> throw CommandException.badInput(words(file, invalid.problems()));
        };
    }

    private static String words(Path file, List<Problem> problems) {
        StringBuilder words = new StringBuilder(file.toString()).append(" has ")
                .append(problems.size() == 1 ? "a problem:" : problems.size() + " problems:");
        problems.forEach(problem -> words.append(System.lineSeparator()).append("  ").append(problem));
        return words.toString();
    }
}
