package io.spillway.worker.consume;

import static io.spillway.worker.consume.IntakeBench.P0;
import static io.spillway.worker.consume.IntakeBench.P1;
import static io.spillway.worker.consume.Samples.attempt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.spillway.contract.RecordHeaders;
import io.spillway.v1.Attempt;
import io.spillway.v1.AttemptEvent;
import io.spillway.v1.AttemptTelemetry;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.Failed;
import io.spillway.v1.FailureKind;
import io.spillway.v1.FailureScope;
import io.spillway.v1.SendState;
import io.spillway.v1.Started;
import io.spillway.v1.Succeeded;
import io.spillway.worker.provider.CallOutcome;

class IntakeTest {

    private final IntakeBench bench = new IntakeBench();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void shouldBeginTheCallAndCommitOnlyWhenTheStartIsAcknowledged() {
        bench.assigned(P0).add(attempt("r1", "a", 3));

        bench.turn(200);
        bench.turn(200);

        assertThat(bench.results()).singleElement().satisfies(event -> {
            assertThat(event.getEvent()).isInstanceOf(Started.class);
            assertThat(event.getRequestId()).isEqualTo("r1");
            assertThat(event.getWorker()).isEqualTo("w1");
        });
        assertThat(bench.producer.history().getFirst().partition()).isEqualTo(3);
        assertThat(bench.begun).isEmpty();
        assertThat(committedOffset()).isZero();

        bench.producer.completeNext();
        bench.awaitBegun("r1");
        bench.turn(200);

        assertThat(bench.committed(P0).offset()).as("committed while the call still runs").isEqualTo(1);
        assertThat(bench.running.size()).isEqualTo(1);
    }

    @Test
    void shouldWriteOneResultAndOneTelemetryRecordWhenTheCallEnds() {
        bench.assigned(P0).add(attempt("r1", "a", 3));
        bench.turn(0);
        bench.producer.completeNext();
        bench.awaitBegun("r1");

        bench.finish("r1");

        assertThat(Samples.of(bench.results(), Succeeded.class)).hasSize(1);
        assertThat(bench.producer.history().get(1).partition()).isEqualTo(3);
        assertThat(Samples.of(Samples.telemetryOf(bench.producer), AttemptTelemetry.class)).singleElement().satisfies(event -> {
            assertThat(event.getDeployment()).isEqualTo("a");
            assertThat(event.getProvider()).isEqualTo(Samples.PROVIDER);
            assertThat(event.getFailure()).isNull();
            assertThat(event.getUsage().getTotalTokens()).isEqualTo(12);
            assertThat(event.getFirstByteMillis()).isEqualTo(5);
        });
        assertThat(bench.running.size()).isZero();
        assertThat(bench.metrics.stats(0).succeeded()).isEqualTo(1);
    }

    @Test
    void shouldNotCallAndTryAgainWhenTheStartCannotBeWritten() {
        bench.assigned(P0).add(attempt("r1", "a", 3));
        bench.add(attempt("r2", "a", 3));
        bench.turn(200);

        bench.producer.errorNext(new TimeoutException("no broker"));
        bench.producer.completeNext();
        bench.awaitBegun("r2");
        bench.turn(200);
        assertThat(committedOffset()).as("r1 is not started, so nothing is committed").isZero();
        assertThat(bench.committed(P0).metadata()).as("r2 started ahead").isNotEmpty();

        bench.turn(600);
        bench.acknowledgeAll();
        bench.awaitBegun("r1", "r2");
        bench.turn(200);

        assertThat(committedOffset()).isEqualTo(2);
        assertThat(bench.begun).containsExactlyInAnyOrder("r1", "r2");
        assertThat(bench.metrics.stats(0).failedStarts()).isEqualTo(1);
    }

    @Test
    void shouldKeepTheRecordWhenTheProducerThrows() {
        bench.assigned(P0).add(attempt("r1", "a", 3));
        bench.producer.sendException = new IllegalStateException("closed");
        bench.turn(200);
        bench.turn(200);
        assertThat(committedOffset()).isZero();

        bench.producer.sendException = null;
        bench.turn(600);
        bench.acknowledgeAll();

        bench.awaitBegun("r1");
    }

    @Test
    void shouldReportExpiredWithoutACallWhenStartByHasPassed() {
        Attempt late = attempt("r1", "a", 3);
        late.setStartBy(Samples.NOW);
        bench.assigned(P0).add(late);

        bench.turn(1);
        assertThat(committedOffset()).isZero();
        bench.acknowledgeAll();
        bench.turn(200);

        assertThat(Samples.of(bench.results(), Failed.class)).singleElement().satisfies(failed -> {
            assertThat(failed.getFailure().getKind()).isEqualTo(FailureKind.EXPIRED);
            assertThat(failed.getFailure().getSent()).isEqualTo(SendState.NOT_SENT);
            assertThat(failed.getFailure().getMaybePaid()).isFalse();
        });
        assertThat(bench.begun).isEmpty();
        assertThat(committedOffset()).isEqualTo(1);
        assertThat(Samples.of(Samples.telemetryOf(bench.producer), AttemptTelemetry.class)).hasSize(1);
    }

