package io.spillway.worker.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttemptClockTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    @ParameterizedTest
    @CsvSource({"1,60000,false", "0,60000,true", "-1,60000,true", "5000,0,true", "5000,1,false"})
    void shouldExpireWhenStartByOrDeadlineIsReached(long startsIn, long deadlineIn, boolean expired) {
        assertThat(clock(startsIn, deadlineIn, 1_000).isExpired(NOW)).isEqualTo(expired);
    }

    @ParameterizedTest
    @CsvSource({"0,60000,false", "-1000,60000,false", "-1001,60000,true", "5000,0,true"})
    void shouldRefuseTheCallWhenTheStartWasAcknowledgedTooLate(long startsIn, long deadlineIn, boolean tooLate) {
        assertThat(clock(startsIn, deadlineIn, 1_000).isTooLateToCall(NOW)).isEqualTo(tooLate);
    }

    @ParameterizedTest
    @CsvSource({"60000,1000,1000", "500,1000,500", "-5,1000,0"})
    void shouldNotOutliveTheDeadlineWhenTheTimeoutIsLonger(long deadlineIn, long timeout, long expected) {
        assertThat(clock(1_000, deadlineIn, timeout).budget(NOW)).isEqualTo(Duration.ofMillis(expected));
    }

    private static AttemptClock clock(long startsIn, long deadlineIn, long timeout) {
        return new AttemptClock(NOW.plusMillis(startsIn), NOW.plusMillis(deadlineIn), Duration.ofMillis(timeout));
    }
}
