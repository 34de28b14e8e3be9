package io.spillway.cli.submit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

import io.spillway.cli.submit.SubmitSession.End;
import io.spillway.cli.submit.SubmitState.Round;
import io.spillway.contract.Topics;

/**
 * Submits a batch file, or goes on with it. Every line ends in the output or in the error file exactly once, however often the run
 * is stopped or killed: the offsets of the responses topic are saved before the first request and after the files are on the
 * disk, and a line always has the same request id.
 */
public final class BatchSubmission {

    /**
     * Clients and clocks; all belong to the caller.
     *
     * @param consumer without a group, reading committed records
     * @param newRound draws 12 hex digits
     */
    public record Edges(Producer<byte[], byte[]> producer, Consumer<byte[], byte[]> consumer, InstantSource clock,
            LongSupplier nanos,
            Supplier<String> newRound) {}

    /**
     * How it ended.
     *
     * @param end STOPPED leaves a state that the same command goes on with
     */
    public record Outcome(End end, BatchProgress progress, Duration elapsed) {}

    private final BatchPlan plan;
    private final Topics topics;
    private final Edges edges;
    private final BatchReporter reporter;
    private volatile @Nullable SubmitSession session;
    private volatile boolean stopped;

    public BatchSubmission(BatchPlan plan, Topics topics, Edges edges, BatchReporter reporter) {
        this.plan = plan;
        this.topics = topics;
        this.edges = edges;
        this.reporter = reporter;
    }

    /**
     * Runs until every line is settled or {@link #stop()} is called.
     *
     * @throws SubmitException when it cannot begin or go on
     */
    public Outcome run() {
        long begun = edges.nanos().getAsLong();
        try {
            BatchFolder folder = BatchFolder.open(plan);
            try {
                BatchPreparation preparation = BatchPreparation.of(plan, beginning(), reporter);
                BatchSurvey survey = preparation.survey();
                BatchProgress progress = new BatchProgress(survey.valid(), survey.answered(), survey.bad());
                End end = submit(preparation, progress);
                return new Outcome(end, progress, Duration.ofNanos(edges.nanos().getAsLong() - begun));
            } finally {
                folder.close();
            }
        } catch (IOException e) {
            throw unwritable(e);
        } catch (UncheckedIOException e) {
            throw unwritable(e);
        }
    }

    /** Makes {@link #run} return soon; may be called from any thread. */
    public void stop() {
        stopped = true;
        SubmitSession running = session;
        if (running != null) {
            running.stop();
        }
    }

    private End submit(BatchPreparation preparation, BatchProgress progress) throws IOException {
        SubmitState state = preparation.state();
        if (progress.left() == 0) {
            return End.COMPLETE;
        }
        SubmitSession.Settings settings = new SubmitSession.Settings(state.requestsTopic(), state.responsesTopic(),
                plan.maxInFlight());
        try (AnswerFile answers = new AnswerFile(plan.output());
                AnswerFile errors = new AnswerFile(plan.errors());
                BatchWriter writer = new BatchWriter(answers, errors,
                        new Checkpoint(StateFile.of(plan.output()), state, edges.nanos()), progress,
                        reporter);
                BatchRequests requests = BatchRequests.open(plan, state.round())) {
            SubmitSession running = new SubmitSession(edges.producer(), edges.consumer(), settings, preparation.ledger(), writer);
            session = running;
            if (stopped) {
                running.stop();
            }
            return running.run(requests, state.offsets());
        }
    }

    private BatchPreparation.Beginning beginning() {
        Instant now = edges.clock().instant();
        Round round = new Round(edges.newRound().get(), now.plus(plan.deadline()).truncatedTo(ChronoUnit.SECONDS));
        String responses = topics.responses().name();
        Supplier<Map<Integer, Long>> offsets = () -> SubmitSession.ends(edges.consumer(), responses);
        return new BatchPreparation.Beginning(topics.requests(plan.lane()).name(), responses, round, offsets, now);
    }

    private SubmitException unwritable(Exception e) {
        return new SubmitException(
                "cannot read or write a file: " + e.getMessage() + ". Make room or correct the rights, then repeat the command;"
                        + " nothing is lost",
                e);
    }
}
