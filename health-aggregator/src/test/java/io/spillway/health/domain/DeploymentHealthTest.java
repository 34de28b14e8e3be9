package io.spillway.health.domain;

import static io.spillway.health.domain.FailureKind.AUTHENTICATION_FAILED;
import static io.spillway.health.domain.FailureKind.CONNECTION_FAILED;
import static io.spillway.health.domain.FailureKind.INVALID_REQUEST;
import static io.spillway.health.domain.FailureKind.RATE_LIMITED;
import static io.spillway.health.domain.FailureKind.SERVER_ERROR;
import static io.spillway.health.domain.FailureKind.TIMEOUT;
import static io.spillway.health.domain.Samples.START;
import static io.spillway.health.domain.Samples.at;
import static io.spillway.health.domain.Samples.failure;
import static io.spillway.health.domain.Samples.probe;
import static io.spillway.health.domain.Samples.rateLimited;
import static io.spillway.health.domain.Samples.success;
import static org.assertj.core.api.Assertions.assertThat;

import io.spillway.health.domain.Transition.Cause;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DeploymentHealthTest {

    private final DeploymentHealth health = DeploymentHealth.unknown("openai/gpt/eu", HealthPolicy.defaults(), START);

    @Test
    void shouldBeClosedWhenNothingIsKnown() {
        // When
        HealthView view = health.view(at(1));

        // Then
        assertThat(view).isEqualTo(new HealthView(START.toEpochMilli(), at(1), BreakerPosition.CLOSED, none(), none(), none(), 1,
                none(), none(), Duration.ofSeconds(600), 0, 0, Map.of(), view.latency(), view.firstByte(), view.queueWait(),
                DeploymentLoad.NONE, "closed: nothing has opened it yet"));
        assertThat(view.latency().n()).isZero();
    }

    @Test
    void shouldOpenByRateAndSayWhy() {
        // Given: two of three succeed, never five failures in a row
        List<Transition> transitions = List.of();
        int second = 0;
        while (transitions.isEmpty()) {
            assertThat(second).isLessThan(100);
            transitions = health.apply(second % 3 == 0 ? failure(at(second), SERVER_ERROR) : success(at(second)), at(second));
            second++;
        }

        // Then
        HealthView view = health.view(at(second));
        assertThat(transitions).extracting(Transition::cause).containsExactly(Cause.OPENED_BY_RATE);
        assertThat(view.breaker()).isEqualTo(BreakerPosition.OPEN);
        assertThat(view.openUntil().orElseThrow()).isBetween(at(second + 23), at(second + 36));
        assertThat(view.errorRate()).isGreaterThan(0.15);
        assertThat(view.failures()).containsOnlyKeys(SERVER_ERROR);
        assertThat(view.reason()).matches("opened: \\d+ of \\d+ results in 60 s failed \\(3\\d %, lower bound .* > .*\\), "
                + "mostly SERVER_ERROR");
        assertThat(view.epoch()).isEqualTo(transitions.getFirst().epoch()).isGreaterThan(START.toEpochMilli());
    }

    @Test
    void shouldOpenOnFiveSickResultsInARowDespiteNeutralOnesBetween() {
        // When
        List<Transition> transitions = List.of();
        for (int i = 0; i < 5; i++) {
            assertThat(transitions).isEmpty();
            assertThat(health.apply(failure(at(i), INVALID_REQUEST), at(i))).isEmpty();
            transitions = health.apply(failure(at(i), i < 4 ? TIMEOUT : SERVER_ERROR), at(i));
        }

        // Then
        assertThat(transitions).extracting(Transition::reason)
                .containsExactly("opened: 5 results in a row failed, the last with SERVER_ERROR");
    }

    @Test
    void shouldOpenOnThreeFailuresToConnect() {
        // When
        health.apply(failure(at(0), CONNECTION_FAILED), at(0));
        health.apply(failure(at(1), CONNECTION_FAILED), at(1));
        List<Transition> transitions = health.apply(failure(at(2), CONNECTION_FAILED), at(2));

        // Then
        assertThat(transitions).extracting(Transition::reason)
                .containsExactly("opened: 3 calls in a row could not connect (CONNECTION_FAILED)");
    }

    @Test
    void shouldNameTheMostFrequentKindWhenStricterNumbersOpenByTime() {
        // Given
        health.apply(failure(at(0), INVALID_REQUEST), at(0));
        health.apply(failure(at(0), INVALID_REQUEST), at(0));
        health.apply(failure(at(0), TIMEOUT), at(0));
        HealthPolicy defaults = HealthPolicy.defaults();
        HealthPolicy strict = new HealthPolicy(
                new HealthPolicy.Opening(0.15, 2.33, 10, 5, defaults.opening().windows(), 1, 1), defaults.openTime(),
                defaults.probing(), defaults.cooldown(), defaults.suspension(), defaults.reporting());

        // When
        health.adopt(strict);
        List<Transition> transitions = health.tick(at(1));

        // Then
        assertThat(transitions).extracting(Transition::reason)
                .containsExactly("opened: 1 results in a row failed, the last with TIMEOUT");
    }

    @Test
    void shouldOpenByRateOnceOldSuccessesHaveLeftTheWindow() {
        // Given: many successes, then failures with a success now and then
        for (int i = 0; i < 300; i++) {
            health.apply(success(at(0)), at(0));
        }
        for (int i = 0; i < 12; i++) {
            AttemptSample sample = i % 4 == 3 ? success(at(15)) : failure(at(15), SERVER_ERROR);
            assertThat(health.apply(sample, at(15))).isEmpty();
        }

        // When
        List<Transition> before = health.tick(at(69));
        List<Transition> after = health.tick(at(70));

        // Then
        assertThat(before).isEmpty();
        assertThat(after).extracting(Transition::cause).containsExactly(Cause.OPENED_BY_RATE);
    }

    @Test
    void shouldNeverOpenOrSuspendOnFullLimits() {
        // When
        for (int i = 0; i < 100; i++) {
            health.apply(rateLimited(at(i), Duration.ofSeconds(20)), at(i));
        }

        // Then
        HealthView view = health.view(at(99));
        assertThat(view.breaker()).isEqualTo(BreakerPosition.CLOSED);
        assertThat(view.n()).isZero();
        assertThat(view.errorRate()).isZero();
        assertThat(view.cooldownUntil()).contains(at(119));
        assertThat(view.reason()).isEqualTo("resting for 20 s after a rate limit, the provider asked for 20 s");
        assertThat(health.view(at(119)).cooldownUntil()).isEmpty();
        assertThat(health.view(at(119)).reason()).isEqualTo("closed: nothing has opened it yet");
    }

    @Test
    void shouldPublishACooldownOnceButNotEveryMillisecondOfIt() {
        // When
        List<Transition> first = health.apply(failure(START, RATE_LIMITED), START);
        List<Transition> burst = health.apply(failure(START.plusMillis(5), RATE_LIMITED), START.plusMillis(5));
        List<Transition> longer = health.apply(rateLimited(START.plusMillis(9), Duration.ofSeconds(30)), START.plusMillis(9));

        // Then
        assertThat(first).extracting(Transition::reason)
                .containsExactly("resting for 1 s after a rate limit, the provider gave no hint");
        assertThat(burst).isEmpty();
        assertThat(longer).extracting(Transition::cause).containsExactly(Cause.COOLDOWN);
        assertThat(longer.getFirst().epoch()).isGreaterThan(first.getFirst().epoch());
    }

    @Test
    void shouldComeBackByProbesAndRampAndForgetWhatOpenedIt() {
        // Given
        open();
        Instant now = health.view(at(5)).openUntil().orElseThrow();

        // When
        assertThat(health.tick(now)).extracting(Transition::cause).containsExactly(Cause.PROBE_GRANTED);
        for (int i = 0; i < 3; i++) {
            HealthView halfOpen = health.view(now);
            assertThat(halfOpen.breaker()).isEqualTo(BreakerPosition.HALF_OPEN);
            assertThat(halfOpen.grant().orElseThrow().id()).isEqualTo(halfOpen.epoch());
            now = now.plusSeconds(2);
            health.apply(probe(now, new Outcome.Succeeded(), halfOpen.grant().orElseThrow().id()), now);
        }

        // Then
        HealthView closed = health.view(now);
        assertThat(closed.breaker()).isEqualTo(BreakerPosition.CLOSED);
        assertThat(closed.rampStartedAt()).contains(now);
        assertThat(closed.n()).isZero();
        assertThat(closed.failures()).isEmpty();
        assertThat(closed.grant()).isEmpty();
        assertThat(health.tick(now.plusSeconds(59))).isEmpty();
        assertThat(health.tick(now.plusSeconds(60))).extracting(Transition::cause).containsExactly(Cause.RAMP_FINISHED);
        assertThat(health.view(now.plusSeconds(60)).rampStartedAt()).isEmpty();
    }

    @Test
    void shouldNotCountCallsThatHungSinceBeforeTheClosing() {
        // Given
        Instant closedAt = openAndClose();
        Instant now = closedAt.plusSeconds(30);

        // When: ten calls that were sent before the opening time out now, and a late probe with them
        for (int i = 0; i < 10; i++) {
            health.apply(Samples.sample(now, new Outcome.Failed(TIMEOUT), 120_000, OptionalLong.empty()), now);
        }
        health.apply(probe(now, new Outcome.Failed(TIMEOUT), 1), now);

        // Then
        assertThat(health.view(now).breaker()).isEqualTo(BreakerPosition.CLOSED);
        assertThat(health.view(now).n()).isZero();
    }

    @Test
    void shouldReopenForLongerInTheRamp() {
        // Given
        Instant now = openAndClose().plusSeconds(5);

        // When
        health.apply(failure(now, SERVER_ERROR), now);
        List<Transition> transitions = health.apply(failure(now, SERVER_ERROR), now);

        // Then
        assertThat(transitions).extracting(Transition::cause).containsExactly(Cause.OPENED_IN_RAMP);
        assertThat(Duration.between(now, health.view(now).openUntil().orElseThrow()).toSeconds()).isBetween(48L, 72L);
    }

    @Test
    void shouldSuspendAndResumeWithoutAnOperator() {
        // When
        List<Transition> suspended = health.apply(failure(START, AUTHENTICATION_FAILED), START);
        HealthView waiting = health.view(at(1));
        List<Transition> due = health.tick(at(60));
        HealthView rechecking = health.view(at(60));
        List<Transition> resumed = health.apply(probe(at(62), new Outcome.Succeeded(), rechecking.epoch()), at(62));

        // Then
        assertThat(suspended).extracting(Transition::cause).containsExactly(Cause.SUSPENDED);
        assertThat(waiting.breaker()).isEqualTo(BreakerPosition.OPEN);
        assertThat(waiting.openUntil()).contains(at(60));
        assertThat(waiting.suspension()).contains(new Suspension(AUTHENTICATION_FAILED, 1, START));
        assertThat(waiting.n()).isZero();
        assertThat(due).extracting(Transition::cause).containsExactly(Cause.PROBE_GRANTED);
        assertThat(rechecking.breaker()).isEqualTo(BreakerPosition.HALF_OPEN);
        assertThat(rechecking.suspension()).isPresent();
        assertThat(rechecking.grant()).contains(new ProbeGrant(rechecking.epoch(), at(240)));
        assertThat(resumed).extracting(Transition::cause).containsExactly(Cause.RESUMED);
        assertThat(health.view(at(62)).suspension()).isEmpty();
        assertThat(health.view(at(62)).breaker()).isEqualTo(BreakerPosition.CLOSED);
    }

    @Test
    void shouldShowTheOpeningAsReasonWhenItRestsToo() {
        // Given
        open();

        // When
        health.apply(rateLimited(at(5), Duration.ofSeconds(60)), at(5));

        // Then
        HealthView view = health.view(at(6));
        assertThat(view.cooldownUntil()).isPresent();
        assertThat(view.reason()).startsWith("opened: 5 results in a row failed");
    }

    @Test
    void shouldLeaveOutWhatIsTooOldToJudge() {
        // When
        for (int i = 0; i < 10; i++) {
            health.apply(failure(START, SERVER_ERROR), at(700));
        }

        // Then
        assertThat(health.tooOld()).isEqualTo(10);
        assertThat(health.view(at(700)).breaker()).isEqualTo(BreakerPosition.CLOSED);
    }

    @Test
    void shouldPublishPercentilesWithTheNumberBehindThem() {
        // Given
        for (int i = 1; i <= 19; i++) {
            health.apply(success(at(0), i * 100), at(0));
        }

        // When
        HealthView few = health.view(at(0));
        health.apply(success(at(0), 2_000), at(0));
        HealthView enough = health.view(at(0));

        // Then
        assertThat(few.latency().n()).isEqualTo(19);
        assertThat(few.latency().p99Ms()).isEmpty();
        assertThat(few.latency().maxMs().orElseThrow()).isBetween(1_900L, 1_919L);
        assertThat(enough.latency().p50Ms().orElseThrow()).isBetween(1_000L, 1_010L);
        assertThat(enough.latency().p99Ms().orElseThrow()).isBetween(2_000L, 2_020L);
        assertThat(enough.firstByte().p50Ms().orElseThrow()).isBetween(500L, 505L);
        assertThat(enough.queueWait().p50Ms()).hasValue(7);
        assertThat(enough.window()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void shouldSumTheWorkersThatStillReport() {
        // When
        health.heartbeat("one", new WorkerLoad(3, 10, 1, Duration.ofSeconds(9)), at(0));
        health.heartbeat("two", new WorkerLoad(9, 10, 9, Duration.ofSeconds(99)), at(5));
        health.heartbeat("two", new WorkerLoad(4, 8, 0, Duration.ofSeconds(2)), at(10));

        // Then
        assertThat(health.view(at(14)).load()).isEqualTo(new DeploymentLoad(2, 7, 18, 1, Duration.ofSeconds(9)));
        assertThat(health.view(at(15)).load()).isEqualTo(new DeploymentLoad(1, 4, 8, 0, Duration.ofSeconds(2)));
        assertThat(health.view(at(25)).load()).isEqualTo(DeploymentLoad.NONE);
    }

    @Test
    void shouldRaiseTheEpochWithEveryTransitionAndAcrossALostMemory() {
        // Given
        open();
        long before = health.view(at(5)).epoch();

        // When
        DeploymentHealth reborn = DeploymentHealth.unknown("openai/gpt/eu", HealthPolicy.defaults(), at(6));

        // Then
        assertThat(reborn.view(at(6)).epoch()).isGreaterThan(before);
    }

    @Test
    void shouldKeepWorkingWhenTheClockStepsBackByHours() {
        // Given
        Instant later = at(7_200);
        for (int i = 0; i < 5; i++) {
            health.apply(failure(later, SERVER_ERROR), later);
        }

        // When: the clock is two hours earlier again, the deployment answers
        for (int i = 0; i < 600 && health.view(at(i)).breaker() != BreakerPosition.CLOSED; i++) {
            Instant now = at(i);
            health.tick(now);
            health.view(now).grant().ifPresent(grant -> health.apply(probe(now, new Outcome.Succeeded(), grant.id()), now));
        }

        // Then
        assertThat(health.view(at(10)).breaker()).isEqualTo(BreakerPosition.CLOSED);
        health.apply(success(at(11)), at(11));
        assertThat(health.view(at(11)).n()).isEqualTo(1);
    }

    private void open() {
        for (int i = 0; i < 5; i++) {
            health.apply(failure(at(i), SERVER_ERROR), at(i));
        }
        assertThat(health.view(at(4)).breaker()).isEqualTo(BreakerPosition.OPEN);
    }

    private Instant openAndClose() {
        open();
        Instant now = health.view(at(5)).openUntil().orElseThrow();
        health.tick(now);
        for (int i = 0; i < 3; i++) {
            now = now.plusSeconds(1);
            health.apply(probe(now, new Outcome.Succeeded(), health.view(now).grant().orElseThrow().id()), now);
        }
        assertThat(health.view(now).breaker()).isEqualTo(BreakerPosition.CLOSED);
        return now;
    }

    private static <T> Optional<T> none() {
        return Optional.empty();
    }
}
