package io.spillway.router.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.spillway.router.domain.Rejection.Reason;

/** What the health-aggregator's word does to a decision. */
class RouterHealthTest {

    private static final Instant NOW = Scene.NOW;

    @Test
    void shouldPassOverABreakerThatIsOpen() {
        Scene scene = new Scene().tier("a").tier("b").health("a", Scene.broken(NOW.plusSeconds(9), NOW));
        Decision.Dispatch dispatch = scene.dispatch();
        assertThat(dispatch.deployment().id()).isEqualTo("b");
        assertThat(dispatch.rejected()).containsExactly(
                new Rejection("a", 0, Reason.BREAKER_OPEN, "12 of 40 calls failed", Optional.of(NOW.plusSeconds(9))));
    }

    @Test
    void shouldWaitForTheEarliestDeploymentToComeBack() {
        Scene scene = new Scene().tier("a").tier("b").tier("c").health("a", Scene.broken(NOW.plusSeconds(9), NOW))
                .health("b", Scene.cooling(NOW.plusSeconds(4), NOW)).health("c", Scene.suspended(NOW.plusSeconds(6), NOW));
        Decision.Defer defer = scene.defer();
        assertThat(defer.until()).isEqualTo(NOW.plusSeconds(4));
        assertThat(defer.pausing()).isFalse();
        assertThat(defer.rejected()).extracting(Rejection::reason).containsExactly(Reason.BREAKER_OPEN, Reason.COOLDOWN,
                Reason.SUSPENDED);
    }

    @Test
    void shouldLookAgainAfterHalfAMinuteAtTheLatest() {
        Scene scene = new Scene().tier("a").health("a", Scene.suspended(NOW.plusSeconds(3_600), NOW));
        assertThat(scene.defer().until()).isEqualTo(NOW.plus(Router.LONGEST_PAUSE));
    }

    @Test
    void shouldUseTheRequestAsTheGrantedProbe() {
        Scene scene = new Scene().tier("a").health("a", Scene.halfOpen(Optional.of("probe-7"), NOW));
        Decision.Dispatch dispatch = scene.dispatch();
        assertThat(dispatch.probe()).contains("probe-7");
        assertThat(dispatch.reason()).contains("as a health probe");
    }

    @Test
    void shouldPassOverAHalfOpenBreakerWhenItsProbeIsTaken() {
        Scene scene = new Scene().tier("a").tier("b").health("a", Scene.halfOpen(Optional.empty(), NOW));
        Decision.Dispatch dispatch = scene.dispatch();
        assertThat(dispatch.deployment().id()).isEqualTo("b");
        assertThat(dispatch.probe()).isEmpty();
        assertThat(dispatch.rejected()).extracting(Rejection::reason).containsExactly(Reason.PROBE_TAKEN);
    }

    @Test
    void shouldUseABrokenDeploymentThatStillAnswersWhenNoOtherIsLeft() {
        // Given b is down altogether, and a answers some
        Scene scene = new Scene().tier("b").tier("a").health("b", Scene.broken(NOW.plusSeconds(5), NOW)).health("a",
                Scene.ailing(1, NOW.plusSeconds(9), NOW));
        // When
        Decision.Dispatch dispatch = scene.dispatch();
        // Then
        assertThat(dispatch.deployment().id()).isEqualTo("a");
        assertThat(dispatch.probe()).isEmpty();
        assertThat(dispatch.reason()).isEqualTo("the only one eligible in tier 2, its breaker is open but no other is left");
        assertThat(dispatch.rejected()).extracting(Rejection::reason).containsOnly(Reason.BREAKER_OPEN);
    }

    @Test
    void shouldPreferAnyDeploymentThatIsWell() {
        Scene scene = new Scene().tier("a").tier("b").health("a", Scene.ailing(1, NOW.plusSeconds(9), NOW));
        assertThat(scene.target()).isEqualTo("b");
    }

