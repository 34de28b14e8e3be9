package io.spillway.load.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.spillway.cli.stack.StackSettings.Part;

/** What a process is started with. */
class ProgramTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int OF_THE_REPLACEMENT = 42;

    @TempDir
    Path directory;

    @Test
    void shouldRunTheClassesOfTheDirectoryThatComesFirst() throws IOException {
        // Given a class of the harness, compiled anew with other behaviour
        Path classes = directory.resolve("classes");
        ExitingMain.compile("BrokerMain", OF_THE_REPLACEMENT, classes);
        Program program = Program.of("replaced", BrokerMain.class.getName(), Map.of()).withFirstOnClassPath(classes);

        // When, then
        try (AppProcess process = AppProcess.start(program, directory)) {
            assertThat(process.awaitExit(PATIENCE)).isEqualTo(OptionalInt.of(OF_THE_REPLACEMENT));
        }
    }

    @Test
    void shouldChangeTheProcessesOfThatPartOnly() {
        // Given
        Program usual = Program.of("one", "Main", Map.of("a", "1", "b", "1"));
        Layout layout = Layout.of(EnumSet.noneOf(Part.class), 1, 1)
                .changing(Part.WORKER, program -> program.withJvm(List.of("-Xmx1g")))
                .changing(Part.WORKER, program -> program.withSettings(Map.of("b", "2")))
                .withRouter(Map.of()).on(new Ground.Inside()).withAggregatorProcess().withSmallDisk();

        // When
        Program worker = layout.changed(Part.WORKER, usual);
        Program router = layout.changed(Part.ROUTER, usual);

        // Then
        assertThat(worker.jvm()).containsExactly("-Xmx1g");
        assertThat(worker.settings()).containsEntry("a", "1").containsEntry("b", "2");
        assertThat(router).isEqualTo(usual);
    }
}
