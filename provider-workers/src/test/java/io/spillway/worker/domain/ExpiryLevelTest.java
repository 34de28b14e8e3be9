package io.spillway.worker.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpiryLevelTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    @ParameterizedTest
    @CsvSource({"P30D, FAR", "PT168H1S, FAR", "PT168H, WITHIN_A_WEEK", "PT24H1S, WITHIN_A_WEEK", "PT24H, WITHIN_A_DAY",
            "PT1S, WITHIN_A_DAY", "PT0S, EXPIRED", "-PT1H, EXPIRED"})
    void shouldRiseAsTheEndComesNearer(Duration left, ExpiryLevel expected) {
        assertThat(ExpiryLevel.of(NOW.plus(left), NOW)).isEqualTo(expected);
    }
}
