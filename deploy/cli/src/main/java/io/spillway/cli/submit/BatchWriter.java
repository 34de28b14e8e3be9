package io.spillway.cli.submit;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Writes answers as they arrive and keeps the counts. */
final class BatchWriter implements SessionListener, Closeable {

    private static final long STALL_NANOS = Duration.ofSeconds(60).toNanos();

    private final AnswerFile answers;
    private final AnswerFile errors;
    private final Checkpoint checkpoint;
    private final BatchProgress progress;
    private final BatchReporter reporter;
    private Map<Integer, Long> positions = Map.of();
    private long quietSince;

    BatchWriter(AnswerFile answers, AnswerFile errors, Checkpoint checkpoint, BatchProgress progress, BatchReporter reporter) {
        this.answers = answers;
        this.errors = errors;
        this.checkpoint = checkpoint;
        this.progress = progress;
        this.reporter = reporter;
        this.quietSince = checkpoint.now();
    }

    @Override
    public void answered(Answer answer) {
        quietSince = checkpoint.now();
        BatchRequestId id = BatchRequestId.parse(answer.requestId()).orElseThrow();
        // The router keeps the key of the request, and the key is the custom_id.
        ObjectNode line = OutputLines.of(answer.key().orElse(""), id, answer);
        append(answer.isSuccess() ? answers : errors, line);
        progress.answer(answer);
        JsonNode usage = line.path("response").path("body").path("usage");
        progress.usage(usage.path("prompt_tokens").asLong(), usage.path("completion_tokens").asLong());
    }

    @Override
    public void duplicate(Answer answer) {
        progress.duplicate();
    }

    @Override
    public void refused(OutgoingRequest request, String reason) {
        append(errors, OutputLines.refused(request, reason));
        progress.refuse();
        reporter.notice("request " + request.requestId() + " (" + request.key() + ") " + reason);
    }

    @Override
    public void notice(String message) {
        reporter.notice(message);
    }

    @Override
    public void turn(int open, Supplier<Map<Integer, Long>> reached) {
        progress.open(open);
        reporter.progress(progress);
        if (open > 0 && checkpoint.now() - quietSince >= STALL_NANOS) {
            quietSince = checkpoint.now();
            reporter.notice("no answer for " + STALL_NANOS / 1_000_000_000 + " s with " + open
                    + " requests open: 'spillway status' shows whether the deployments are up, 'spillway explain ID' what a request waits for");
        }
        if (checkpoint.isDue()) {
            save(reached);
        }
        positions = reached.get();
    }

    @Override
    public void close() {
        if (!positions.isEmpty()) {
            save(() -> positions);
        }
    }

    private void save(Supplier<Map<Integer, Long>> reached) {
        try {
            checkpoint.save(answers, errors, reached);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void append(AnswerFile file, ObjectNode line) {
        try {
            file.append(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
