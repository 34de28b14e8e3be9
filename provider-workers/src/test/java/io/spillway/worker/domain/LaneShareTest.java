package io.spillway.worker.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LaneShareTest {

    private final LaneShare share = new LaneShare();

    @Test
    void shouldGiveBatchEveryEighthPermitWhenBothLanesWait() {
        int batch = 0;
        for (int permit = 0; permit < 800; permit++) {
            share.refused(true, 0, permit);
            share.refused(false, 0, permit);
            boolean interactive = share.admits(true, 0, 0, 1, permit);
            assertThat(share.admits(false, 0, 0, 1, permit)).isNotEqualTo(interactive);
            batch += interactive ? 0 : 1;
            share.took(interactive, 0, 1, permit);
            share.ended(interactive);
        }

        assertThat(batch).isEqualTo(100);
    }

    @ParameterizedTest
    @CsvSource({"100,100", "100,700", "100,2000", "1000,10"})
    void shouldGiveBatchAnEighthOfTheTokensAtMostWhenItsCallsAreLarge(long interactiveTokens, long batchTokens) {
        long interactive = 0;
        long batch = 0;
        for (int now = 0; now < 20_000; now++) {
            share.refused(true, interactiveTokens, now);
            share.refused(false, batchTokens, now);
            boolean isInteractive = share.admits(true, interactiveTokens, 0, 1, now);
            share.took(isInteractive, isInteractive ? interactiveTokens : batchTokens, 1, now);
            share.ended(isInteractive);
            interactive += isInteractive ? interactiveTokens : 0;
            batch += isInteractive ? 0 : batchTokens;
        }

        assertThat(batch).as("not starved").isGreaterThan(10 * batchTokens);
        assertThat(batch * 7).isLessThanOrEqualTo(interactive);
    }

    @Test
    void shouldNotLetBatchHoldMoreThanItsEighthInFlightWhileInteractiveWaits() {
        int batch = 0;
        for (int now = 0; now < 1_000; now++) {
            share.refused(true, 0, now);
            share.refused(false, 0, now);
            boolean isInteractive = share.admits(true, 0, 31, 32, now);
            share.took(isInteractive, 0, 32, now);
            batch += isInteractive ? 0 : 1;
        }

        assertThat(batch).as("no batch call ever ends").isEqualTo(4);
    }

    @Test
    void shouldAdmitEitherLaneWhenTheOtherDoesNotWait() {
        assertThat(share.admits(true, 0, 0, 1, 0)).isTrue();
        assertThat(share.admits(false, 0, 63, 64, 0)).isTrue();

        share.refused(true, 0, 0);
        assertThat(share.admits(false, 0, 0, 64, LaneShare.WAITING_MILLIS - 1)).isFalse();
        assertThat(share.admits(false, 0, 0, 64, LaneShare.WAITING_MILLIS)).as("interactive asks no more").isTrue();
    }

    @ParameterizedTest
    @CsvSource({"64,55,true", "64,56,false", "8,6,true", "8,7,false", "2,0,true", "2,1,false", "1,0,true"})
    void shouldKeepAnEighthFreeForTheNextInteractiveCallWhileThereAreSome(int limit, int inFlight, boolean isAdmitted) {
        share.took(true, 0, 64, 0);
        for (int i = 0; i < LaneShare.reserved(limit); i++) {
            share.took(false, 0, limit, 0);
        }

        assertThat(share.admits(false, 0, inFlight, limit, 1_000)).isEqualTo(isAdmitted);
        assertThat(share.admits(false, 0, inFlight, limit, LaneShare.ACTIVE_MILLIS)).as("silent for a minute").isTrue();
    }

    @Test
    void shouldGiveBatchItsEighthEvenIfInteractiveHasTheRest() {
        share.took(true, 0, 64, 0);

        assertThat(share.admits(false, 0, 60, 64, 1)).isTrue();
    }

    @Test
    void shouldGiveInteractiveTheRestAtOnceWhenBatchIsDue() {
        share.refused(false, 0, 0);
        int interactive = 0;
        while (share.admits(true, 0, interactive, 64, 0)) {
            share.took(true, 0, 64, 0);
            interactive++;
        }

        assertThat(interactive).as("in one go").isEqualTo(56);
        assertThat(share.owed(64, 0)).isEqualTo(8);
        assertThat(share.owed(64, LaneShare.WAITING_MILLIS)).as("batch asks no more").isZero();
    }

    @Test
    void shouldNotOverflowWhenTokensAreAbsurd() {
        for (int now = 0; now < 100; now++) {
            share.refused(false, Long.MAX_VALUE, now);
            share.took(true, Long.MAX_VALUE, 1, now);
        }

        assertThat(share.admits(true, 1, 0, 1, 100)).as("batch is due").isFalse();
        assertThat(share.owedTokens(1, 100)).isPositive();
    }
}
