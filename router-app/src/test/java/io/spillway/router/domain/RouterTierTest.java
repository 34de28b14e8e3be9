package io.spillway.router.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.spillway.router.domain.Rejection.Reason;

/** Which deployment goes first. */
class RouterTierTest {

    @Test
    void shouldTakeTheFirstTierWhileItCan() {
        Decision.Dispatch dispatch = new Scene().tier("a").tier("b").dispatch();
        assertThat(dispatch.deployment().id()).isEqualTo("a");
        assertThat(dispatch.tier().index()).isZero();
        assertThat(dispatch.progress().attempts()).isEqualTo(1);
        assertThat(dispatch.rejected()).isEmpty();
    }

    @Test
    void shouldSkipTiersWithoutAnEligibleDeployment() {
        Scene scene = new Scene().tier("a").tier("b").tier("c").change("a", Scene::drained).change("b", Scene::drained);
        Decision.Dispatch dispatch = scene.dispatch();
        assertThat(dispatch.deployment().id()).isEqualTo("c");
        assertThat(dispatch.tier().index()).isEqualTo(2);
        assertThat(dispatch.rejected()).extracting(Rejection::deployment).containsExactly("a", "b");
        assertThat(dispatch.rejected()).extracting(Rejection::tier).containsExactly(0, 1);
    }

    @Test
    void shouldTryASiblingInTheTierBeforeTheNextTier() {
        Scene scene = new Scene().tier("a", "b").tier("c").failed("a", FailureKind.TIMEOUT);
        assertThat(scene.target()).isEqualTo("b");
    }

    @Test
    void shouldTryALowerTierBeforeTheSameDeploymentAgain() {
        // Given a pause that is long over
        Scene scene = new Scene().tier("a").tier("b").failed("a", FailureKind.SERVER_ERROR).later(Duration.ofSeconds(5));
        assertThat(scene.target()).isEqualTo("b");
    }

    @Test
    void shouldComeBackToTheFirstTierWhenNothingUntriedIsLeft() {
        Scene scene = new Scene().tier("a").tier("b").failed("a", FailureKind.SERVER_ERROR).failed("b", FailureKind.SERVER_ERROR)
                .later(Duration.ofSeconds(5));
        assertThat(scene.target()).isEqualTo("a");
    }

    @Test
    void shouldSpillAnInteractiveRequestWhenTheTierIsFull() {
        Decision.Dispatch dispatch = new Scene().tier("a").tier("b").full("a").dispatch();
        assertThat(dispatch.deployment().id()).isEqualTo("b");
        assertThat(dispatch.rejected()).singleElement().satisfies(rejection -> {
            assertThat(rejection.reason()).isEqualTo(Reason.QUEUE_FULL);
            assertThat(rejection.detail()).isEqualTo("10 of 10 places taken here");
        });
    }

    @Test
    void shouldLetABatchRequestWaitForAPlace() {
        Scene scene = new Scene().tier("a").tier("b").full("a").batch();
        Decision.Defer defer = scene.defer();
        assertThat(defer.pausing()).isFalse();
        assertThat(defer.progress()).isEqualTo(Progress.none());
    }

    @Test
    void shouldSendABatchRequestOnWhenTheTierIsDownRatherThanFull() {
        Scene scene = new Scene().tier("a").tier("b").batch().health("a", Scene.broken(Scene.NOW.plusSeconds(9), Scene.NOW));
        assertThat(scene.target()).isEqualTo("b");
    }

    @Test
    void shouldTakeTheLastPlaceAndNotMore() {
        assertThat(new Scene().tier("a").open("a", 9).target()).isEqualTo("a");
        assertThat(new Scene().tier("a").open("a", 10).defer().rejected()).extracting(Rejection::reason)
                .containsExactly(Reason.QUEUE_FULL);
    }

    @Test
    void shouldWaitForNewsWhenEveryTierIsFull() {
        Decision.Defer defer = new Scene().tier("a").tier("b").full("a", "b").defer();
        assertThat(defer.pausing()).isFalse();
        assertThat(defer.until()).isEqualTo(Scene.NOW.plus(Router.LONGEST_PAUSE));
        assertThat(defer.progress().rounds()).isZero();
    }

    @Test
    void shouldLetABatchAttemptQueueLonger() {
        Scene interactive = new Scene().tier("a");
        Scene batch = new Scene().tier("a").batch();
        assertThat(interactive.dispatch().startBy()).isEqualTo(Scene.NOW.plus(Scene.QUEUE));
        assertThat(batch.dispatch().startBy()).isEqualTo(Scene.NOW.plus(Scene.QUEUE.multipliedBy(Tier.BATCH_PATIENCE)));
    }

    @Test
    void shouldNeverOutliveTheDeadline() {
        Decision.Dispatch dispatch = new Scene().tier("a").deadline(Scene.NOW.plusSeconds(1)).dispatch();
        assertThat(dispatch.startBy()).isEqualTo(Scene.NOW.plusSeconds(1));
        assertThat(dispatch.timeout()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void shouldLimitTheCallToTheTierTimeout() {
        assertThat(new Scene().tier("a").dispatch().timeout()).isEqualTo(Scene.CALL);
    }

    @Test
    void shouldSayWhyInWords() {
        Decision.Dispatch dispatch = new Scene().tier("a").tier("b").failed("a", FailureKind.TIMEOUT).dispatch();
        assertThat(dispatch.reason()).isEqualTo("the only one eligible in tier 2, after TIMEOUT");
        assertThat(dispatch.draw()).isEqualTo(Draw.of("request-1", 2));
    }
}
