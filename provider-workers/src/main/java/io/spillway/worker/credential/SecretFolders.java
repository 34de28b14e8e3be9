package io.spillway.worker.credential;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which files of a directory are credentials: every regular one whose name does not begin with a dot, by name. Kubernetes keeps
 * its bookkeeping ({@code ..data}) behind such names. Looked at again when five seconds have passed; a directory that vanishes
 * or turns empty, as in the middle of a swap, keeps its last files.
 */
final class SecretFolders {

    private static final Logger LOGGER = LoggerFactory.getLogger(SecretFolders.class);

    private record Listing(List<String> files, long readAt) {}

    private final LongSupplier monotonicMillis;
    private final Map<String, Listing> listings = new ConcurrentHashMap<>();

    SecretFolders(LongSupplier monotonicMillis) {
        this.monotonicMillis = monotonicMillis;
    }

    /**
     * Absolute paths of the files.
     *
     * @throws CredentialException when there are none and never were
     */
    List<String> files(String folder) {
        Listing known = listings.get(folder);
        return known != null && monotonicMillis.getAsLong() - known.readAt() < FileSecrets.RECHECK_MILLIS
                ? known.files()
                : lookAgain(folder);
    }

    /** As {@link #files}, now. */
    List<String> lookAgain(String folder) {
        Listing known = listings.get(folder);
        List<String> files = list(folder, known);
        if (known != null && !known.files().equals(files)) {
            LOGGER.atInfo().addKeyValue("directory", folder).addKeyValue("files", files.size()).log("credentials changed");
        }
        listings.put(folder, new Listing(files, monotonicMillis.getAsLong()));
        return files;
    }

    private static List<String> list(String folder, @Nullable Listing known) {
        String problem = "has no files";
        try (Stream<Path> all = Files.list(Path.of(folder))) {
            List<String> files = all.filter(file -> !String.valueOf(file.getFileName()).startsWith("."))
                    .filter(Files::isRegularFile).map(Path::toString).sorted().toList();
            if (!files.isEmpty()) {
                return files;
            }
        } catch (IOException | UncheckedIOException | InvalidPathException e) {
            problem = "cannot be read (" + e.getClass().getSimpleName() + ")";
        }
        if (known == null) {
            throw new CredentialException("credential directory " + folder + " " + problem
                    + ": put one file per key into it, readable for the worker");
        }
        return known.files();
    }
}
