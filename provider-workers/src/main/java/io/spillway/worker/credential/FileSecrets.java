package io.spillway.worker.credential;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Secrets in files. A file is read again when at least five seconds have passed, whatever its time stamp or inode says, so
 * rotation works for edits, replaced files and swapped symbolic links (Kubernetes mounts) alike. A file that vanishes or turns
 * empty keeps its last good secret.
 */
final class FileSecrets implements SecretSource {

    static final long RECHECK_MILLIS = 5_000;

    private static final Logger LOGGER = LoggerFactory.getLogger(FileSecrets.class);
    private static final int MAX_BYTES = 64 * 1024;

    private record Cached(Versioned value, long checkedAt, boolean isStale) {}

    private final LongSupplier monotonicMillis;
    private final Map<String, SecretFile> files = new ConcurrentHashMap<>();

    FileSecrets(LongSupplier monotonicMillis) {
        this.monotonicMillis = monotonicMillis;
    }

    @Override
    public Versioned read(String name) {
        return files.computeIfAbsent(name, SecretFile::new).read();
    }

    @Override
    public Versioned reread(String name, Versioned seen) {
        return files.computeIfAbsent(name, SecretFile::new).reread(seen);
    }

    /** One file; read by one thread at a time, while the others go on with what it read last. */
    private final class SecretFile {

        private final String name;
        private final ReentrantLock lock = new ReentrantLock();
        private volatile @Nullable Cached cached;

        SecretFile(String name) {
            this.name = name;
        }

        Versioned read() {
            long now = monotonicMillis.getAsLong();
            Cached known = cached;
            if (known != null && (now - known.checkedAt() < RECHECK_MILLIS || lock.isLocked())) {
                return known.value();
            }
            lock.lock();
            try {
                Cached latest = cached;
                return latest != null && !latest.equals(known) ? latest.value() : load(latest, now);
            } finally {
                lock.unlock();
            }
        }

        Versioned reread(Versioned seen) {
            lock.lock();
            try {
                Cached latest = cached;
                return latest != null && latest.value().generation() != seen.generation()
                        ? latest.value()
                        : load(latest, monotonicMillis.getAsLong());
            } finally {
                lock.unlock();
            }
        }

        private Versioned load(@Nullable Cached old, long now) {
            try {
                Secret fresh = content(name);
                boolean isSame = old != null && old.value().secret().isSame(fresh);
                if (old != null && !isSame) {
                    LOGGER.atInfo().addKeyValue("file", name).log("credential changed");
                }
                Versioned value = old == null
                        ? new Versioned(fresh, 1)
                        : isSame ? old.value() : new Versioned(fresh, old.value().generation() + 1);
                cached = new Cached(value, now, false);
                return value;
            } catch (CredentialException e) {
                if (old == null) {
                    throw e;
                }
                if (!old.isStale()) {
                    LOGGER.atWarn().addKeyValue("file", name).addKeyValue("error", e.getMessage())
                            .log("credential cannot be read again, keeping the last good one");
                }
                cached = new Cached(old.value(), now, true);
                return old.value();
            }
        }
    }

    private static Secret content(String name) {
        try (InputStream in = Files.newInputStream(Path.of(name))) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new CredentialException("credential file " + name + " is larger than 64 KiB");
            }
            String text = new String(bytes, StandardCharsets.UTF_8).strip();
            if (text.isEmpty()) {
                throw new CredentialException("credential file " + name + " is empty");
            }
            return Secret.of(text);
        } catch (IOException | InvalidPathException e) {
            throw new CredentialException("credential file " + name + " cannot be read ("
                    + e.getClass().getSimpleName() + "): create it readable for the worker");
        }
    }
}
