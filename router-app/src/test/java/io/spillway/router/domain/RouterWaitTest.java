package io.spillway.router.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rounds, pauses, last resort, caps and the deadline. */
class RouterWaitTest {

    private static final Instant NOW = Scene.NOW;

    @Test
    void shouldPauseLongerFromRoundToRoundUpToHalfAMinute() {
        // Given a deployment that times out whenever it is tried
        Scene scene = new Scene().tier("a").deadline(NOW.plus(Duration.ofHours(2)));
        List<Duration> pauses = new ArrayList<>();
        // When
        for (int round = 1; round <= 9; round++) {
            assertThat(scene.target()).isEqualTo("a");
            scene.failed("a", FailureKind.TIMEOUT);
            Decision.Defer defer = scene.defer();
            assertThat(defer.pausing()).isTrue();
            assertThat(defer.progress().rounds()).isEqualTo(round);
            pauses.add(Duration.between(scene.now, defer.until()));
            scene.progress = defer.progress();
            scene.now = defer.until();
        }
        // Then each is between 0.75 and 1.25 of 1, 2, 4, 8, 16 and 30 seconds
        for (int i = 0; i < pauses.size(); i++) {
            long base = Math.min(1_000L << Math.min(i, 5), 32_000);
            assertThat(pauses.get(i)).isBetween(Duration.ofMillis((long) (base * 0.74)),
                    Duration.ofMillis(Math.min((long) (base * 1.26), 30_000)));
        }
        assertThat(pauses.getLast()).isGreaterThan(Duration.ofSeconds(20)).isLessThanOrEqualTo(Router.LONGEST_PAUSE);
    }

