package io.spillway.health.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.HdrHistogram.Histogram;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencySketchTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 9, 20, 127, 128, 129, 500, 5_000})
    void shouldBeWithinOnePercentOfTheExactPercentileForAnyNumberOfValues(int count) {
        // Given: two sketches, as of two buckets, with values like those of language models
        Random random = new Random(count);
        LatencySketch[] sketches = {new LatencySketch(), new LatencySketch()};
        long[] exact = new long[count];
        for (int i = 0; i < count; i++) {
            exact[i] = Math.clamp(Math.round(Math.exp(7.5 + random.nextGaussian())), 1, 600_000);
            sketches[i % 2].record(exact[i]);
        }
        Arrays.sort(exact);

        // When
        Histogram merged = LatencySketch.emptyMerge();
        sketches[0].addTo(merged);
        sketches[1].addTo(merged);
        LatencySummary summary = LatencySummary.of(merged, 20);

        // Then
        assertThat(summary.n()).isEqualTo(count);
        assertThat((double) summary.p50Ms().orElseThrow()).isCloseTo(exact[(count - 1) / 2], Percentage.withPercentage(1));
        assertThat((double) summary.maxMs().orElseThrow()).isCloseTo(exact[count - 1], Percentage.withPercentage(1));
        assertThat(summary.p99Ms().isPresent()).isEqualTo(count >= 20);
        summary.p99Ms().ifPresent(p99 -> assertThat((double) p99).isCloseTo(exact[(int) Math.ceil(count * 0.99) - 1],
                Percentage.withPercentage(1)));
    }

    @Test
    void shouldKeepValuesWithinItsRange() {
        // Given
        LatencySketch sketch = new LatencySketch();
        sketch.record(0);
        sketch.record(Long.MAX_VALUE);

        // When
        Histogram merged = LatencySketch.emptyMerge();
        sketch.addTo(merged);

        // Then
        assertThat(merged.getMinValue()).isEqualTo(1);
        assertThat(LatencySummary.of(merged, 20).maxMs()).hasValue(600_000);
    }

    @Test
    void shouldSayNothingWithoutValues() {
        // When
        LatencySummary summary = LatencySummary.of(LatencySketch.emptyMerge(), 1);

        // Then
        assertThat(summary.n()).isZero();
        assertThat(summary.p50Ms()).isEmpty();
        assertThat(summary.p99Ms()).isEmpty();
        assertThat(summary.maxMs()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 3_000})
    void shouldComeBackFromBytesWithTheSamePercentiles(int count) {
        // Given
        Random random = new Random(7);
        Histogram before = LatencySketch.emptyMerge();
        for (int i = 0; i < count; i++) {
            before.recordValue(1 + random.nextInt(random.nextInt(600_000) + 1));
        }
        SnapshotWriter out = new SnapshotWriter();

        // When
        LatencySketch.write(before, out);
        LatencySketch restored = new LatencySketch();
        restored.readInto(new SnapshotReader(out.toBytes()));
        Histogram after = LatencySketch.emptyMerge();
        restored.addTo(after);

        // Then
        assertThat(after.getTotalCount()).isEqualTo(count);
        for (double percent : new double[]{0, 25, 50, 75, 90, 99, 100}) {
            assertThat((double) after.getValueAtPercentile(percent)).isCloseTo(before.getValueAtPercentile(percent),
                    within(0.01 * before.getValueAtPercentile(percent)));
        }
    }
}
