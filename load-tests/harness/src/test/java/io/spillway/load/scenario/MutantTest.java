package io.spillway.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MutantTest {

    @TempDir
    Path directory;

    private Path source;

    @BeforeEach
    void writeSource() throws IOException {
        source = Files.writeString(directory.resolve("Sum.java"), """
                public final class Sum implements java.util.function.IntBinaryOperator {
                    public int applyAsInt(int left, int right) {
                        return left
                                + right;
                    }
                }
                """);
    }

    @Test
    void shouldCompileTheClassWithTheDefect() throws Exception {
        Mutant mutant = Mutant.of(source, "return left + right;", "return left - right;", directory.resolve("classes"));

        try (URLClassLoader loader = new URLClassLoader(new URL[]{mutant.classes().toUri().toURL()})) {
            var sum = (java.util.function.IntBinaryOperator) loader.loadClass("Sum").getConstructor().newInstance();
            assertThat(sum.applyAsInt(5, 3)).isEqualTo(2);
        }
    }

    @Test
    void shouldRefuseASnippetThatIsNotThereOrMoreThanOnce() {
        assertThatIllegalArgumentException().isThrownBy(() -> mutate("return left * right;", "return 0;"))
                .withMessageContaining("is 0 times in").withMessageContaining("adapt the mutation");
        assertThatIllegalArgumentException().isThrownBy(() -> mutate("left", "0")).withMessageContaining("is 2 times in");
    }

    @Test
    void shouldRefuseAMutantThatDoesNotCompile() {
        assertThatIllegalArgumentException().isThrownBy(() -> mutate("return left + right;", "return nothing;"))
                .withMessageContaining("does not compile").withMessageContaining("nothing");
    }

    private void mutate(String snippet, String replacement) throws IOException {
        Mutant.of(source, snippet, replacement, directory.resolve("refused"));
    }
}
