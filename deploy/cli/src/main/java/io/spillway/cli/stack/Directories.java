package io.spillway.cli.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes a directory with all that is in it. */
final class Directories {

    private static final Logger LOGGER = LoggerFactory.getLogger(Directories.class);

    private Directories() {}

    static void delete(Path directory) {
        try (Stream<Path> found = Files.walk(directory)) {
            List<Path> deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            LOGGER.atWarn().addKeyValue("directory", directory).addKeyValue("error", e.toString())
                    .log("could not delete a temporary directory");
        }
    }
}
