package io.spillway.health.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.spillway.health.domain.HealthPolicy.Opening;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OpeningRuleTest {

    private static final Opening DEFAULTS = Opening.defaults();

    /** Published table: the fewest failures of n whose lower bound at z = 1.96 exceeds 15 %. */
    @ParameterizedTest
    @CsvSource({"2, 3", "3, 5", "4, 10", "5, 15", "7, 20", "9, 30", "13, 50", "22, 100", "40, 200"})
    void shouldNeedTheFailuresOfTheWilsonTable(int failures, int n) {
        assertThat(OpeningRule.wilsonLowerBound(failures, n, 1.96)).isGreaterThan(0.15);
        assertThat(OpeningRule.wilsonLowerBound(failures - 1, n, 1.96)).isLessThanOrEqualTo(0.15);
    }

    @Test
    void shouldComputeKnownBounds() {
        assertThat(OpeningRule.wilsonLowerBound(0, 0, 1.96)).isZero();
        assertThat(OpeningRule.wilsonLowerBound(0, 10, 1.96)).isCloseTo(0, within(1e-12));
        assertThat(OpeningRule.wilsonLowerBound(10, 10, 1.96)).isCloseTo(0.7225, within(1e-4));
        assertThat(OpeningRule.wilsonLowerBound(5, 10, 1.96)).isCloseTo(0.2366, within(1e-4));
    }

    @Test
    void shouldStayWithTooFewResults() {
        // When
        Verdict verdict = OpeningRule.judge(window(600, 0, 4), Streak.NONE, DEFAULTS);

        // Then
        assertThat(verdict).isEqualTo(new Verdict.TooFew(counts(600, 0, 4)));
    }

    @Test
    void shouldJudgeTheLongestWindowByFewerResults() {
        // When
        Verdict verdict = OpeningRule.judge(window(600, 1, 4), Streak.NONE, DEFAULTS);

        // Then
        assertThat(verdict).isInstanceOfSatisfying(Verdict.SickByRate.class, sick -> {
            assertThat(sick.counts()).isEqualTo(counts(600, 1, 4));
            assertThat(sick.counts().rate()).isEqualTo(0.8);
            assertThat(sick.lowerBound()).isCloseTo(0.319, within(0.01));
            assertThat(sick.threshold()).isEqualTo(0.15);
        });
    }

    @Test
    void shouldJudgeTheShortestWindowWithEnoughResults() {
        // Given
        Function<Duration, WindowCounts> ring = windows(Map.of(60, counts(60, 9, 0), 120, counts(120, 10, 0), 300,
                counts(300, 10, 30), 600, counts(600, 10, 90)));

        // When
        Verdict verdict = OpeningRule.judge(ring, Streak.NONE, DEFAULTS);

        // Then
        assertThat(verdict).isInstanceOfSatisfying(Verdict.Fit.class, fit -> {
            assertThat(fit.counts()).isEqualTo(counts(120, 10, 0));
            assertThat(fit.lowerBound()).isZero();
        });
    }

    @Test
    void shouldStayWhenTheRateIsHighButNotSurely() {
        assertThat(OpeningRule.judge(window(60, 7, 3), Streak.NONE, DEFAULTS)).isInstanceOf(Verdict.Fit.class);
    }

    @Test
    void shouldStayBelowTheThreshold() {
        assertThat(OpeningRule.judge(window(60, 860, 140), Streak.NONE, DEFAULTS)).isInstanceOf(Verdict.Fit.class);
    }

    @Test
    void shouldOpenWhenTheRateIsSurelyTooHigh() {
        assertThat(OpeningRule.judge(window(60, 800, 200), Streak.NONE, DEFAULTS)).isInstanceOf(Verdict.SickByRate.class);
        assertThat(OpeningRule.judge(window(120, 28, 14), Streak.NONE, DEFAULTS)).isInstanceOf(Verdict.SickByRate.class);
    }

    @ParameterizedTest
    @CsvSource({"4, 0, 0, false", "5, 0, 5, false", "3, 3, 3, true", "4, 2, 0, false", "7, 3, 3, true"})
    void shouldOpenAfterARowOfSickResults(int sick, int hardLocal, int length, boolean hard) {
        // When
        Verdict verdict = OpeningRule.judge(window(600, 0, 0), new Streak(sick, hardLocal), DEFAULTS);

        // Then
        if (length == 0) {
            assertThat(verdict).isInstanceOf(Verdict.TooFew.class);
        } else {
            assertThat(verdict).isEqualTo(new Verdict.SickByStreak(length, hard));
        }
    }

    @Test
    void shouldIgnoreRowsWhenTheRuleIsOff() {
        // Given
        Opening off = new Opening(0.15, 2.33, 10, 5, DEFAULTS.windows(), 0, 0);

        // When / Then
        assertThat(OpeningRule.judge(window(600, 0, 4), new Streak(100, 100), off)).isInstanceOf(Verdict.TooFew.class);
    }

    @Test
    void shouldUseTheOnlyWindowThereIs() {
        // Given
        Opening one = new Opening(0.15, 2.33, 10, 5, List.of(Duration.ofSeconds(60)), 5, 3);

        // When / Then
        assertThat(OpeningRule.window(window(60, 1, 0), one)).isEqualTo(counts(60, 1, 0));
    }

    @Test
    void shouldEndARowBySuccessOnly() {
        // Given
        Streak streak = new Streak(0, 0).after(failed(FailureKind.CONNECTION_FAILED));

        // When / Then
        assertThat(streak).isEqualTo(new Streak(1, 1));
        assertThat(streak.after(failed(FailureKind.CONNECTION_FAILED))).isEqualTo(new Streak(2, 2));
        assertThat(streak.after(failed(FailureKind.TIMEOUT))).isEqualTo(new Streak(2, 0));
        assertThat(streak.after(new Outcome.Succeeded())).isEqualTo(Streak.NONE);
    }

    @ParameterizedTest
    @EnumSource(FailureKind.class)
    void shouldLeaveARowAsItIsOnAnyOtherResult(FailureKind kind) {
        // Given
        Streak streak = new Streak(3, 1);

        // When
        Streak after = streak.after(failed(kind));

        // Then
        assertThat(after.sick()).isEqualTo(kind.healthClass() == HealthClass.SICK ? 4 : 3);
    }

    private static Outcome failed(FailureKind kind) {
        return new Outcome.Failed(kind);
    }

    private static WindowCounts counts(int seconds, int successes, int sick) {
        return new WindowCounts(Duration.ofSeconds(seconds), successes, sick);
    }

    /** A ring that is empty but for windows of at least this length. */
    private static Function<Duration, WindowCounts> window(int seconds, int successes, int sick) {
        return asked -> asked.toSeconds() < seconds
                ? new WindowCounts(asked, 0, 0)
                : new WindowCounts(asked, successes, sick);
    }

    private static Function<Duration, WindowCounts> windows(Map<Integer, WindowCounts> windows) {
        return asked -> windows.get((int) asked.toSeconds());
    }
}
