package io.spillway.contract.registry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.Consumer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

/**
 * A file of JSON lines that only grows. A line is on disk before its change is answered; a line torn by a crash was never
 * answered and is cut off at the next start.
 */
final class SchemaJournal implements AutoCloseable {

    static final String FILE_NAME = "schemas.jsonl";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final FileChannel channel;
    private long end;

    private SchemaJournal(Path file, FileChannel channel, long end) {
        this.file = file;
        this.channel = channel;
        this.end = end;
    }

    /** Opens the journal of a directory, which is made when missing, and hands every entry to {@code replay}. */
    static SchemaJournal open(Path directory, Consumer<JsonNode> replay) throws IOException {
        Files.createDirectories(directory);
        Path file = directory.resolve(FILE_NAME);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        try {
            lock(channel, file);
            long end = replay(file, read(channel), replay);
            channel.truncate(end);
            channel.force(true);
            forceDirectory(directory);
            return new SchemaJournal(file, channel, end);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Puts the entry on disk. When that fails the file is as it was before. */
    void append(JsonNode entry) throws IOException {
        ByteBuffer line = ByteBuffer.wrap((entry + "\n").getBytes(StandardCharsets.UTF_8));
        long position = end;
        try {
            while (line.hasRemaining()) {
                position += channel.write(line, position);
            }
            channel.force(false);
            end = position;
        } catch (IOException e) {
            channel.truncate(end);
            throw e;
        }
    }

    private static byte[] read(FileChannel channel) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(channel.size()));
        while (content.hasRemaining() && channel.read(content, content.position()) >= 0) {
            // until the end
        }
        return Arrays.copyOf(content.array(), content.position());
    }

    private static void lock(FileChannel channel, Path file) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            throw inUse(file, e);
        }
        if (lock == null) {
            throw inUse(file, null);
        }
    }

    private static IOException inUse(Path file, @Nullable Throwable cause) {
        return new IOException(file + " is in use by another registry. Stop that one or choose another directory.",
                cause);
    }

    /** Length of the part of the file that is whole. */
    private static long replay(Path file, byte[] bytes, Consumer<JsonNode> replay) throws IOException {
        int start = 0;
        int number = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '\n') {
                continue;
            }
            number++;
            try {
                replay.accept(JSON.readTree(Arrays.copyOfRange(bytes, start, i)));
            } catch (JsonProcessingException | RuntimeException e) {
                if (i == bytes.length - 1 && e instanceof JsonProcessingException) {
                    return start;
                }
                throw new IOException(file + " line " + number + " is damaged. Restore the file from a backup: without "
                        + "it, records written with the lost schemas cannot be decoded.", e);
            }
            start = i + 1;
        }
        return start;
    }

    private static void forceDirectory(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Windows cannot open a directory; there the name of a new file is durable without it.
            return;
        }
    }

    Path file() {
        return file;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
