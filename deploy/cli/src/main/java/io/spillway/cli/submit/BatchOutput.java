package io.spillway.cli.submit;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Answers in the format of OpenAI's Batch output, written as they come to a file that is made anew. */
public final class BatchOutput implements Closeable {

    private final AnswerFile file;

    private BatchOutput(AnswerFile file) {
        this.file = file;
    }

    /** Replaces the file if there is one. */
    public static BatchOutput create(Path path) throws IOException {
        Files.deleteIfExists(path);
        return new BatchOutput(new AnswerFile(path));
    }

    /** Appends an answer or an error. */
    public void write(Answer answer) {
        try {
            BatchRequestId id = new BatchRequestId("000000000000", Hashes.of(answer.requestId()));
            file.append(OutputLines.of(answer.key().orElse(""), id, answer));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
