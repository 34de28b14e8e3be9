package io.spillway.worker.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;

import org.junit.jupiter.api.Test;

import io.spillway.worker.domain.LimitShare.Owned;
import io.spillway.worker.domain.RateReport.Quota;

class PaceTest {

    private static final LimitShare HALF = new LimitShare(new Owned(6, 12), new Owned(3, 6));

    @Test
    void shouldNotLimitWhenNobodyStatesALimit() {
        Pace pace = Pace.of(null, LimitShare.WHOLE, 0);

        assertThat(pace.waitMillis(Long.MAX_VALUE, 0)).isZero();
        assertThat(pace.taken(1_000_000, 0).waitMillis(1_000_000, 0)).isZero();
        assertThat(pace.left(0)).isEmpty();
    }

    @Test
    void shouldKeepToThisWorkersShareOfTheCataloguesLimit() {
        assertThat(taken(Pace.of(600L, LimitShare.WHOLE, 0), 60_000)).isBetween(600L, 700L);
        assertThat(taken(Pace.of(600L, HALF, 0), 60_000)).isBetween(300L, 350L);
    }

    @Test
    void shouldKeepToTheLowerLimitWhicheverStatesIt() {
        assertThat(taken(Pace.of(600L, LimitShare.WHOLE, 0).heard(limit(120), 0, 0), 60_000)).isBetween(120L, 220L);
        assertThat(taken(Pace.of(600L, LimitShare.WHOLE, 0).heard(limit(6_000), 0, 0), 60_000)).isBetween(600L, 700L);
        assertThat(taken(Pace.of(null, HALF, 0).heard(limit(600), 0, 0), 60_000)).isBetween(300L, 350L);
    }

    @Test
    void shouldForgetAStatedLimitWhenNoAnswerConfirmsIt() {
        Pace pace = Pace.of(600L, LimitShare.WHOLE, 0).heard(limit(1), 0, 0).taken(100, 0);

        assertThat(pace.waitMillis(1, 119_999)).isPositive();
        assertThat(taken(pace, 120_000, 180_000)).isBetween(580L, 700L);
        assertThat(Pace.of(null, LimitShare.WHOLE, 0).heard(limit(1), 0, 0).taken(9, 0).waitMillis(9, 120_000)).isZero();
    }

    @Test
    void shouldFollowAShareThatChangesAlsoForAStatedLimit() {
        Pace pace = Pace.of(6_000L, LimitShare.WHOLE, 0).heard(limit(600), 0, 0).follow(6_000L, HALF, 0);

        assertThat(taken(pace, 60_000)).isBetween(300L, 400L);
    }

    @Test
    void shouldWaitUntilTheResetWhenNothingRemains() {
        Pace pace = Pace.of(60_000L, LimitShare.WHOLE, 0).heard(left(0, 30_000), 0, 1_000);

        assertThat(pace.waitMillis(1, 1_000)).isEqualTo(30_000);
        assertThat(pace.waitMillis(1, 31_000)).isZero();
    }

    @Test
    void shouldWaitTwoMinutesAtMostWhateverTheReset() {
        Pace pace = Pace.of(null, LimitShare.WHOLE, 0).heard(left(0, Long.MAX_VALUE), 0, 0);

        assertThat(pace.waitMillis(1, 0)).isEqualTo(120_000);
    }

    @Test
    void shouldGoOnAtThePaceWhenNothingRemainsAndNoResetIsKnown() {
        Pace pace = Pace.of(60L, LimitShare.WHOLE, 0)
                .heard(new Quota(OptionalLong.empty(), OptionalLong.of(0), OptionalLong.empty()), 0, 0);

        assertThat(pace.waitMillis(1, 0)).isEqualTo(1_000);
    }

    @Test
    void shouldTakeNoMoreThanRemainsWhenLittleDoes() {
        Pace pace = Pace.of(6_000L, HALF, 0).heard(left(10, 5_000), 0, 0);

        assertThat(pace.left(0)).as("half of what remains, as of everything").hasValue(5);
    }

    @Test
    void shouldNotPauseForOldNews() {
        Pace pace = Pace.of(600L, LimitShare.WHOLE, 0).heard(left(50, 1_000), 200, 300);

        assertThat(pace.heard(left(0, 60_000), 100, 400).waitMillis(1, 400)).as("a call from before").isZero();
        assertThat(pace.heard(left(0, 60_000), 201, 400).waitMillis(1, 400)).isEqualTo(60_000);
    }

    @Test
    void shouldGoOnWhenALaterCallSaysThatSomethingRemains() {
        Pace pace = Pace.of(600L, LimitShare.WHOLE, 0).heard(left(0, 60_000), 100, 200);

        assertThat(pace.heard(left(50, 1_000), 150, 300).waitMillis(1, 300)).isZero();
    }

    @Test
    void shouldSayWhetherAnAmountIsThereEvenBeyondWhatTheBucketHolds() {
        Pace pace = Pace.of(600L, LimitShare.WHOLE, 0);

        assertThat(pace.has(100, 0)).isTrue();
        assertThat(pace.has(101, 0)).as("though a call of that size may start").isFalse();
        assertThat(Pace.of(null, LimitShare.WHOLE, 0).has(Long.MAX_VALUE, 0)).isTrue();
    }

    @Test
    void shouldSettleTheEstimateWithWhatWasUsed() {
        Pace pace = Pace.of(6_000L, LimitShare.WHOLE, 0).taken(800, 0);
        assertThat(pace.left(0)).hasValue(200);

        assertThat(pace.returned(800 - 100, 0, 0).left(0)).as("refund").hasValue(900);
        assertThat(pace.returned(800 - 1_200, 0, 0).left(0)).as("charge").hasValue(-200);
    }

    @Test
    void shouldNotGiveBackWhatWasTakenBeforeThereWasALimit() {
        Pace unlimited = Pace.of(null, LimitShare.WHOLE, 0).taken(5_000, 10);
        Pace limited = unlimited.follow(6_000L, LimitShare.WHOLE, 20).taken(1_000, 30);

        assertThat(limited.returned(5_000, 10, 40).left(40)).isEqualTo(limited.left(40));
    }

    private static long taken(Pace pace, long until) {
        return taken(pace, 0, until);
    }

    private static long taken(Pace start, long from, long until) {
        Pace pace = start;
        long taken = 0;
        for (long now = from; now < until; now += 10) {
            while (pace.waitMillis(1, now) == 0) {
                pace = pace.taken(1, now);
                taken++;
            }
        }
        return taken;
    }

    private static Quota limit(long perMinute) {
        return new Quota(OptionalLong.of(perMinute), OptionalLong.empty(), OptionalLong.empty());
    }

    private static Quota left(long remaining, long resetMillis) {
        return new Quota(OptionalLong.empty(), OptionalLong.of(remaining), OptionalLong.of(resetMillis));
    }
}
