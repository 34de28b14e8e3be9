package io.spillway.health.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BrokerClockTest {

    private static final long START = 1_800_000_000_000L;
    private static final long HOUR = 3_600_000;

    private final BrokerClock clock = new BrokerClock();

    @Test
    void shouldLeaveClocksAloneThatDifferByWhatBatchingExplains() {
        // When
        steady(60, -1_500);
        steady(60, 1_500);

        // Then
        assertThat(clock.offsetMillis()).isZero();
    }

    @Test
    void shouldCorrectAClockThatIsBehindAtTheFirstProof() {
        // When
        clock.observe(START + 30_000, START);

        // Then
        assertThat(clock.now(START).toEpochMilli()).isEqualTo(START + 30_000);
    }

    @Test
    void shouldCorrectAClockThatIsAheadOnceTheLagStays() {
        // When
        steady(5, -HOUR);

        // Then
        assertThat(clock.offsetMillis()).as("it may be a backlog").isZero();

        // When
        steady(30, -HOUR);

        // Then
        assertThat(clock.offsetMillis()).isEqualTo(-HOUR);
    }

    @Test
    void shouldNotTakeABacklogForAWrongClock() {
        // When: an hour worked off in a minute, then in step
        for (int second = 0; second < 60; second++) {
            clock.observe(START + second * 1_000L - (HOUR - second * 60_000L), START + second * 1_000L);
        }

        // Then
        assertThat(clock.offsetMillis()).isZero();
    }

    @Test
    void shouldNotTakeOneBurstOfOldRecordsForAWrongClock() {
        // When
        for (int i = 0; i < 1_000; i++) {
            clock.observe(START - HOUR, START + i);
        }

        // Then
        assertThat(clock.offsetMillis()).isZero();
    }

    @Test
    void shouldFollowAClockThatWasSetRight() {
        // Given
        steady(30, -HOUR);

        // When
        clock.observe(START + 60_000, START + 60_001);

        // Then
        assertThat(clock.offsetMillis()).isZero();
    }

    @Test
    void shouldGiveUpACorrectionThatIsNoLongerTrue() {
        // Given: 30 s behind, then set right
        steady(5, 30_000);

        // When
        for (int second = 30; second < 70; second++) {
            clock.observe(START + second * 1_000L, START + second * 1_000L + 5);
        }

        // Then
        assertThat(clock.offsetMillis()).isZero();
    }

    @Test
    void shouldBearALocalClockThatStepsBack() {
        // Given
        steady(30, 0);

        // When
        clock.observe(START, START - HOUR);

        // Then
        assertThat(clock.now(START - HOUR).toEpochMilli()).isEqualTo(START);
    }

    private void steady(int seconds, long difference) {
        for (int second = 0; second < seconds; second++) {
            long local = START + second * 1_000L;
            clock.observe(local + difference, local);
        }
    }
}
