package io.spillway.worker.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.LongFunction;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.node.MissingNode;

import io.spillway.v1.FailureKind;
import io.spillway.v1.Lane;
import io.spillway.v1.Limits;
import io.spillway.v1.SendState;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.Failures;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.RetryHints;

/** A limiter, lanes that want permits and a provider, in simulated time. */
class LimiterScenarioTest {

    private static final Feedback SUCCESS = new Feedback(Feedback.Load.LIGHT, 100, 0);
    private static final long MINUTE = 60_000;

    /** A lane that always wants another call, each so long and of so many tokens. */
    private record Load(Lane lane, long everyMillis, long callMillis, long tokens) {}

    private record Running(Load load, Permit permit, long endsAt) {}

    private static final class Counts {
        private int calls;
        private int refusals;
        private long busyMillis;
        private long longestWait;
        private long waitsSince = -1;
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "3600", "Sat, 21 Nov 2026 12:00:00 GMT", "Sat, 21 Nov 2026 10:00:20 GMT", "soon", "-7",
            "99999999999"})
    void shouldSurviveAStormOf429sWhateverItsRetryAfterSays(String retryAfter) {
        DeploymentLimiter limiter = new DeploymentLimiter(Limits.newBuilder().setConcurrency(64).build(), 0);
        Feedback refused = Feedback.of(new CallOutcome.Failed(failure(retryAfter)));
        List<Load> loads = List.of(new Load(Lane.INTERACTIVE, 0, 100, 1));

        // Given: half a minute of refusals
        Counts storm = run(limiter, loads, 0, 30_000, now -> refused).get(Lane.INTERACTIVE);

        // Then
        assertThat(storm.calls).as("64 at once, then few; without holding back it would be 19,200").isBetween(64, 200);
        assertThat(limiter.limit()).isLessThanOrEqualTo(32);

        // When: the provider has recovered
        Counts after = run(limiter, loads, 30_000, 30_000 + 3 * MINUTE, now -> SUCCESS).get(Lane.INTERACTIVE);

        // Then
        assertThat(after.longestWait).as("clamped").isLessThanOrEqualTo(120_000);
        assertThat(limiter.limit()).isEqualTo(64);
        assertThat(after.calls).isGreaterThan(10_000);
    }

    @Test
    void shouldGoDownToOneCallAtATimeWhenTheStormLasts() {
        DeploymentLimiter limiter = new DeploymentLimiter(Limits.newBuilder().setConcurrency(64).build(), 0);
        Feedback refused = Feedback.of(new CallOutcome.Failed(failure("1")));

        Counts storm = run(limiter, List.of(new Load(Lane.INTERACTIVE, 0, 100, 1)), 0, 10 * MINUTE, now -> refused)
                .get(Lane.INTERACTIVE);

        assertThat(limiter.limit()).isEqualTo(1);
        assertThat(storm.calls).as("one each 1.1 s after the first seconds").isBetween(500, 700);
    }

    @ParameterizedTest
    @CsvSource({"16,100,10000", "16,100,100", "64,1000,60000", "8,10000,100"})
    void shouldLeaveBatchAnEighthOfTheTimeInFlightWhenBothLanesAlwaysWait(int concurrency, long interactiveMillis,
            long batchMillis) {
        Load interactive = new Load(Lane.INTERACTIVE, 0, interactiveMillis, 1);
        Limits limits = Limits.newBuilder().setConcurrency(concurrency).build();
        int alone = run(new DeploymentLimiter(limits, 0), List.of(interactive), 0, 30 * MINUTE, now -> SUCCESS)
                .get(Lane.INTERACTIVE).calls;

        Map<Lane, Counts> both = run(new DeploymentLimiter(limits, 0),
                List.of(interactive, new Load(Lane.BATCH, 0, batchMillis, 1)), 0, 30 * MINUTE, now -> SUCCESS);

        assertThat(both.get(Lane.INTERACTIVE).calls).isGreaterThan(alone * 7 / 8 - alone / 50);
        assertThat(both.get(Lane.BATCH).calls).isPositive();
        assertThat(both.get(Lane.BATCH).longestWait).as("never starved")
                .isLessThan(2 * Math.max(batchMillis, 8 * interactiveMillis));
        assertThat(both.get(Lane.BATCH).busyMillis).isLessThan(concurrency * 30 * MINUTE / 7);
    }

    @Test
    void shouldLeaveBatchAnEighthOfThePaceWhenTokensAreScarce() {
        Limits limits = Limits.newBuilder().setConcurrency(1_000).setTokensPerMinute(600_000L).build();
        Load interactive = new Load(Lane.INTERACTIVE, 0, 10, 100);
        Load batch = new Load(Lane.BATCH, 0, 10, 20_000);

        Map<Lane, Counts> both = run(new DeploymentLimiter(limits, 0), List.of(interactive, batch), 0, 20 * MINUTE,
                now -> new Feedback(Feedback.Load.LIGHT, -1, 0));

        long interactiveTokens = both.get(Lane.INTERACTIVE).calls * 100L;
        long batchTokens = both.get(Lane.BATCH).calls * 20_000L;
        assertThat(batchTokens).as("not starved").isGreaterThan(600_000);
        assertThat(batchTokens * 7).isLessThanOrEqualTo(interactiveTokens + 7 * 20_000);
        assertThat(interactiveTokens + batchTokens).as("the pace is kept").isBetween(11_000_000L, 12_200_000L);
    }

    @Test
    void shouldNotStarveBatchWhenThePaceAllowsOneCallAtATime() {
        Limits limits = Limits.newBuilder().setConcurrency(64).setRequestsPerMinute(2L).build();

        Map<Lane, Counts> both = run(new DeploymentLimiter(limits, 0),
                List.of(new Load(Lane.INTERACTIVE, 0, 100, 1), new Load(Lane.BATCH, 0, 100, 1)), 0, 80 * MINUTE, now -> SUCCESS);

        assertThat(both.get(Lane.BATCH).calls).isBetween(18, 21);
        assertThat(both.get(Lane.INTERACTIVE).calls).isBetween(138, 143);
    }

    @Test
    void shouldStartInteractiveCallsAtOnceWhenBatchFillsTheRest() {
        DeploymentLimiter limiter = new DeploymentLimiter(Limits.newBuilder().setConcurrency(8).build(), 0);

        Map<Lane, Counts> both = run(limiter,
                List.of(new Load(Lane.INTERACTIVE, 500, 100, 1), new Load(Lane.BATCH, 0, MINUTE, 1)), 0, 30 * MINUTE,
                now -> SUCCESS);

        assertThat(both.get(Lane.INTERACTIVE).calls).isEqualTo(3_600);
        assertThat(both.get(Lane.INTERACTIVE).refusals).isZero();
        assertThat(both.get(Lane.BATCH).busyMillis).as("seven of eight").isGreaterThan(30 * MINUTE * 6);
    }

    @Test
    void shouldLetBatchUseEverythingWhenNothingInteractiveComes() {
        DeploymentLimiter limiter = new DeploymentLimiter(Limits.newBuilder().setConcurrency(8).build(), 0);

        Counts batch = run(limiter, List.of(new Load(Lane.BATCH, 0, 1_000, 1)), 0, 10 * MINUTE, now -> SUCCESS).get(Lane.BATCH);

        assertThat(batch.busyMillis).isGreaterThan(8 * 9 * MINUTE);
    }

    private static Map<Lane, Counts> run(DeploymentLimiter limiter, List<Load> loads, long from, long until,
            LongFunction<Feedback> provider) {
        Map<Lane, Counts> counts = Map.of(Lane.INTERACTIVE, new Counts(), Lane.BATCH, new Counts());
        PriorityQueue<Running> running = new PriorityQueue<>(Comparator.comparingLong(Running::endsAt));
        List<Load> order = new ArrayList<>(loads);
        for (long now = from; now < until; now += 10) {
            while (!running.isEmpty() && running.peek().endsAt() <= now) {
                Running ended = running.poll();
                ended.permit().finish(provider.apply(now), now);
                counts.get(ended.load().lane()).busyMillis += ended.load().callMillis();
            }
            for (Load load : order) {
                if (load.everyMillis() == 0 || now % load.everyMillis() == 0) {
                    ask(limiter, load, counts.get(load.lane()), running, now);
                }
            }
        }
        running.forEach(left -> left.permit().finish(provider.apply(until), until));
        return counts;
    }

    private static void ask(DeploymentLimiter limiter, Load load, Counts counts, PriorityQueue<Running> running, long now) {
        boolean isOne = load.everyMillis() > 0;
        while (true) {
            Permit permit = limiter.tryAcquire(load.lane(), load.tokens(), now);
            if (permit == null) {
                counts.refusals++;
                counts.waitsSince = counts.waitsSince < 0 ? now : counts.waitsSince;
                return;
            }
            assertThat(limiter.inFlight()).isLessThanOrEqualTo(limiter.limit());
            counts.calls++;
            counts.longestWait = Math.max(counts.longestWait, counts.waitsSince < 0 ? 0 : now - counts.waitsSince);
            counts.waitsSince = -1;
            running.add(new Running(load, permit, now + load.callMillis()));
            if (isOne) {
                return;
            }
        }
    }

    private static io.spillway.v1.Failure failure(String retryAfter) {
        var failure = Failures.of(FailureKind.RATE_LIMITED, SendState.ANSWERED, "slow down");
        HttpAnswer answer = new HttpAnswer(429, Map.of("retry-after", List.of(retryAfter)), new byte[0]);
        RetryHints.of(answer, MissingNode.getInstance(), Samples.NOW)
                .ifPresent(hint -> failure.setRetryAfterMillis(hint.toMillis()));
        return failure;
    }
}