    @Test
    void shouldSendABrokenDeploymentItsShareAndNoMore() {
        int sent = 0;
        for (int i = 0; i < 1_000; i++) {
            Scene scene = new Scene().id("r" + i).tier("a").health("a", Scene.ailing(0.25, NOW.plusSeconds(9), NOW));
            Decision first = scene.decide();
            // Looking again a moment later is not another chance.
            scene.now = NOW.plusMillis(25);
            assertThat(scene.decide()).hasSameClassAs(first);
            sent += first instanceof Decision.Dispatch ? 1 : 0;
        }
        assertThat(sent).isBetween(200, 300);
    }

    @Test
    void shouldWaitForAPlaceRatherThanUseABrokenDeployment() {
        Scene scene = new Scene().tier("b").tier("a").full("b").health("a", Scene.ailing(1, NOW.plusSeconds(9), NOW));
        assertThat(scene.defer().rejected()).extracting(Rejection::reason).containsExactly(Reason.QUEUE_FULL,
                Reason.BREAKER_OPEN);
    }

    @Test
    void shouldNotUseABrokenDeploymentTwiceInARound() {
        Scene scene = new Scene().tier("a").health("a", Scene.ailing(1, NOW.plusSeconds(9), NOW)).failed("a",
                FailureKind.TIMEOUT);
        assertThat(scene.defer().rejected()).extracting(Rejection::reason).containsExactly(Reason.ALREADY_TRIED);
    }

    @Test
    void shouldRestWhileCoolingAndReturnOnTheDot() {
        Scene scene = new Scene().tier("a").health("a", Scene.cooling(NOW.plusSeconds(4), NOW));
        assertThat(scene.defer().until()).isEqualTo(NOW.plusSeconds(4));
        scene.now = NOW.plusSeconds(4);
        assertThat(scene.target()).isEqualTo("a");
    }

    @Test
    void shouldRestWhileSuspendedAndReturnOnTheDot() {
        Scene scene = new Scene().tier("a").health("a", Scene.suspended(NOW.plusSeconds(4), NOW));
        assertThat(scene.defer().rejected()).extracting(Rejection::reason).containsExactly(Reason.SUSPENDED);
        scene.now = NOW.plusSeconds(4);
        assertThat(scene.target()).isEqualTo("a");
    }

    @Test
    void shouldBelieveNewsOfHalfAMinute() {
        Scene scene = new Scene().tier("a").health("a", Scene.broken(NOW.plusSeconds(999), NOW.minusSeconds(30)));
        assertThat(scene.defer().rejected()).extracting(Rejection::reason).containsExactly(Reason.BREAKER_OPEN);
    }

    @Test
    void shouldNotBelieveOlderNews() {
        Instant old = NOW.minusSeconds(30).minusMillis(1);
        assertThat(new Scene().tier("a").health("a", Scene.broken(NOW.plusSeconds(999), old)).target()).isEqualTo("a");
        assertThat(new Scene().tier("a").health("a", Scene.suspended(NOW.plusSeconds(999), old)).target()).isEqualTo("a");
        assertThat(new Scene().tier("a").health("a", Scene.cooling(NOW.plusSeconds(999), old)).target()).isEqualTo("a");
        assertThat(new Scene().tier("a").health("a", Scene.halfOpen(Optional.of("old"), old)).dispatch().probe()).isEmpty();
    }

    @Test
    void shouldKeepADeploymentNobodyJudged() {
        assertThat(new Scene().tier("a").tier("b").target()).isEqualTo("a");
    }

    @Test
    void shouldPassOverADrainedDeploymentWhateverItsHealth() {
        Scene scene = new Scene().tier("a").tier("b").change("a", Scene::drained).health("a", Scene.closed(1, NOW));
        assertThat(scene.dispatch().rejected()).extracting(Rejection::reason).containsExactly(Reason.DRAINED);
    }

    @Test
    void shouldWaitWithoutRoundsWhenAllIsDrained() {
        // An operator may take the drain back: the request must hear of it at once.
        Decision.Defer defer = new Scene().tier("a").change("a", Scene::drained).defer();
        assertThat(defer.pausing()).isFalse();
        assertThat(defer.progress()).isEqualTo(Progress.none());
        assertThat(defer.until()).isEqualTo(NOW.plus(Router.LONGEST_PAUSE));
    }
}
