package io.spillway.load.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.spillway.load.measure.Trend.Verdict;

class TrendTest {

    private static final int SAMPLES = 300;

    private static Trend of(IntToDoubleFunction value) {
        return Trend.of(IntStream.range(0, SAMPLES).mapToObj(i -> new Trend.Point(i / 600.0, value.applyAsDouble(i))).toList());
    }

    /** Every value follows from the one before: what a heap or a cache that fills and drains looks like. */
    private static Trend ofSluggishNoise(long seed, double perSample) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] deviation = new double[1];
        return of(i -> {
            deviation[0] = 0.8 * deviation[0] + random.nextGaussian();
            return 500 + deviation[0] + perSample * i;
        });
    }

    @Test
    void shouldFindTheSlopeOfALine() {
        Trend trend = of(i -> 100 + i * 0.5);

        assertThat(trend.perHour()).isCloseTo(300, within(1e-6));
        assertThat(trend.low()).isCloseTo(300, within(1e-3));
        assertThat(trend.verdict()).isEqualTo(Verdict.GROWS);
    }

    @Test
    void shouldCallAConstantFlat() {
        Trend trend = of(i -> 42);

        assertThat(trend.verdict()).isEqualTo(Verdict.FLAT);
        assertThat(trend.perHour()).isZero();
    }

    @Test
    void shouldCallWhatShrinksFlat() {
        assertThat(of(i -> 100 - i * 0.5).verdict()).isEqualTo(Verdict.FLAT);
    }

    @Test
    void shouldSeldomTakeSluggishNoiseForGrowth() {
        long mistaken = IntStream.range(0, 200).filter(seed -> ofSluggishNoise(seed, 0).verdict() == Verdict.GROWS).count();

        // 2.5 % are meant to be; without regard for correlation it is about a quarter.
        assertThat(mistaken).isLessThan(20);
    }

    @Test
    void shouldFindGrowthUnderSluggishNoise() {
        long found = IntStream.range(0, 200).filter(seed -> ofSluggishNoise(seed, 0.02).verdict() == Verdict.GROWS).count();

        assertThat(found).isGreaterThan(180);
    }

    @Test
    void shouldNotCallFlatWhatIsTooNoisyToTell() {
        Trend trend = of(i -> i % 2 == 0 ? 20 : 180);

        assertThat(trend.low()).isNegative();
        assertThat(trend.verdict()).isEqualTo(Verdict.UNDECIDED);
    }

    @Test
    void shouldSayNothingAboutAHandfulOfSamples() {
        Trend trend = Trend.of(List.of(new Trend.Point(0, 1), new Trend.Point(1, 2), new Trend.Point(2, 3)));

        assertThat(trend.isKnown()).isFalse();
        assertThat(trend.verdict()).isEqualTo(Verdict.UNDECIDED);
    }
}
