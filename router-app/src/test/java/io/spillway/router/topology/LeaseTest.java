package io.spillway.router.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.spillway.contract.RecordHeaders;
import io.spillway.router.topology.TestRouter.Answer;
import io.spillway.v1.Attempt;
import io.spillway.v1.DecisionTrigger;
import io.spillway.v1.ErrorCode;
import io.spillway.v1.FailureKind;
import io.spillway.v1.Lane;
import io.spillway.v1.RoutingDecision;

/** What time does to an attempt that is out. */
class LeaseTest {

    private static final Duration QUEUE = Duration.ofMillis(Entries.QUEUE_MILLIS).plus(TestRouter.QUEUE_GRACE);
    private static final Duration A_TICK = Duration.ofMillis(25);
    private static final Duration READING = Duration.ofMillis(ReportsRead.PATIENCE_MILLIS);

    private final TestRouter router = new TestRouter(Entries.chat("openai/gpt", "anthropic/claude"));

    @AfterEach
    void close() {
        router.close();
    }

    @Test
    void shouldTakeAnAttemptElsewhereWhenNobodyTookItUp() {
        // Given
        router.request("r1");
        assertThat(router.attempts("openai")).hasSize(1);
        router.advance(QUEUE.minus(A_TICK));
        assertThat(router.attempts("anthropic")).isEmpty();
        // When
        router.advance(A_TICK);
        // Then
        assertThat(router.attempt("anthropic").getAttempt()).isEqualTo(2);
        assertThat(router.decisions().getLast()).satisfies(decision -> {
            assertThat(decision.getTrigger()).isEqualTo(DecisionTrigger.LEASE_EXPIRED);
            assertThat(decision.getFailure()).isEqualTo(FailureKind.QUEUE_TIMEOUT);
        });
    }

    @Test
    void shouldWaitForACallThatHasBegun() {
        // Given
        router.request("r1");
        Attempt attempt = router.attempt("openai");
        router.started(attempt);
        // When
        router.advance(TestRouter.RUNNING_LEASE.minus(A_TICK));
        // Then
        assertThat(router.attempts("anthropic")).isEmpty();
        router.succeeded(attempt, "hi");
        assertThat(router.answers()).hasSize(1);
    }

    @Test
    void shouldReadTheReportsThatWaitBeforeItGivesCallsUpWhenItStoodStillItself() {
        // Given a call that began, and a router that is then stopped for longer than the lease while the call ends
        router.request("r1");
        Attempt attempt = router.attempt("openai");
        router.started(attempt);
        router.advance(A_TICK);
        router.unreadReports(1);
        // When
        router.standStill(TestRouter.RUNNING_LEASE.multipliedBy(2));
        router.unreadReports(0);
        router.succeeded(attempt, "hi");
        // Then
        assertThat(router.answers()).hasSize(1);
        assertThat(router.attempts("openai")).isEmpty();
        assertThat(router.attempts("anthropic")).isEmpty();
    }

    @Test
    void shouldNotGiveAnAttemptUpWhileItIsTooSlowToReadThatItBegan() {
        // Given a router whose ticks come in time, but which reads reports late
        router.request("r1");
        Attempt attempt = router.attempt("openai");
        router.unreadReports(2);
        // When
        router.advance(QUEUE.plusSeconds(10));
        assertThat(router.attempts("anthropic")).isEmpty();
        router.unreadReports(0);
        router.started(attempt);
        router.advance(A_TICK);
        router.succeeded(attempt, "hi");
        // Then
        assertThat(router.answer().header(RecordHeaders.ATTEMPTS)).isEqualTo("1");
    }

    @Test
    void shouldNotWaitForEverForReportsThatCannotBeRead() {
        // Given
        router.request("r1");
        router.attempt("openai");
        router.unreadReports(1);
        router.advance(QUEUE.plus(READING).minusSeconds(1));
        assertThat(router.attempts("anthropic")).isEmpty();
        // When
        router.advance(Duration.ofSeconds(1));
        // Then
        assertThat(router.attempts("anthropic")).hasSize(1);
    }

    @Test
    void shouldGiveACallUpAfterAStandstillWhenNoReportWaits() {
        // Given
        router.request("r1");
        router.started(router.attempt("openai"));
        router.advance(A_TICK);
        // When
        router.standStill(TestRouter.RUNNING_LEASE.multipliedBy(2));
        // Then
        assertThat(router.attempt("openai").getAttempt()).isEqualTo(2);
    }

    @Test
    void shouldGiveACallUpWhenItsWorkerFallsSilent() {
        // Given
        router.request("r1");
        router.started(router.attempt("openai"));
        // When
        router.advance(TestRouter.RUNNING_LEASE);
        // Then the same deployment again: it had no part in this
        Attempt second = router.attempt("openai");
        assertThat(second.getAttempt()).isEqualTo(2);
        assertThat(router.decisions().getLast().getFailure()).isEqualTo(FailureKind.WORKER_LOST);
        assertThat(router.count("spillway.attempts.failed", "kind", "WORKER_LOST")).isEqualTo(1);
        router.succeeded(second, "hi");
        assertThat(router.answer().header(RecordHeaders.ATTEMPTS)).isEqualTo("2");
    }

