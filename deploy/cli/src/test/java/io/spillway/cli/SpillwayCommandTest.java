package io.spillway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SpillwayCommandTest {

    private record Ran(int exitCode, String out, String err) {}

    @TempDir
    private Path directory;

    @Test
    void shouldSayWhatAValidFileHolds() {
        Ran ran = run("check", "../config/example.yaml");

        assertThat(ran).isEqualTo(
                new Ran(0, lines("../config/example.yaml is valid: 3 providers, 5 deployments, 3 routes"), ""));
    }

    @Test
    void shouldListEveryProblemOfAFile() throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("bad.yaml"), "providers:\n  openai: {api: opnai}\nroute: {}\n");

        // When
        Ran ran = run("check", file.toString());

        // Then
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err().lines()).hasSize(6).startsWith("spillway: " + file + " has 5 problems:",
                "  line 1: the key 'deployments' is missing (define at least one below it)")
                .contains("  line 3: route: unknown key 'route' (did you mean 'routes'? known: providers, deployments, routes, "
                        + "health)");
    }

    @Test
    void shouldRefuseABadFileBeforeLookingForACluster() throws IOException {
        Path file = Files.writeString(directory.resolve("bad.yaml"), "{}");

        assertThat(run("apply", "--bootstrap-server", "127.0.0.1:1", file.toString()).exitCode()).isEqualTo(2);
        assertThat(run("topics", "--bootstrap-server", "127.0.0.1:1", "--config", file.toString()).exitCode()).isEqualTo(2);
    }

    @Test
    void shouldExplainWrongArgumentsInASentence() {
        assertThat(run("check")).isEqualTo(
                new Ran(2, "", lines("spillway: missing required parameter: 'FILE'", "Try 'spillway check --help'.")));
        assertThat(run("chek", "x").err()).contains("spillway: unmatched argument").contains("Did you mean: spillway check")
                .contains("Try 'spillway --help'.");
        assertThat(run("topics", "--partitions", "0"))
                .isEqualTo(
                        new Ran(2, "", lines("spillway: partitions must be between 1 and 10000, was 0: choose another number")));
        assertThat(run("topics", "--prefix", "a b").err()).startsWith("spillway: --prefix: topic prefix 'a b' has characters");
        assertThat(run("topics", "--command-config", "none.properties")).isEqualTo(new Ran(2, "",
                lines("spillway: --command-config: none.properties cannot be read as a properties file (NoSuchFileException): check "
                        + "the path and its key=value lines")));
    }

    @Test
    void shouldShowAStackTraceOnlyWhenAskedTo() {
        assertThat(run("check", "none.yaml").err()).doesNotContain("\tat ");
        assertThat(run("check", "none.yaml", "--debug").err()).contains("\tat ");
        assertThat(run("--debug", "check", "none.yaml").err()).contains("\tat ");
    }

    @Test
    void shouldHelp() {
        Ran ran = run("--help");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out()).contains("check", "apply", "topics", "Exit codes: 0 done, 1 something outside is in the way, 2 ");
        assertThat(run("help", "apply").out()).contains("--bootstrap-server", "--registry", "--command-config", "--prefix");
        assertThat(run("--version").out()).contains("spillway ");
    }

    @Test
    void shouldShowHelpWhenNothingIsAskedFor() {
        assertThat(run().exitCode()).isEqualTo(2);
        assertThat(run().err()).contains("missing required subcommand");
    }

    private static Ran run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = SpillwayCommand.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        return new Ran(exitCode, out.toString(), err.toString());
    }

    private static String lines(String... lines) {
        return String.join(System.lineSeparator(), lines) + System.lineSeparator();
    }
}
