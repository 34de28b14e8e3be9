package io.spillway.load.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A file system in memory, small enough to be filled. Only root may mount one, and not in every container. */
record SmallDisk(Path directory) implements AutoCloseable {

    /** RocksDB sets 4 MiB aside for each store. */
    private static final String SIZE = "size=256m";

    /** Empty when this user or this container may not. */
    static Optional<SmallDisk> mount(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + directory, e);
        }
        return run("mount", "-t", "tmpfs", "-o", SIZE, "spillway-small-disk", directory.toString())
                ? Optional.of(new SmallDisk(directory))
                : Optional.empty();
    }

    @Override
    public void close() {
        run("umount", "-l", directory.toString());
    }

    private static boolean run(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
