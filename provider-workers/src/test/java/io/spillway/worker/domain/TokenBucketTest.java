package io.spillway.worker.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenBucketTest {

    @ParameterizedTest
    @CsvSource({"60,600", "6000,60000", "1,10", "7,70", "1000000,10000000"})
    void shouldKeepThePaceOverTenMinutesWhenTakenAsFastAsAllowed(long perMinute, long inTenMinutes) {
        TokenBucket bucket = TokenBucket.full(perMinute, 0);
        long chunk = Math.max(1, perMinute / 100);
        long taken = 0;
        for (long now = 0; now < 600_000; now++) {
            while (bucket.waitMillis(chunk, now) == 0) {
                bucket = bucket.taken(chunk, now);
                taken += chunk;
            }
        }

        long burst = Math.max(1, perMinute / 6);
        assertThat(taken).isBetween(inTenMinutes - chunk, inTenMinutes + burst + chunk);
    }

    @Test
    void shouldSayHowLongToWaitWhenEmpty() {
        TokenBucket bucket = TokenBucket.full(60, 0).taken(10, 0);

        assertThat(bucket.waitMillis(1, 0)).isEqualTo(1_000);
        assertThat(bucket.waitMillis(1, 400)).isEqualTo(600);
        assertThat(bucket.waitMillis(1, 1_000)).isZero();
    }

    @Test
    void shouldAdmitACallLargerThanTheBucketAndDelayTheNextWhenFull() {
        TokenBucket bucket = TokenBucket.full(600, 0);

        assertThat(bucket.waitMillis(5_000, 0)).isZero();
        TokenBucket indebted = bucket.taken(1_000, 0);

        assertThat(indebted.waitMillis(1, 0)).isEqualTo((900 + 1) * 100);
    }

    @Test
    void shouldDelayByTwoMinutesAtMostWhateverWasTaken() {
        TokenBucket bucket = TokenBucket.full(600, 0).taken(Long.MAX_VALUE, 0);

        assertThat(bucket.waitMillis(1, 0)).isEqualTo(120_000 + 100);
        assertThat(bucket.atPace(1, 0).waitMillis(1, 0)).as("the debt is of the new pace").isEqualTo(120_000 + 60_000);
        assertThat(bucket.returned(Long.MAX_VALUE, 0).left(0)).as("a full bucket").isEqualTo(100);
        assertThat(bucket.returned(Long.MIN_VALUE, 0).waitMillis(1, 0)).isEqualTo(120_000 + 100);
    }

    @Test
    void shouldHoldNoMoreThanItIsCappedTo() {
        TokenBucket bucket = TokenBucket.full(600, 0).atMost(7, 0);

        assertThat(bucket.left(0)).isEqualTo(7);
        assertThat(bucket.left(1_000)).isEqualTo(17);
        assertThat(bucket.atMost(1_000, 0).left(0)).as("a cap adds nothing").isEqualTo(7);
    }

    @Test
    void shouldGiveBackWhenLessWasUsedThanReserved() {
        TokenBucket bucket = TokenBucket.full(600, 0).taken(100, 0).returned(80, 0);

        assertThat(bucket.waitMillis(80, 0)).isZero();
        assertThat(bucket.waitMillis(81, 0)).isPositive();
    }

    @Test
    void shouldNotOverflowOrMintTokensWhenTheClockStandsStillOrJumpsFar() {
        TokenBucket bucket = TokenBucket.full(100_000_000, 1_000).taken(1, 1_000);

        assertThat(bucket.waitMillis(1_000_000_000, Long.MAX_VALUE / 2)).isZero();
        TokenBucket empty = TokenBucket.full(60, 1_000).taken(10, 1_000);
        assertThat(empty.waitMillis(1, 500)).isEqualTo(1_000);
    }

    @Test
    void shouldKeepWhatIsThereWhenThePaceChanges() {
        TokenBucket bucket = TokenBucket.full(600, 0).atPace(60, 0);

        assertThat(bucket.waitMillis(10, 0)).isZero();
        assertThat(bucket.taken(10, 0).waitMillis(1, 0)).isEqualTo(1_000);
    }
}
