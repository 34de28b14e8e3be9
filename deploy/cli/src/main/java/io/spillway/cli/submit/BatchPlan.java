package io.spillway.cli.submit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.spillway.v1.Lane;

/**
 * What to submit.
 *
 * @param output answers; with a state file and a lock file beside it
 * @param errors failed and bad lines
 * @param route model that every line asks for; empty leaves each line its own
 * @param deadline how long a request may take from the beginning of the run
 * @param maxInFlight most requests sent and not answered
 * @param retryErrors ask failed lines of a finished batch again
 */
public record BatchPlan(Path input, Path output, Path errors, Lane lane, Optional<String> route, Optional<String> tenant,
        Duration deadline, int maxInFlight, boolean retryErrors) {

    private static final String SUFFIX = ".jsonl";

    /** Where failed lines go when nobody says: {@code answers.errors.jsonl} beside {@code answers.jsonl}. */
    public static Path defaultErrors(Path output) {
        String name = String.valueOf(output.getFileName());
        String base = name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
        return output.resolveSibling(base + ".errors" + SUFFIX);
    }

    @Nullable
    String routeOrNull() {
        return route.orElse(null);
    }
}
