package io.spillway.load.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that go over to another version. */
class OtherVersionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String MAIN = "io.spillway.load.rig.Exit";

    @TempDir
    Path directory;

    @Test
    void shouldRunTheOtherVersionFromTheNextStartOn() throws IOException {
        // Given a main class that ends with another code in either of two checkouts
        OtherVersion first = OtherVersion.in(checkout("first", 41));
        OtherVersion second = OtherVersion.in(checkout("second", 42));
        Program program = Program.of("changing", MAIN, Map.of());

        try (AppProcess process = AppProcess.start(program, directory)) {
            assertThat(process.awaitExit(PATIENCE)).as("no such class in this version").isEqualTo(OptionalInt.of(1));

            // When, then
            process.become(first);
            process.restart();
            assertThat(process.awaitExit(PATIENCE)).isEqualTo(OptionalInt.of(41));
            process.become(second);
            process.restart();
            assertThat(process.awaitExit(PATIENCE)).isEqualTo(OptionalInt.of(42));
        }
    }

    @Test
    void shouldSayHowToBuildACheckoutThatIsNotBuilt() {
        assertThatIllegalArgumentException().isThrownBy(() -> OtherVersion.in(directory))
                .withMessageContaining("--previous " + directory).withMessageContaining("run its 'load-tests/run --help' first");
    }

    private Path checkout(String name, int exitCode) throws IOException {
        Path checkout = directory.resolve(name);
        ExitingMain.compile("Exit", exitCode, checkout.resolve("some-app/target/classes"));
        Path target = Files.createDirectories(checkout.resolve("load-tests/harness/target"));
        Files.writeString(target.resolve("runtime-classpath.txt"), System.getProperty("java.class.path") + "\n");
        return checkout;
    }
}
