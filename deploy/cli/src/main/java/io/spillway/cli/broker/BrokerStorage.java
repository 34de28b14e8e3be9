package io.spillway.cli.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;

/**
 * The directory a broker keeps its log in.
 *
 * @param directory formatted for {@link #NODE_ID}
 * @param isTemporary whether it goes away with the broker
 */
record BrokerStorage(Path directory, boolean isTemporary) {

    static final int NODE_ID = 1;
    static final String CONTROLLER_LISTENER = "CONTROLLER";

    private static final String META_PROPERTIES = "meta.properties";

    /** Makes a temporary directory, or takes the given one, and formats it unless that was done before. */
    static BrokerStorage open(@Nullable Path kept) {
        try {
            Path directory = kept != null
                    ? Files.createDirectories(kept.toAbsolutePath())
                    : Files.createTempDirectory("spillway-broker-");
            BrokerStorage storage = new BrokerStorage(directory, kept == null);
            if (!Files.exists(directory.resolve(META_PROPERTIES))) {
                storage.format();
            }
            return storage;
        } catch (IOException e) {
            throw new LocalBrokerException("cannot write the broker's data directory " + (kept == null ? "" : kept)
                    + " (" + e + "): choose one that is writable", e);
        }
    }

    private void format() {
        try {
            // The formatter's default gives the production levels of all features; transactions and groups need them.
            new Formatter().setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                    .setNodeId(NODE_ID)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setControllerListenerName(CONTROLLER_LISTENER)
                    .setMetadataLogDirectory(directory.toString())
                    .addDirectory(directory.toString())
                    .run();
        } catch (Exception e) { // Formatter.run declares Exception.
            throw new LocalBrokerException("cannot format the broker's data directory " + directory + " (" + e
                    + "): choose an empty one", e);
        }
    }

    /** Deletes a temporary directory; a kept one stays. Only after the broker stopped: it gives up when its log vanishes. */
    void release() {
        if (!isTemporary || !Files.exists(directory)) {
            return;
        }
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                        throws IOException {
                    Files.deleteIfExists(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + directory + ": delete it by hand", e);
        }
    }
}
