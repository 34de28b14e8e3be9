package io.spillway.cli.demo;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

import io.spillway.cli.submit.Answer;
import io.spillway.cli.submit.BatchOutput;
import io.spillway.cli.submit.IdLedger;
import io.spillway.cli.submit.OutgoingRequest;
import io.spillway.cli.submit.SessionListener;
import io.spillway.cli.submit.SubmitSession;
import io.spillway.contract.Topics;
import io.spillway.v1.Lane;

/** Runs the batch and tells what happens. */
final class DemoSession implements SessionListener, DemoScript.Stage {

    private static final int MAX_IN_FLIGHT = 1_000;
    private static final long REPORT_EVERY = Duration.ofSeconds(2).toNanos();
    /** How long a second answer to any request is looked for after the last first one. */
    private static final Duration LOOK_FOR_DUPLICATES = Duration.ofSeconds(1);

    private final List<OutgoingRequest> requests;
    private final DemoProviders providers;
    private final BatchOutput output;
    private final java.util.function.Consumer<String> say;
    private final DemoTally tally = new DemoTally();
    private final DemoScript script;
    private long reportedAt = System.nanoTime();

    DemoSession(List<OutgoingRequest> requests, DemoProviders providers, BatchOutput output,
            java.util.function.Consumer<String> say) {
        this.requests = requests;
        this.providers = providers;
        this.output = output;
        this.say = say;
        this.script = new DemoScript(requests, this, System.nanoTime());
    }

    DemoTally run(Producer<byte[], byte[]> producer, Consumer<byte[], byte[]> consumer, Topics topics) {
        String responses = topics.responses().name();
        SubmitSession session = new SubmitSession(producer, consumer,
                new SubmitSession.Settings(topics.requests(Lane.INTERACTIVE).name(), responses, MAX_IN_FLIGHT), new IdLedger(),
                this);
        Map<Integer, Long> ends = SubmitSession.ends(consumer, responses);
        session.run(script, ends);
        lookForDuplicates(consumer);
        return tally;
    }

    @Override
    public void primaryFails() {
        say.accept("the primary provider goes DOWN: connections refused, running calls cut");
        providers.failPrimary();
    }

    @Override
    public void primaryReturns() {
        providers.restorePrimary();
        say.accept("the primary provider is BACK");
    }

    @Override
    public void sent(OutgoingRequest request) {
        tally.sent(request, System.nanoTime());
    }

    @Override
    public void answered(Answer answer) {
        tally.answered(answer, System.nanoTime());
        output.write(answer);
        script.answered(tally.failovers() > 0);
    }

    @Override
    public void duplicate(Answer answer) {
        tally.duplicate();
    }

    @Override
    public void refused(OutgoingRequest request, String reason) {
        say.accept("request " + request.key() + " " + reason);
    }

    @Override
    public void notice(String message) {
        say.accept(message);
    }

    @Override
    public void turn(int open, java.util.function.Supplier<Map<Integer, Long>> positions) {
        script.open(open);
        if (System.nanoTime() - reportedAt >= REPORT_EVERY) {
            reportedAt = System.nanoTime();
            say.accept(
                    String.format(Locale.ROOT, "  %d of %d answered, %d open, %d failed over", tally.answered() + tally.errors(),
                            requests.size(), open, tally.failovers()));
        }
    }

    private void lookForDuplicates(Consumer<byte[], byte[]> consumer) {
        long end = System.nanoTime() + LOOK_FOR_DUPLICATES.toNanos();
        while (System.nanoTime() < end) {
            // Every request has its answer by now, so whatever else comes is one too many.
            consumer.poll(Duration.ofMillis(100)).forEach(item -> tally.duplicate());
        }
    }
}