    @Test
    void shouldKeepARenewedCallForAsLongAsItRuns() {
        // Given two calls of which one is renewed
        router.send(Lane.INTERACTIVE, "k", TestRouter.body("x"), TestRouter.id("renewed"));
        Attempt renewed = router.attempt("openai");
        router.send(Lane.INTERACTIVE, "k", TestRouter.body("x"), TestRouter.id("silent"));
        Attempt silent = router.attempt("openai");
        router.started(renewed);
        router.started(silent);
        // When
        for (int i = 0; i < 2; i++) {
            router.advance(Duration.ofSeconds(10));
            router.renewed(Lane.INTERACTIVE, renewed);
        }
        // Then
        assertThat(router.attempts("openai")).extracting(Attempt::getRequestId).containsOnly("silent").isNotEmpty();
        router.succeeded(renewed, "hi");
        assertThat(router.answer().header(RecordHeaders.REQUEST_ID)).isEqualTo("renewed");
    }

    @Test
    void shouldNotBelieveInACallLongAfterItsTimeout() {
        router.send(Lane.INTERACTIVE, "k", TestRouter.body("x"), TestRouter.id("stuck"));
        Attempt stuck = router.attempt("openai");
        router.started(stuck);
        int renewals = 0;
        // A worker that forgot to end the call renews it for ever.
        while (router.attempts("openai").isEmpty() && renewals < 60) {
            router.renewed(Lane.INTERACTIVE, stuck);
            router.advance(Duration.ofSeconds(5));
            renewals++;
        }
        assertThat(renewals).isBetween(3, 59);
    }

    @Test
    void shouldNotRenewAnAttemptThatIsOver() {
        // Given the first attempt was given up, the second waits in a queue
        router.request("r1");
        Attempt first = router.attempt("openai");
        router.advance(QUEUE);
        assertThat(router.attempts("anthropic")).hasSize(1);
        // When a zombie renews the first
        router.renewed(Lane.INTERACTIVE, first);
        router.advance(QUEUE);
        // Then the second's queue lease ran all the same
        assertThat(router.decisions().getLast().getFailedDeployment()).isEqualTo("anthropic/claude");
    }

    @Test
    void shouldTakeARenewalForAStartThatWasMissed() {
        router.request("r1");
        Attempt attempt = router.attempt("openai");
        router.renewed(Lane.INTERACTIVE, attempt);
        router.advance(QUEUE);
        assertThat(router.attempts("anthropic")).isEmpty();
    }

    @Test
    void shouldAnswerOnceAtTheDeadlineEvenWithACallUnderWay() {
        // Given
        router.send(Lane.INTERACTIVE, "k", TestRouter.body("x"),
                TestRouter.headers(RecordHeaders.REQUEST_ID, "r1", RecordHeaders.DEADLINE, "5s"));
        Attempt attempt = router.attempt("openai");
        router.started(attempt);
        router.advance(Duration.ofMillis(4_975));
        assertThat(router.answers()).isEmpty();
        // When
        router.advance(A_TICK);
        // Then
        Answer answer = router.answer();
        assertThat(answer.json().getError().getCode()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(answer.json().getError().getRetryable()).isTrue();
        assertThat(router.decisions().getLast().getTrigger()).isEqualTo(DecisionTrigger.DEADLINE);
        // And never again
        router.succeeded(attempt, "too late");
        router.advance(Duration.ofMinutes(5));
        assertThat(router.answers()).isEmpty();
        assertThat(router.count("spillway.results.late", "succeeded", "true")).isEqualTo(1);
        assertThat(router.count("spillway.requests.failed", "code", "DEADLINE_EXCEEDED")).isEqualTo(1);
    }

    @Test
    void shouldAnswerEveryRequestAtItsOwnDeadline() {
        // Given deadlines out of order
        for (int seconds : new int[]{9, 3, 6}) {
            router.send(Lane.INTERACTIVE, "k", TestRouter.body("x"),
                    TestRouter.headers(RecordHeaders.REQUEST_ID, "r" + seconds, RecordHeaders.DEADLINE, seconds + "s"));
        }
        // When
        router.attempts("openai").forEach(router::started);
        for (int seconds = 1; seconds <= 10; seconds++) {
            router.advance(Duration.ofSeconds(1));
        }
        // Then
        assertThat(router.answers()).extracting(answer -> answer.header(RecordHeaders.REQUEST_ID)).containsExactly("r3", "r6",
                "r9");
    }

    @Test
    void shouldGiveBatchAttemptsMoreTimeInTheQueue() {
        router.request(Lane.BATCH, "r1");
        assertThat(router.attempts("openai", Lane.BATCH)).hasSize(1);
        router.advance(QUEUE.multipliedBy(5));
        assertThat(router.attempts("anthropic", Lane.BATCH)).isEmpty();
        router.advance(QUEUE.multipliedBy(5));
        assertThat(router.attempts("anthropic", Lane.BATCH)).hasSize(1);
    }

    @Test
    void shouldNumberAttemptsWithoutGaps() {
        router.request("r1");
        router.attempts("openai");
        for (int i = 0; i < 40; i++) {
            router.advance(Duration.ofSeconds(1));
        }
        assertThat(
                router.decisions().stream().filter(decision -> decision.getDeployment() != null).map(RoutingDecision::getAttempt))
                .hasSizeGreaterThan(4).isEqualTo(
                        java.util.stream.IntStream
                                .rangeClosed(1, (int) router.count("spillway.attempts.dispatched")).boxed().toList());
    }
}