    @Test
    void shouldJudgeStartByByTheBrokersClockWhenTheMachinesClockIsWrong() {
        bench.clock.acknowledged(Samples.NOW.plus(Duration.ofMinutes(15)).toEpochMilli(), bench.clock.millis());
        bench.assigned(P0).add(attempt("r1", "a", 3));

        bench.turn(1);

        assertThat(Samples.of(bench.results(), Failed.class)).singleElement()
                .satisfies(failed -> assertThat(failed.getFailure().getKind()).isEqualTo(FailureKind.EXPIRED));
    }

    @Test
    void shouldStartRecordsOfOtherDeploymentsWhenOneIsFull() {
        bench.catalogue = Samples.catalogue(Samples.deployment("a", 1), Samples.deployment("b", 64));
        bench.assigned(P0);
        for (String id : List.of("a1", "a2", "b1", "a3", "b2")) {
            bench.add(attempt(id, id.substring(0, 1), 3));
        }

        bench.turn(200);
        bench.acknowledgeAll();
        bench.awaitBegun("a1", "b1", "b2");
        bench.turn(200);

        assertThat(committedOffset()).as("a2 waits").isEqualTo(1);
        assertThat(bench.intake.queued()).isEqualTo(Map.of("a", 2));

        bench.finish("a1");
        bench.turn(200);
        bench.acknowledgeAll();
        bench.awaitBegun("a1", "b1", "b2", "a2");
        bench.turn(200);
        assertThat(committedOffset()).as("a3 waits, b1 is behind it no longer").isEqualTo(3);
    }

    @Test
    void shouldNotStartAgainWhatThePreviousOwnerStartedAhead() {
        bench.catalogue = Samples.catalogue(Samples.deployment("a", 1), Samples.deployment("b", 64));
        bench.assigned(P0);
        List.of("a1", "a2", "b1", "b2").forEach(id -> bench.add(attempt(id, id.substring(0, 1), 3)));
        bench.turn(200);
        bench.acknowledgeAll();
        bench.awaitBegun("a1", "b1", "b2");
        bench.turn(200);
        OffsetAndMetadata committed = bench.committed(P0);

        try (IntakeBench next = new IntakeBench()) {
            next.consumer.rebalance(List.of(P0));
            next.consumer.commitSync(Map.of(P0, committed));
            next.consumer.rebalance(List.of());
            next.assigned(P0);
            next.startOffsetsAt(P0, committed.offset());
            List.of("a2", "b1", "b2", "b3").forEach(id -> next.add(attempt(id, id.substring(0, 1), 3)));
            next.turn(200);
            next.acknowledgeAll();
            next.awaitBegun("a2", "b3");
            next.turn(200);

            assertThat(next.committed(P0).offset()).isEqualTo(5);
        }
    }

    @Test
    void shouldPauseAndResumeWithHysteresisWhilePollingGoesOn() {
        bench.catalogue = Samples.catalogue(Samples.deployment("a", 600));
        bench.assigned(P0);
        IntStream.range(0, 1_700).forEach(i -> bench.add(attempt("r" + i, "a", 3)));

        bench.turn(10);
        assertThat(bench.consumer.paused()).containsExactly(P0);
        bench.acknowledgeAll();
        await().until(() -> bench.begun.size() == 600);
        bench.turn(10);
        assertThat(bench.consumer.paused()).as("1100 wait").containsExactly(P0);

        endCalls(0, 550, 50);
        bench.turn(10);
        assertThat(bench.consumer.paused()).as("550 wait: below the upper mark, above the lower").containsExactly(P0);

        endCalls(550, 600, 550);
        bench.turn(10);
        bench.acknowledgeAll();
        assertThat(bench.consumer.paused()).as("500 wait").isEmpty();
    }

    @Test
    void shouldKeepAPartitionPausedWhenAnotherIsAssigned() {
        bench.catalogue = Samples.catalogue(Samples.deployment("a", 1));
        bench.assigned(P0);
        IntStream.range(0, 1_100).forEach(i -> bench.add(attempt("r" + i, "a", 3)));
        bench.turn(10);
        assertThat(bench.consumer.paused()).containsExactly(P0);

        bench.consumer.resume(List.of(P0));
        bench.intake.onPartitionsAssigned(List.of());

        assertThat(bench.consumer.paused()).containsExactly(P0);
    }

