package io.spillway.worker.consume;

import static io.spillway.worker.consume.IntakeBench.P0;
import static io.spillway.worker.consume.Samples.attempt;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.spillway.v1.Attempt;
import io.spillway.v1.Started;

/** A process that was stopped, or cut off from the brokers, for longer than its session believes that it owns what others serve by now. */
class IntakeTenureTest {

    /** Long enough to count, short enough for what waits to be still wanted. */
    private static final long STANDSTILL = 5_000;

    private final IntakeBench bench = new IntakeBench();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void shouldCallNothingThatWaitedWhenOthersTookThePartitionsOver() {
        threeOfWhichTheFirstRuns();
        bench.commitException = new CommitFailedException("unknown member");

        bench.turn(STANDSTILL);
        bench.acknowledgeAll();
        bench.finish("r1");
        bench.turn(10);
        bench.acknowledgeAll();

        assertThat(bench.begun).containsExactly("r1");
        assertThat(started()).containsExactly("r1");
        assertThat(bench.intake.queued()).isEmpty();
        assertThat(bench.consumer.subscription()).as("it joins again").containsExactly(IntakeBench.TOPIC);
    }

    @Test
    void shouldServeWhatItIsGivenAfterItJoinedAgain() {
        threeOfWhichTheFirstRuns();
        bench.commitException = new CommitFailedException("unknown member");
        bench.turn(STANDSTILL);
        bench.finish("r1");

        bench.commitException = null;
        bench.assigned(P0);
        bench.add(attempt("r4", "a", 3));
        bench.turn(10);
        bench.acknowledgeAll();

        bench.awaitBegun("r1", "r4");
    }

    @Test
    void shouldGoOnWhenACommitShowsThatThePartitionsAreKept() {
        threeOfWhichTheFirstRuns();
        bench.finish("r1");

        bench.turn(STANDSTILL);
        bench.acknowledgeAll();

        bench.awaitBegun("r1", "r2");
        assertThat(bench.consumer.committed(Set.of(P0)).get(P0).offset()).isEqualTo(1);
    }

    @Test
    void shouldStartNothingWhileTheBrokersCannotBeAsked() {
        threeOfWhichTheFirstRuns();
        bench.finish("r1");
        bench.commitException = new TimeoutException("no coordinator");
        bench.turn(STANDSTILL);
        bench.turn(10);
        bench.acknowledgeAll();

        assertThat(bench.begun).containsExactly("r1");
        startsTheNextWhenACommitIsAccepted();
    }

    @Test
    void shouldStartNothingWhenNoCommitWasAcceptedForLongAlthoughItNeverStoodStill() {
        threeOfWhichTheFirstRuns();
        bench.commitException = new RebalanceInProgressException("joining");
        for (long passed = 0; passed <= IntakeBench.TENURE.toMillis(); passed += 200) {
            bench.turn(200);
        }
        bench.finish("r1");
        bench.turn(10);
        bench.acknowledgeAll();

        assertThat(bench.begun).containsExactly("r1");
        startsTheNextWhenACommitIsAccepted();
    }

    @Test
    void shouldStartNothingMoreWhenACommitIsRefused() {
        bench.catalogue = Samples.catalogue(Samples.deployment("a", 1));
        bench.assigned(P0).add(attempt("r1", "a", 3));
        bench.turn(10);
        bench.acknowledgeAll();
        bench.awaitBegun("r1");
        bench.commitException = new CommitFailedException("unknown member");
        bench.turn(200);
        bench.finish("r1");

        bench.add(attempt("r2", "a", 3));
        bench.turn(10);
        bench.acknowledgeAll();

        assertThat(bench.begun).containsExactly("r1");
        assertThat(bench.consumer.assignment()).as("it joins again").isEmpty();
    }

    @Test
    void shouldAskForNoCommitWhileNothingWaits() {
        bench.assigned(P0).add(attempt("r1", "a", 3));
        bench.turn(10);
        bench.acknowledgeAll();
        bench.awaitBegun("r1");
        bench.turn(200);

        bench.commitException = new CommitFailedException("nobody should ask");
        bench.turn(STANDSTILL);

        assertThat(bench.consumer.assignment()).containsExactly(P0);
    }

    @Test
    void shouldNotBeginACallWhoseStartIsAcknowledgedAfterTheStandstill() {
        bench.assigned(P0).add(attempt("r1", "a", 3));
        bench.turn(10);
        standStill();
        bench.acknowledgeAll();
        assertThat(bench.running.size()).isZero();

        bench.turn(10);
        assertThat(started()).as("announced again after a moment, not at once").containsExactly("r1");
        bench.turn(600);
        bench.acknowledgeAll();

        bench.awaitBegun("r1");
        assertThat(started()).containsExactly("r1", "r1");
        assertThat(bench.begun).hasSize(1);
    }

    @Test
    void shouldStartNothingThatWasReadBeforeTheStandstillAndWouldStartAfterIt() {
        bench.assigned(P0);
        bench.attempts = (topic, value) -> {
            Attempt attempt = Samples.attempts().deserialize(topic, value);
            standStill();
            return attempt;
        };
        bench.commitException = new CommitFailedException("unknown member");
        bench.add(attempt("r1", "a", 3));
        bench.turn(10);
        bench.acknowledgeAll();
        bench.turn(10);
        bench.acknowledgeAll();

        assertThat(bench.producer.history()).isEmpty();
        assertThat(bench.begun).isEmpty();
    }

    private void threeOfWhichTheFirstRuns() {
        bench.catalogue = Samples.catalogue(Samples.deployment("a", 1));
        bench.assigned(P0);
        List.of("r1", "r2", "r3").forEach(id -> bench.add(attempt(id, "a", 3)));
        bench.turn(10);
        bench.acknowledgeAll();
        bench.awaitBegun("r1");
    }

    private void startsTheNextWhenACommitIsAccepted() {
        bench.commitException = null;
        bench.turn(10);
        bench.acknowledgeAll();

        bench.awaitBegun("r1", "r2");
    }

    private void standStill() {
        bench.nanos.addAndGet(Duration.ofMillis(STANDSTILL).toNanos());
    }

    private List<String> started() {
        return bench.results().stream().filter(event -> event.getEvent() instanceof Started)
                .map(event -> event.getRequestId()).toList();
    }
}
