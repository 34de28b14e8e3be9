package io.spillway.cli.submit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.spillway.contract.json.Json;
import io.spillway.contract.json.MalformedJsonException;

/** Reads the lines that earlier runs wrote, and mends what a crash left. */
final class WrittenLines {

    private static final int MAX_LINE_BYTES = Json.MAX_BYTES;

    /**
     * @param customId empty for a line that had none
     * @param id empty for a line that was never sent
     */
    record WrittenLine(Optional<String> customId, Optional<BatchRequestId> id) {}

    private WrittenLines() {}

    /**
     * Reads a file, which may not exist. A torn last line, left by a crash in the middle of a write, is cut off: its answer is still on
     * the topic.
     *
     * @return bytes cut off
     * @throws SubmitException when a line before the last is not JSON: somebody else wrote to the file
     */
    static long readAndMend(Path path, Consumer<WrittenLine> reader) throws IOException {
        if (!Files.exists(path)) {
            return 0;
        }
        long tornFrom = -1;
        try (LineReader lines = new LineReader(Files.newInputStream(path), MAX_LINE_BYTES)) {
            while (lines.next()) {
                if (tornFrom >= 0) {
                    throw SubmitException.badInput("line " + (lines.number() - 1) + " of " + path
                            + " is not a line of a batch output: was the file changed? Restore it, or submit with another --output");
                }
                Optional<WrittenLine> line = lines.isTerminated() ? parse(lines.bytes()) : Optional.empty();
                line.ifPresent(reader);
                tornFrom = line.isPresent() ? -1 : lines.start();
            }
        }
        return tornFrom < 0 ? 0 : cut(path, tornFrom);
    }

    /** Copies the lines that fit to another file. The file may not exist. */
    static void copy(Path path, Predicate<WrittenLine> wanted, AnswerFile target) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (LineReader lines = new LineReader(Files.newInputStream(path), MAX_LINE_BYTES)) {
            while (lines.next()) {
                byte[] bytes = lines.bytes();
                if (parse(bytes).filter(wanted).isPresent()) {
                    byte[] terminated = Arrays.copyOf(bytes, bytes.length + 1);
                    terminated[bytes.length] = '\n';
                    target.append(terminated);
                }
            }
        }
    }

    /** Puts a finished file in the place of another, at once. An empty one removes it. */
    static void replace(Path path, Path next) throws IOException {
        if (Files.exists(next)) {
            Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } else {
            Files.deleteIfExists(path);
        }
    }

    private static Optional<WrittenLine> parse(byte[] bytes) {
        try {
            ObjectNode line = Json.readObject(bytes);
            if (!line.has("custom_id")) {
                return Optional.empty();
            }
            return Optional.of(new WrittenLine(Optional.ofNullable(line.path("custom_id").textValue()),
                    Optional.ofNullable(line.path("response").path("request_id").textValue()).flatMap(BatchRequestId::parse)));
        } catch (MalformedJsonException e) {
            return Optional.empty();
        }
    }

    private static long cut(Path path, long from) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            long torn = channel.size() - from;
            channel.truncate(from);
            channel.force(true);
            return torn;
        }
    }
}