    @Test
    void shouldWaitForAcknowledgementsAndCommitWhenRevoked() {
        bench.assigned(P0).add(attempt("r1", "a", 3));
        bench.turn(10);
        Thread.ofVirtual().start(() -> await().until(bench.producer::completeNext));

        bench.consumer.rebalance(List.of(P1));

        bench.awaitBegun("r1");
        // The mock consumer tells commits of assigned partitions only.
        bench.consumer.rebalance(List.of(P0));
        assertThat(bench.committed(P0)).isEqualTo(new OffsetAndMetadata(1));
    }

    @Test
    void shouldLeaveWaitingRecordsToTheNextOwnerWhenRevoked() {
        bench.catalogue = Samples.catalogue(Samples.deployment("a", 1));
        bench.assigned(P0);
        List.of("a1", "a2", "a3").forEach(id -> bench.add(attempt(id, "a", 3)));
        bench.turn(10);
        bench.acknowledgeAll();
        bench.awaitBegun("a1");

        bench.intake.finish();

        assertThat(committedOffset()).isEqualTo(1);
        bench.finish("a1");
        assertThat(Samples.of(bench.results(), Succeeded.class)).as("the running call still reports").hasSize(1);
        assertThat(bench.begun).containsExactly("a1");
    }

    @Test
    void shouldNotCallWhenTheAcknowledgementComesAfterThePartitionWasLost() {
        bench.assigned(P0).add(attempt("r1", "a", 3));
        bench.turn(10);

        bench.intake.abandon();
        bench.acknowledgeAll();

        assertThat(bench.running.size()).isZero();
        assertThat(bench.begun).isEmpty();
        assertThat(committedOffset()).isZero();
    }

    @Test
    void shouldPutUndecodableRecordsAsideAndMoveOn() {
        bench.assigned(P0);
        bench.addRaw(P0, "garbage".getBytes(StandardCharsets.UTF_8));
        bench.addRaw(P0, null);
        bench.add(attempt("r9", "a", 99));
        bench.add(attempt("r1", "a", 3));

        bench.turn(10);
        bench.acknowledgeAll();
        bench.awaitBegun("r1");
        bench.turn(200);

        List<ProducerRecord<byte[], byte[]>> dead = bench.producer.history().stream()
                .filter(item -> item.topic().equals("llm.dlq"))
                .toList();
        assertThat(dead).hasSize(3);
        assertThat(dead.getFirst().value()).isEqualTo("garbage".getBytes(StandardCharsets.UTF_8));
        assertThat(dead.getFirst().key()).containsExactly(1, 2, 3);
        assertThat(dead.getFirst().headers().lastHeader("kept").value()).containsExactly(9);
        assertThat(dead).extracting(item -> RecordHeaders.text(item.headers(), RecordHeaders.DLQ_REASON).orElseThrow())
                .containsExactly("undecodable", "undecodable", "unknown-owner-partition");
        assertThat(dead).extracting(item -> RecordHeaders.text(item.headers(), RecordHeaders.DLQ_OFFSET).orElseThrow())
                .containsExactly("0", "1", "2");
        assertThat(RecordHeaders.text(dead.getFirst().headers(), RecordHeaders.DLQ_TOPIC)).hasValue(IntakeBench.TOPIC);
        assertThat(committedOffset()).isEqualTo(4);
        assertThat(bench.metrics.stats(0).deadLetters()).isEqualTo(3);
    }

    @Test
    void shouldReadARecordAgainWhenTheRegistryCannotBeAsked() {
        bench.attempts = (topic, value) -> {
            throw new RetriableException("registry down") {};
        };
        bench.assigned(P0).add(attempt("r1", "a", 3));
        bench.turn(10);
        bench.turn(10);
        assertThat(bench.producer.history()).as("not a dead letter").isEmpty();
        assertThat(committedOffset()).isZero();

        bench.attempts = Samples.attempts();
        bench.turn(600);
        // The mock consumer forgets records it handed out, so what a broker would deliver again is put back.
        bench.startOffsetsAt(P0, 0);
        bench.add(attempt("r1", "a", 3));
        bench.turn(10);
        bench.acknowledgeAll();

        bench.awaitBegun("r1");
        assertThat(bench.consumer.paused()).isEmpty();
    }

    @Test
    void shouldWaitForTheCatalogueAndThenBlameTheWorkerWhenTheDeploymentIsUnknown() {
        bench.assigned(P0).add(attempt("r1", "new", 3));
        bench.add(attempt("r2", "newer", 3));
        bench.turn(10);
        bench.turn(4_900);
        assertThat(bench.producer.history()).isEmpty();

        bench.catalogue = Samples.catalogue(Samples.deployment("new", 4));
        bench.turn(10);
        bench.acknowledgeAll();
        bench.awaitBegun("r1");
        bench.turn(200);
        bench.acknowledgeAll();
        bench.turn(200);

        assertThat(Samples.of(bench.results(), Failed.class)).singleElement().satisfies(failed -> {
            assertThat(failed.getFailure().getKind()).isEqualTo(FailureKind.UNKNOWN);
            assertThat(failed.getFailure().getScope()).isEqualTo(FailureScope.WORKER);
            assertThat(failed.getFailure().getMessage()).contains("newer");
        });
        assertThat(committedOffset()).isEqualTo(2);
    }

