package io.spillway.health.domain;

import static io.spillway.health.domain.FailureKind.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReasonTextTest {

    @Test
    void shouldShowAsManyDecimalsAsTheDifferenceNeeds() {
        // Given
        WindowCounts counts = new WindowCounts(Duration.ofSeconds(60), 800, 200);

        // When / Then
        assertThat(ReasonText.openedByRate(new Verdict.SickByRate(counts, 0.1512, 0.15), TIMEOUT))
                .contains("lower bound 15.1 % > 15.0 %");
        assertThat(ReasonText.openedByRate(new Verdict.SickByRate(counts, 0.15004, 0.15), TIMEOUT))
                .contains("lower bound 15.004 % > 15.0 %");
        assertThat(ReasonText.openedByRate(new Verdict.SickByRate(counts, 0.1500001, 0.15), TIMEOUT))
                .contains("lower bound 15.0 % > 15.0 %");
    }

    @Test
    void shouldNameTimesInSeconds() {
        assertThat(ReasonText.cooldown(Duration.ofMillis(1_500), Optional.of(Duration.ofMinutes(2))))
                .isEqualTo("resting for 1.5 s after a rate limit, the provider asked for 120 s");
    }
}
