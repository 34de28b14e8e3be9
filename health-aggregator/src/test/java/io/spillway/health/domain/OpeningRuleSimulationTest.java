package io.spillway.health.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The rule against simulated traffic, from one request in 50 s to ten in one: how often it opens on a deployment that only
 * has its usual errors, and how long it takes to notice one that fails. Time is simulated; seeds are fixed.
 */
class OpeningRuleSimulationTest {

    private static final HealthPolicy.Opening POLICY = HealthPolicy.Opening.defaults();
    private static final double DAY = 86_400;

    @ParameterizedTest
    @CsvSource({"0.02, 0.02, 20, 0.1", "0.02, 0.05, 20, 0.5", "0.1, 0.02, 10, 0.1", "0.1, 0.05, 10, 0.8",
            "1, 0.02, 1, 0", "1, 0.05, 2, 0.5", "10, 0.05, 1, 3"})
    void shouldSeldomOpenOnUsualErrors(double perSecond, double errorRate, int days, double mostPerDay) {
        // When
        int opened = 0;
        Traffic traffic = new Traffic(perSecond, errorRate, 42);
        while (traffic.seconds < days * DAY) {
            if (traffic.nextOpens()) {
                opened++;
                traffic.forget();
            }
        }

        // Then
        assertThat((double) opened / days).as("false openings per day").isLessThanOrEqualTo(mostPerDay);
    }

    @ParameterizedTest
    @CsvSource({"0.02, 1.0, 260", "0.1, 1.0, 60", "1, 1.0, 6", "10, 1.0, 1", "0.02, 0.3, 1200", "0.1, 0.3, 280", "1, 0.3, 65",
            "10, 0.3, 40"})
    void shouldNoticeAFailingDeployment(double perSecond, double errorRate, double mostSeconds) {
        // Given
        double[] seconds = new double[101];

        // When
        for (int run = 0; run < seconds.length; run++) {
            Traffic traffic = new Traffic(perSecond, 0.02, run);
            while (traffic.seconds < 1_200) {
                if (traffic.nextOpens()) {
                    traffic.forget();
                }
            }
            double brokenAt = traffic.seconds;
            traffic.errorRate = errorRate;
            while (!traffic.nextOpens()) {
                assertThat(traffic.seconds - brokenAt).as("seconds without noticing").isLessThan(DAY);
            }
            seconds[run] = traffic.seconds - brokenAt;
        }

        // Then
        Arrays.sort(seconds);
        assertThat(seconds[50]).as("median seconds to notice").isLessThanOrEqualTo(mostSeconds);
    }

    /** A stream of results at random times; every result is judged as it comes. */
    private static final class Traffic {

        private final Random random;
        private final double perSecond;
        private double errorRate;
        private double seconds;
        private BucketRing ring = new BucketRing();
        private Streak streak = Streak.NONE;

        Traffic(double perSecond, double errorRate, long seed) {
            this.perSecond = perSecond;
            this.errorRate = errorRate;
            this.random = new Random(seed);
        }

        boolean nextOpens() {
            seconds += -Math.log(1 - random.nextDouble()) / perSecond;
            Instant now = Samples.START.plus(Duration.ofMillis((long) (seconds * 1_000)));
            Outcome outcome = random.nextDouble() < errorRate
                    ? new Outcome.Failed(FailureKind.SERVER_ERROR)
                    : new Outcome.Succeeded();
            ring.record(new AttemptSample(now, outcome, 5_000, OptionalLong.empty(), 0, OptionalLong.empty()), now);
            streak = streak.after(outcome);
            return switch (OpeningRule.judge(window -> ring.counts(window, now), streak, POLICY)) {
                case Verdict.TooFew tooFew -> false;
                case Verdict.Fit fit -> false;
                case Verdict.SickByRate sick -> true;
                case Verdict.SickByStreak sick -> true;
            };
        }

        void forget() {
            ring = new BucketRing();
            streak = Streak.NONE;
        }
    }
}
