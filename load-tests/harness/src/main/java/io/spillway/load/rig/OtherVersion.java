package io.spillway.load.rig;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A version of Spillway that processes can run.
 *
 * @param name for reports
 * @param classPath of all its modules and libraries
 */
public record OtherVersion(String name, String classPath) {

    /** Written into a checkout by its own {@code load-tests/run}. */
    private static final Path LIBRARIES = Path.of("load-tests", "harness", "target", "runtime-classpath.txt");
    /** As deep as the modules of a checkout lie. */
    private static final int DEPTH = 5;

    /** The version of this process. */
    static OtherVersion own() {
        return new OtherVersion("this version", System.getProperty("java.class.path"));
    }

    /** @throws IllegalArgumentException when that is no checkout in which {@code load-tests/run} has built everything */
    public static OtherVersion in(Path checkout) throws IOException {
        Path libraries = checkout.resolve(LIBRARIES);
        if (!Files.isReadable(libraries)) {
            throw new IllegalArgumentException("--previous " + checkout + ": there is no " + LIBRARIES
                    + "; give a checkout of another version, and run its 'load-tests/run --help' first, which builds it");
        }
        List<Path> modules;
        try (Stream<Path> paths = Files.walk(checkout.toAbsolutePath(), DEPTH)) {
            modules = paths.filter(path -> path.endsWith(Path.of("target", "classes"))).sorted().toList();
        }
        String classPath = Stream.concat(modules.stream().map(Path::toString), Stream.of(Files.readString(libraries).strip()))
                .collect(Collectors.joining(File.pathSeparator));
        return new OtherVersion(checkout.toAbsolutePath().normalize().getFileName().toString(), classPath);
    }
}