    @Test
    void shouldAnnounceButNotCallAgainWhenTheSameAttemptRunsAlready() {
        bench.assigned(P0).add(attempt("r1", "a", 3));
        bench.turn(10);
        bench.acknowledgeAll();
        bench.awaitBegun("r1");

        bench.add(attempt("r1", "a", 3));
        bench.turn(10);
        bench.acknowledgeAll();
        bench.turn(200);

        assertThat(Samples.of(bench.results(), Started.class)).hasSize(2);
        assertThat(bench.begun).containsExactly("r1");
        assertThat(bench.metrics.stats(0).duplicates()).isEqualTo(1);
        assertThat(committedOffset()).isEqualTo(2);
    }

    @Test
    void shouldCountButCallAgainWhenAFinishedAttemptIsDeliveredAgain() {
        bench.assigned(P0).add(attempt("r1", "a", 3));
        bench.turn(10);
        bench.acknowledgeAll();
        bench.awaitBegun("r1");
        bench.finish("r1");

        bench.add(attempt("r1", "a", 3));
        bench.turn(10);
        bench.acknowledgeAll();

        await().until(() -> bench.begun.equals(List.of("r1", "r1")));
        assertThat(bench.metrics.stats(0).duplicates()).isEqualTo(1);
    }

    @Test
    void shouldShowTheReferenceButNeverAKeyPutInItsPlaceInTelemetry() {
        DeploymentEntry proper = Samples.deployment("a", 4);
        proper.setCredential("${file:/run/secrets/key}");
        DeploymentEntry literal = Samples.deployment("b", 4);
        literal.setCredential("sk-live-in-the-wrong-place");
        bench.catalogue = Samples.catalogue(proper, literal);
        bench.assigned(P0).add(attempt("r1", "a", 3));
        bench.add(attempt("r2", "b", 3));
        bench.turn(10);
        bench.acknowledgeAll();
        bench.awaitBegun("r1", "r2");
        bench.finish("r1");
        bench.finish("r2");

        assertThat(Samples.of(Samples.telemetryOf(bench.producer), AttemptTelemetry.class))
                .extracting(AttemptTelemetry::getCredential).containsExactlyInAnyOrder("${file:/run/secrets/key}", null);
    }

    @Test
    void shouldCommitAfterAllWhenAWakeUpHitsTheLastCommit() {
        bench.assigned(P0).add(attempt("r1", "a", 3));
        bench.turn(10);
        bench.acknowledgeAll();
        bench.awaitBegun("r1");

        bench.consumer.wakeup();
        bench.intake.finish();

        assertThat(committedOffset()).isEqualTo(1);
    }

    @Test
    void shouldTryOneRecordPerPassWhenWritesFailAtOnce() {
        bench.assigned(P0);
        IntStream.range(0, 20).forEach(i -> bench.add(attempt("r" + i, "a", 3)));
        bench.producer.sendException = new TimeoutException("buffer full");

        bench.turn(10);

        assertThat(bench.metrics.stats(0).failedStarts()).as("each may block for seconds").isEqualTo(1);
        bench.producer.sendException = null;
        bench.turn(600);
        bench.acknowledgeAll();
        await().until(() -> bench.begun.size() == 20);
    }

    @Test
    void shouldReportTheTimeInTheQueueWhenItStarts() {
        bench.catalogue = Samples.catalogue(Samples.deployment("a", 1));
        bench.assigned(P0).add(attempt("r1", "a", 3));
        bench.add(attempt("r2", "a", 3));
        bench.turn(0);
        bench.acknowledgeAll();
        bench.awaitBegun("r1");
        bench.turn(2_500);
        bench.finish("r1");
        bench.turn(500);

        AttemptEvent last = bench.results().getLast();
        assertThat(last.getRequestId()).isEqualTo("r2");
        assertThat(((Started) last.getEvent()).getQueueWaitMillis()).isEqualTo(3_000);
    }

    private void endCalls(int from, int to, int left) {
        IntStream.range(from, to).forEach(i -> bench.end("r" + i, new CallOutcome.Answered(Samples.response())));
        await().until(() -> {
            bench.acknowledgeAll();
            return bench.running.size() == left;
        });
    }

    private long committedOffset() {
        OffsetAndMetadata committed = bench.committed(P0);
        return committed == null ? 0 : committed.offset();
    }
}
