package io.spillway.health.domain;

import static io.spillway.health.domain.Samples.START;
import static io.spillway.health.domain.Samples.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.spillway.health.domain.HealthPolicy.CooldownLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CooldownTest {

    private static final CooldownLimits LIMITS = CooldownLimits.defaults();

    @ParameterizedTest
    @CsvSource({"20, 20", "1, 1", "0, 1", "-5, 1", "120, 120", "121, 120", "86400, 120"})
    void shouldRestAsLongAsTheProviderAsksWithinLimits(long hint, long expected) {
        // When
        Cooldown cooldown = Cooldown.NONE.afterRateLimit(hint(hint), START, LIMITS);

        // Then
        assertThat(cooldown.until()).isEqualTo(at(expected));
        assertThat(cooldown.isActive(at(expected - 1), LIMITS)).isTrue();
        assertThat(cooldown.isActive(at(expected), LIMITS)).isFalse();
    }

    @Test
    void shouldDoubleWithoutAHintEachTimeARestHasEnded() {
        // Given
        Cooldown cooldown = Cooldown.NONE;
        Instant now = START;

        for (long expected : new long[]{1, 2, 4, 8, 16, 32, 64, 120, 120, 120}) {
            // When
            cooldown = cooldown.afterRateLimit(Optional.empty(), now, LIMITS);

            // Then
            assertThat(Duration.between(now, cooldown.until()).toSeconds()).isEqualTo(expected);
            now = cooldown.until();
        }
    }

    @Test
    void shouldNotDoubleForABurst() {
        // Given
        Cooldown cooldown = Cooldown.NONE;

        // When
        for (int i = 0; i < 50; i++) {
            cooldown = cooldown.afterRateLimit(Optional.empty(), START.plusMillis(i), LIMITS);
        }

        // Then
        assertThat(cooldown.until()).isEqualTo(START.plusMillis(1_049));
    }

    @Test
    void shouldNotTakeAHintForABurstAsDoubling() {
        // Given
        Cooldown hinted = Cooldown.NONE.afterRateLimit(hint(5), START, LIMITS);

        // When
        Cooldown unhinted = hinted.afterRateLimit(Optional.empty(), at(1), LIMITS);

        // Then
        assertThat(unhinted).isEqualTo(new Cooldown(at(5), 1));
    }

    @Test
    void shouldEndTheDoublingButNotTheRestBySuccess() {
        // Given
        Cooldown cooldown = new Cooldown(at(10), 4);

        // When
        Cooldown after = cooldown.afterSuccess();

        // Then
        assertThat(after).isEqualTo(new Cooldown(at(10), 0));
        assertThat(after.afterSuccess()).isSameAs(after);
        assertThat(after.afterRateLimit(Optional.empty(), at(10), LIMITS).until()).isEqualTo(at(11));
    }

    @Test
    void shouldNeverShortenARest() {
        // Given
        Random random = new Random(1);
        Cooldown cooldown = Cooldown.NONE;
        Instant now = START;

        for (int i = 0; i < 10_000; i++) {
            // When
            now = now.plusMillis(random.nextInt(5_000));
            Cooldown next = random.nextInt(3) == 0
                    ? cooldown.afterSuccess()
                    : cooldown.afterRateLimit(random.nextBoolean() ? Optional.empty() : hint(random.nextInt(200) - 20), now,
                            LIMITS);

            // Then
            assertThat(next.until()).isAfterOrEqualTo(cooldown.until());
            assertThat(next.until()).isBeforeOrEqualTo(now.plus(LIMITS.longest()));
            cooldown = next;
        }
    }

    @Test
    void shouldNotRestForHoursAfterTheClockStepsBack() {
        // Given
        Cooldown cooldown = Cooldown.NONE.afterRateLimit(hint(100), at(7_200), LIMITS);

        // When / Then
        assertThat(cooldown.isActive(at(0), LIMITS)).isFalse();
        assertThat(cooldown.afterRateLimit(hint(10), at(0), LIMITS).until()).isEqualTo(at(10));
    }

    private static Optional<Duration> hint(long seconds) {
        return Optional.of(Duration.ofSeconds(seconds));
    }
}
