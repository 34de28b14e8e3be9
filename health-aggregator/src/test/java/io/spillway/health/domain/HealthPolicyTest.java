package io.spillway.health.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.spillway.health.domain.HealthPolicy.CooldownLimits;
import io.spillway.health.domain.HealthPolicy.OpenTime;
import io.spillway.health.domain.HealthPolicy.Opening;
import io.spillway.health.domain.HealthPolicy.Probing;
import io.spillway.health.domain.HealthPolicy.Reporting;
import io.spillway.health.domain.HealthPolicy.SuspensionTimes;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class HealthPolicyTest {

    private static final Duration ZERO = Duration.ZERO;

    @Test
    void shouldHaveThePublishedDefaults() {
        // When
        HealthPolicy policy = HealthPolicy.defaults();

        // Then
        assertThat(policy.opening()).isEqualTo(new Opening(0.15, 2.33, 10, 5, windows(60, 120, 300, 600), 5, 3));
        assertThat(policy.openTime()).isEqualTo(new OpenTime(seconds(30), seconds(300), 0.2, seconds(60)));
        assertThat(policy.probing()).isEqualTo(new Probing(seconds(180), 3, seconds(60), 0.1, 2));
        assertThat(policy.cooldown()).isEqualTo(new CooldownLimits(seconds(1), seconds(120)));
        assertThat(policy.suspension()).isEqualTo(new SuspensionTimes(seconds(300), seconds(60), seconds(600), seconds(600)));
        assertThat(policy.reporting()).isEqualTo(new Reporting(seconds(5), seconds(30), seconds(15), 20));
    }

    @ParameterizedTest
    @MethodSource("wrongNumbers")
    void shouldNameFieldRangeAndValueOfAWrongNumber(ThrowingCallable construction, String message) {
        assertThatIllegalArgumentException().isThrownBy(construction).withMessage(message);
    }

    static Stream<Arguments> wrongNumbers() {
        return Stream.of(
                wrong("health.threshold must be between 0.15 and 0.9, was 0.1", () -> opening(0.1, 2.33, 10, 5, 5, 3)),
                wrong("health.threshold must be between 0.15 and 0.9, was NaN", () -> opening(Double.NaN, 2.33, 10, 5, 5, 3)),
                wrong("health.threshold must be between 0.15 and 0.9, was 0.95", () -> opening(0.95, 2.33, 10, 5, 5, 3)),
                wrong("health.z must be between 1.0 and 5.0, was 0.5", () -> opening(0.15, 0.5, 10, 5, 5, 3)),
                wrong("health.min_samples must be between 3 and 1000, was 2", () -> opening(0.15, 2.33, 2, 2, 5, 3)),
                wrong("health.min_samples must be between 3 and 1000, was 1001", () -> opening(0.15, 2.33, 1001, 5, 5, 3)),
                wrong("health.min_samples_longest must be between 3 and 10, was 11", () -> opening(0.15, 2.33, 10, 11, 5, 3)),
                wrong("health.consecutive must be between 0 and 1000, was -1", () -> opening(0.15, 2.33, 10, 5, -1, 3)),
                wrong("health.hard_local_consecutive must be between 0 and 1000, was -1",
                        () -> opening(0.15, 2.33, 10, 5, 5, -1)),
                wrong("health.windows must name at least one window, was empty", () -> withWindows(List.of())),
                wrong("health.windows must be between PT1M and PT10M, was PT50S", () -> withWindows(windows(50))),
                wrong("health.windows must be between PT1M and PT10M, was PT10M10S", () -> withWindows(windows(610))),
                wrong("health.windows must be multiples of 10 s, was [PT1M5S]", () -> withWindows(windows(65))),
                wrong("health.windows must be multiples of 10 s, was [PT1M0.001S]",
                        () -> withWindows(List.of(Duration.ofMillis(60_001)))),
                wrong("health.windows must ascend, was [PT2M, PT1M]", () -> withWindows(windows(120, 60))),
                wrong("health.windows must ascend, was [PT1M, PT1M]", () -> withWindows(windows(60, 60))),
                wrong("open.base must be between PT1S and PT10M, was PT0S", () -> new OpenTime(ZERO, seconds(9), 0, seconds(9))),
                wrong("open.cap must be between PT30S and PT1H, was PT29S",
                        () -> new OpenTime(seconds(30), seconds(29), 0, seconds(9))),
                wrong("open.jitter must be between 0.0 and 0.5, was 0.6",
                        () -> new OpenTime(seconds(30), seconds(30), 0.6, seconds(9))),
                wrong("open.healthy_per_step must be between PT1S and PT1H, was PT0S",
                        () -> new OpenTime(seconds(30), seconds(30), 0.2, ZERO)),
                wrong("probe.grant_lifetime must be between PT1S and PT1H, was PT0S",
                        () -> new Probing(ZERO, 3, seconds(60), 0.1, 2)),
                wrong("probe.successes_to_close must be between 1 and 100, was 0",
                        () -> new Probing(seconds(9), 0, seconds(60), 0.1, 2)),
                wrong("probe.ramp must be between PT1S and PT1H, was PT0S", () -> new Probing(seconds(9), 3, ZERO, 0.1, 2)),
                wrong("probe.ramp_from must be between 0.01 and 1.0, was 0.0",
                        () -> new Probing(seconds(9), 3, seconds(60), 0.0, 2)),
                wrong("probe.ramp_failures_to_reopen must be between 1 and 100, was 0",
                        () -> new Probing(seconds(9), 3, seconds(60), 0.1, 0)),
                wrong("capacity.cooldown.shortest must be between PT0.1S and PT1M, was PT0S",
                        () -> new CooldownLimits(ZERO, seconds(9))),
                wrong("capacity.cooldown.longest must be between PT2S and PT1H, was PT1S",
                        () -> new CooldownLimits(seconds(2), seconds(1))),
                wrong("suspension.quota must be between PT1S and PT24H, was PT0S",
                        () -> new SuspensionTimes(ZERO, seconds(9), seconds(9), seconds(9))),
                wrong("suspension.credential must be between PT1S and PT24H, was PT0S",
                        () -> new SuspensionTimes(seconds(9), ZERO, seconds(9), seconds(9))),
                wrong("suspension.credential_longest must be between PT9S and PT24H, was PT8S",
                        () -> new SuspensionTimes(seconds(9), seconds(9), seconds(8), seconds(9))),
                wrong("suspension.model must be between PT1S and PT24H, was PT0S",
                        () -> new SuspensionTimes(seconds(9), seconds(9), seconds(9), ZERO)),
                wrong("state.heartbeat must be between PT0.1S and PT1M, was PT0S",
                        () -> new Reporting(ZERO, seconds(30), seconds(15), 20)),
                wrong("state.stale_after must be between PT10S and PT1H, was PT9S",
                        () -> new Reporting(seconds(5), seconds(9), seconds(15), 20)),
                wrong("state.worker_expiry must be between PT1S and PT10M, was PT0S",
                        () -> new Reporting(seconds(5), seconds(30), ZERO, 20)),
                wrong("state.min_samples_for_p99 must be between 1 and 10000, was 0",
                        () -> new Reporting(seconds(5), seconds(30), seconds(15), 0)));
    }

    @ParameterizedTest
    @CsvSource({"0, 0.5, 30000", "0, 0.0, 24000", "0, 1.0, 36000", "1, 0.5, 60000", "2, 0.5, 120000", "3, 0.5, 240000",
            "4, 0.5, 300000", "5, 0.5, 300000", "60, 0.5, 300000", "4, 1.0, 360000"})
    void shouldDoubleTheOpenTimeUpToTheCapAndSpreadIt(int exponent, double draw, long millis) {
        assertThat(OpenTime.defaults().forExponent(exponent, draw).toMillis()).isEqualTo(millis);
    }

    @Test
    void shouldCountNoFurtherThanTheCap() {
        assertThat(OpenTime.defaults().largestExponent()).isEqualTo(4);
        assertThat(new OpenTime(seconds(30), seconds(30), 0, seconds(60)).largestExponent()).isZero();
    }

    @Test
    void shouldKnowTheLongestSuspension() {
        assertThat(new SuspensionTimes(seconds(9), seconds(1), seconds(2), seconds(3)).longest()).isEqualTo(seconds(9));
        assertThat(new SuspensionTimes(seconds(1), seconds(1), seconds(2), seconds(3)).longest()).isEqualTo(seconds(3));
        assertThat(new SuspensionTimes(seconds(1), seconds(1), seconds(5), seconds(3)).longest()).isEqualTo(seconds(5));
    }

    @Test
    void shouldDrawEvenlyAndTheSameEveryTime() {
        // Given
        long seed = JitterDraw.seed("openai/gpt/eu");

        // When
        double sum = 0;
        for (int epoch = 0; epoch < 10_000; epoch++) {
            double draw = JitterDraw.draw(seed, epoch);
            assertThat(draw).isGreaterThanOrEqualTo(0).isLessThan(1).isEqualTo(JitterDraw.draw(seed, epoch));
            sum += draw;
        }

        // Then
        assertThat(sum / 10_000).isCloseTo(0.5, within(0.02));
        assertThat(JitterDraw.seed("a")).isNotEqualTo(JitterDraw.seed("b"));
    }

    private static Arguments wrong(String message, ThrowingCallable construction) {
        return argumentSet(message, construction, message);
    }

    private static Opening opening(double threshold, double z, int min, int minLongest, int consecutive, int hardLocal) {
        return new Opening(threshold, z, min, minLongest, windows(60), consecutive, hardLocal);
    }

    private static Opening withWindows(List<Duration> windows) {
        return new Opening(0.15, 2.33, 10, 5, windows, 5, 3);
    }

    private static List<Duration> windows(long... seconds) {
        return Arrays.stream(seconds).mapToObj(Duration::ofSeconds).toList();
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }
}
