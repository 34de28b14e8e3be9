package io.spillway.cli.submit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import io.spillway.contract.json.Json;

/** Appends JSON lines, each in one write. The file is made with the first line. */
final class AnswerFile implements Closeable {

    private final Path path;
    private @Nullable FileChannel channel;

    AnswerFile(Path path) {
        this.path = path;
    }

    void append(ObjectNode line) throws IOException {
        append((Json.text(line) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    void append(byte[] terminatedLine) throws IOException {
        FileChannel open = channel;
        if (open == null) {
            open = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            channel = open;
        }
        ByteBuffer bytes = ByteBuffer.wrap(terminatedLine);
        while (bytes.hasRemaining()) {
            open.write(bytes);
        }
    }

    /** What was appended is on the disk when this returns. */
    void force() throws IOException {
        FileChannel open = channel;
        if (open != null) {
            open.force(false);
        }
    }

    @Override
    public void close() throws IOException {
        FileChannel open = channel;
        if (open != null) {
            open.force(false);
            open.close();
        }
    }
}
