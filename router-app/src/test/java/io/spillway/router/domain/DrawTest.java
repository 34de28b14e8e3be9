package io.spillway.router.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;

class DrawTest {

    private static final int DRAWS = 10_000;

    @Test
    void shouldDrawTheSameNumberForTheSameAttempt() {
        assertThat(Draw.of("request-1", 3)).isEqualTo(Draw.of("request-1", 3));
    }

    @Test
    void shouldKeepItsNumbersFromReleaseToRelease() {
        // A replay may be by a newer version: it must choose as the older one did.
        assertThat(Draw.of("request-1", 1)).isEqualTo(0.7285033275073949);
        assertThat(Draw.of("llm.requests-0-42", 2)).isEqualTo(0.09277738406267533);
    }

    @Test
    void shouldSpreadEvenlyOverSequentialIds() {
        // Given
        int[] buckets = new int[20];
        // When
        for (int i = 0; i < DRAWS; i++) {
            double draw = Draw.of("llm.requests-0-" + i, 1);
            assertThat(draw).isBetween(0.0, Math.nextDown(1.0));
            buckets[(int) (draw * buckets.length)]++;
        }
        // Then chi-square with 19 degrees of freedom: 43.8 is passed by chance once in a thousand
        assertThat(chiSquare(buckets, DRAWS / (double) buckets.length)).isLessThan(43.8);
    }

    @Test
    void shouldSpreadEvenlyOverTheAttemptsOfOneRequest() {
        int[] buckets = new int[20];
        for (int i = 0; i < DRAWS; i++) {
            buckets[(int) (Draw.of("one", i) * buckets.length)]++;
        }
        assertThat(chiSquare(buckets, DRAWS / (double) buckets.length)).isLessThan(43.8);
    }

    @Test
    void shouldPickInProportionToWeights() {
        // Given
        Map<String, Integer> weights = Map.of("a", 1, "b", 3, "c", 6);
        Map<String, Integer> counts = new HashMap<>();
        // When
        for (int i = 0; i < DRAWS; i++) {
            counts.merge(new Scene().weighted(weights).id("request-" + i).target(), 1, Integer::sum);
        }
        // Then chi-square with 2 degrees of freedom: 13.8 is passed by chance once in a thousand
        double deviation = 0;
        for (String id : weights.keySet()) {
            double expected = DRAWS * weights.get(id) / 10.0;
            deviation += Math.pow(counts.getOrDefault(id, 0) - expected, 2) / expected;
        }
        assertThat(deviation).isLessThan(13.8);
    }

    @Test
    void shouldGiveARecoveringDeploymentItsRampOfTheWeight() {
        // Given b takes a tenth of its weight: 0.1 of 1.1
        int toB = 0;
        for (int i = 0; i < DRAWS; i++) {
            Scene scene = new Scene().tier("a", "b").health("b", Scene.closed(0.1, Scene.NOW)).id("request-" + i);
            toB += scene.target().equals("b") ? 1 : 0;
        }
        // Then
        assertThat(toB / (double) DRAWS).isBetween(0.075, 0.107);
    }

    @Test
    void shouldIgnoreARampThatIsOldNews() {
        int toB = 0;
        for (int i = 0; i < DRAWS; i++) {
            Scene scene = new Scene().tier("a", "b").health("b", Scene.closed(0.1, Scene.NOW.minusSeconds(31)))
                    .id("request-" + i);
            toB += scene.target().equals("b") ? 1 : 0;
        }
        assertThat(toB / (double) DRAWS).isBetween(0.47, 0.53);
    }

    private static double chiSquare(int[] buckets, double expected) {
        double sum = 0;
        for (int count : buckets) {
            sum += Math.pow(count - expected, 2) / expected;
        }
        return sum;
    }
}