    @Test
    void shouldSpreadThePausesOfDifferentRequests() {
        List<Instant> ends = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            ends.add(new Scene().tier("a").id("request-" + i).failed("a", FailureKind.TIMEOUT).defer().until());
        }
        assertThat(ends.stream().distinct().count()).isGreaterThan(120);
        assertThat(ends.stream().map(end -> Duration.between(NOW, end)).sorted().toList())
                .satisfies(sorted -> assertThat(sorted.getLast().minus(sorted.getFirst())).isGreaterThan(Duration.ofMillis(400)));
    }

    @Test
    void shouldNotHoldBackATriedDeploymentForOneThatRestsForHours() {
        // Given b is out of quota for the day, and a timed out once
        Scene scene = new Scene().tier("a").tier("b").deadline(NOW.plus(Duration.ofHours(9)))
                .health("b", Scene.suspended(NOW.plus(Duration.ofHours(8)), NOW)).failed("a", FailureKind.TIMEOUT);
        // When
        Decision.Defer defer = scene.defer();
        // Then a second round with a begins soon
        assertThat(defer.progress().rounds()).isEqualTo(1);
        assertThat(defer.until()).isBefore(NOW.plusSeconds(2));
        scene.progress = defer.progress();
        scene.now = defer.until();
        assertThat(scene.target()).isEqualTo("a");
    }

    @Test
    void shouldWaitForAnUntriedDeploymentThatIsBackSooner() {
        Scene scene = new Scene().tier("a").tier("b").health("b", Scene.cooling(NOW.plusMillis(300), NOW)).failed("a",
                FailureKind.TIMEOUT);
        Decision.Defer defer = scene.defer();
        assertThat(defer.until()).isEqualTo(NOW.plusMillis(300));
        assertThat(defer.pausing()).isFalse();
        assertThat(defer.progress().rounds()).isZero();
    }

    @Test
    void shouldWaitForAPlaceRatherThanBeginARound() {
        Scene scene = new Scene().tier("a").tier("b").full("b").failed("a", FailureKind.TIMEOUT);
        assertThat(scene.defer().progress().rounds()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0, 200", "100, 200", "5000, 5000", "3600000, 120000", "-7, 200", "9223372036854775807, 120000"})
    void shouldTakeAWaitingHintWithinReason(long hintMillis, long pauseMillis) {
        // Given what a provider may say: at once, soon, in an hour, nonsense
        Scene scene = new Scene().tier("a").deadline(NOW.plus(Duration.ofHours(1))).failed("a",
                new AttemptFailure(FailureKind.RATE_LIMITED, SendState.ANSWERED, false,
                        Optional.of(Duration.ofMillis(hintMillis))));
        // Then
        assertThat(scene.progress.visits().get("a").notBefore()).contains(NOW.plusMillis(pauseMillis));
    }

    @Test
    void shouldNotNeedAHintAfterARateLimit() {
        // A rival's bug: no failover on a 429 without Retry-After.
        Scene scene = new Scene().tier("a").tier("b").failed("a", FailureKind.RATE_LIMITED);
        assertThat(scene.target()).isEqualTo("b");
    }

    @Test
    void shouldKeepAHintOverTheEndOfARound() {
        Scene scene = new Scene().tier("a").tier("b").deadline(NOW.plus(Duration.ofHours(1)))
                .failed("a",
                        new AttemptFailure(FailureKind.RATE_LIMITED, SendState.ANSWERED, false,
                                Optional.of(Duration.ofSeconds(100))))
                .failed("b", FailureKind.TIMEOUT);
        Decision.Defer defer = scene.defer();
        assertThat(defer.progress().rounds()).isEqualTo(1);
        scene.progress = defer.progress();
        scene.now = defer.until();
        assertThat(scene.target()).isEqualTo("b");
        assertThat(scene.dispatch().rejected()).extracting(Rejection::deployment).containsExactly("a");
    }

    @Test
    void shouldTryTheLastResortWhenTheDeadlineIsNear() {
        // Given everything is down, and the last resort needs five seconds
        Scene scene = new Scene().tier("a").lastResort("local", Duration.ofSeconds(5)).deadline(NOW.plusSeconds(20)).health("a",
                Scene.broken(NOW.plusSeconds(60), NOW));
        // When there is time, it is kept for later
        Decision.Defer defer = scene.defer();
        assertThat(defer.until()).isEqualTo(NOW.plusSeconds(15));
        // Then it is not
        scene.now = defer.until();
        Decision.Dispatch dispatch = scene.dispatch();
        assertThat(dispatch.deployment().id()).isEqualTo("local");
        assertThat(dispatch.tier().index()).isEqualTo(1);
    }

    @Test
    void shouldTryTheLastResortWhenNoMorePaidCallsAreAllowed() {
        Scene scene = new Scene().tier("a").tier("b").lastResort("local", Duration.ofSeconds(5)).maxPaidCalls(1).failed("a",
                paid());
        assertThat(scene.target()).isEqualTo("local");
        // And when it failed too
        assertThat(scene.failed("local", FailureKind.MALFORMED_RESPONSE).reject().code())
                .isEqualTo(ErrorCode.ALL_PROVIDERS_UNAVAILABLE);
    }

    @Test
    void shouldStopAtTheCapOnPaidCalls() {
        Scene scene = new Scene().tier("a").tier("b").tier("c").maxPaidCalls(2);
        scene.failed("a", paid());
        assertThat(scene.target()).isEqualTo("b");
        scene.failed("b", paid());
        Decision.Reject reject = scene.reject();
        assertThat(reject.code()).isEqualTo(ErrorCode.ALL_PROVIDERS_UNAVAILABLE);
        assertThat(reject.code().retryable()).isTrue();
        assertThat(reject.reason()).startsWith("2 failed calls may have been billed");
    }

    @Test
    void shouldNotCountFailuresNobodyBills() {
        Scene scene = new Scene().tier("a").tier("b").tier("c").maxPaidCalls(1).failed("a", FailureKind.OVERLOADED).failed("b",
                FailureKind.RATE_LIMITED);
        assertThat(scene.target()).isEqualTo("c");
    }

    @ParameterizedTest
    @CsvSource({"50, true", "51, false", "-1, true"})
    void shouldEndAtTheDeadline(long millisLeft, boolean over) {
        Scene scene = new Scene().tier("a").deadline(NOW.plusMillis(millisLeft));
        if (over) {
            assertThat(scene.reject().code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        } else {
            assertThat(scene.target()).isEqualTo("a");
        }
    }

    @Test
    void shouldNameTheLastFailureAtTheDeadline() {
        Scene scene = new Scene().tier("a").failed("a", FailureKind.OVERLOADED).deadline(NOW);
        assertThat(scene.reject().message())
                .isEqualTo("no answer before the deadline after 1 attempts, the last failure was OVERLOADED");
    }

    @Test
    void shouldNeverWaitBeyondTheDeadline() {
        Scene scene = new Scene().tier("a").deadline(NOW.plusSeconds(3)).health("a", Scene.broken(NOW.plusSeconds(60), NOW));
        assertThat(scene.defer().until()).isEqualTo(NOW.plusSeconds(3));
    }

    private static AttemptFailure paid() {
        return new AttemptFailure(FailureKind.TIMEOUT, SendState.MAYBE_SENT, true, Optional.empty());
    }
}
