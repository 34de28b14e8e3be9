package io.spillway.load.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import javax.tools.ToolProvider;

/** Main classes that do nothing but end with an exit code, by which a test sees which class was run. */
final class ExitingMain {

    private ExitingMain() {}

    /** Compiles one of this package into a directory of classes. */
    static void compile(String simpleName, int exitCode, Path classes) throws IOException {
        Path source = Files.createDirectories(classes.resolveSibling("sources")).resolve(simpleName + ".java");
        Files.writeString(source, """
                package io.spillway.load.rig;
                final class %s {
                    public static void main(String[] arguments) {
                        System.exit(%d);
                    }
                }
                """.formatted(simpleName, exitCode));
        int compiled = ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", classes.toString(), source.toString());
        assertThat(compiled).isZero();
    }
}
