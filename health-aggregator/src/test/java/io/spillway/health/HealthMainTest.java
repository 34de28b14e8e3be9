package io.spillway.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthMainTest {

    @TempDir
    private Path directory;

    @Test
    void shouldEndWithTwoWhenTheConfigurationIsWrong() throws IOException {
        Path wrong = Files.writeString(directory.resolve("wrong.properties"), "threads=many\n");

        assertThat(HealthMain.run()).isEqualTo(2);
        assertThat(HealthMain.run(directory.resolve("absent.properties").toString())).isEqualTo(2);
        assertThat(HealthMain.run(wrong.toString())).isEqualTo(2);
    }
}
