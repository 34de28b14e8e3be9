package io.spillway.health.domain;

import static io.spillway.health.domain.Samples.START;
import static io.spillway.health.domain.Samples.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.spillway.health.domain.BreakerState.Closed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RampTest {

    private static final HealthPolicy.Probing POLICY = HealthPolicy.Probing.defaults();

    /** Negative seconds: a reader whose clock is behind, then one whose clock stepped back. */
    @ParameterizedTest
    @CsvSource({"0, 0.1", "3, 0.1", "6, 0.1", "12, 0.2", "30, 0.5", "59, 0.9833", "60, 1", "600, 1", "-2, 0.1", "-60, 0.1",
            "-61, 1", "-3600, 1"})
    void shouldGrowLinearlyFromATenth(long seconds, double weight) {
        // Given
        Closed closed = Closed.recovered(0, START);

        // When / Then
        assertThat(Ramp.weight(START, at(seconds), POLICY)).isCloseTo(weight, within(1e-4));
        assertThat(closed.rampWeight(at(seconds), POLICY)).isCloseTo(weight, within(1e-4));
        assertThat(closed.rampStartedAt()).contains(START);
    }

    @Test
    void shouldHaveFullWeightWithoutARamp() {
        assertThat(Closed.FIRST.rampWeight(START, POLICY)).isEqualTo(1);
        assertThat(Closed.FIRST.rampStartedAt()).isEmpty();
    }
}
