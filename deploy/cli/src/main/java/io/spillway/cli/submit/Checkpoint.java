package io.spillway.cli.submit;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Saves now and then how far the responses topic is in the files, so that a later run reads only the rest. */
final class Checkpoint {

    private static final long EVERY_NANOS = Duration.ofSeconds(5).toNanos();

    private final StateFile file;
    private final LongSupplier nanos;
    private SubmitState state;
    private long last;

    Checkpoint(StateFile file, SubmitState state, LongSupplier nanos) {
        this.file = file;
        this.state = state;
        this.nanos = nanos;
        this.last = nanos.getAsLong();
    }

    boolean isDue() {
        return nanos.getAsLong() - last >= EVERY_NANOS;
    }

    long now() {
        return nanos.getAsLong();
    }

    /** Saves, the files first: an offset must never be ahead of them. */
    void save(AnswerFile answers, AnswerFile errors, Supplier<Map<Integer, Long>> positions) throws IOException {
        last = nanos.getAsLong();
        Map<Integer, Long> reached = positions.get();
        if (reached.equals(state.offsets())) {
            return;
        }
        answers.force();
        errors.force();
        state = state.withOffsets(reached);
        file.save(state);
    }
}
