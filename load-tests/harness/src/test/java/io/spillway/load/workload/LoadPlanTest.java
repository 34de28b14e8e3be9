package io.spillway.load.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

class LoadPlanTest {

    private static Workload workload(String more) {
        return WorkloadFile.parse("rate: 200\nduration: 60s\nproviders: [{name: a}]\n" + more, "test");
    }

    @Test
    void shouldPlanTheSameRunForTheSameSeedAndAnotherForAnother() {
        Workload workload = workload("batchShare: 0.3\nrepeatShare: 0.1");

        assertThat(LoadPlan.of(workload, 7)).isEqualTo(LoadPlan.of(workload, 7)).isNotEqualTo(LoadPlan.of(workload, 8));
    }

    @Test
    void shouldSendAtEqualGapsWhenArrivalsAreConstant() {
        List<PlannedRequest> plan = LoadPlan.of(workload("arrival: constant"), 1);

        assertThat(plan).hasSize(12_000);
        assertThat(plan.get(1).atNanos() - plan.get(0).atNanos()).isEqualTo(5_000_000);
        assertThat(plan.getLast().atNanos()).isLessThan(Duration.ofSeconds(60).toNanos());
    }

    @Test
    void shouldKeepTheRateAndSpreadTheGapsWhenArrivalsArePoisson() {
        List<PlannedRequest> plan = LoadPlan.of(workload("arrival: poisson"), 1);

        assertThat(plan.size()).isBetween(11_500, 12_500);
        double mean = 0;
        double square = 0;
        for (int i = 1; i < plan.size(); i++) {
            double gap = (plan.get(i).atNanos() - plan.get(i - 1).atNanos()) / 5e6;
            mean += gap / (plan.size() - 1);
            square += gap * gap / (plan.size() - 1);
        }
        // An exponential distribution's deviation equals its mean.
        assertThat(Math.sqrt(square - mean * mean) / mean).isCloseTo(1, within(0.1));
        assertThat(plan).isSortedAccordingTo(java.util.Comparator.comparing(PlannedRequest::atNanos));
    }

    @Test
    void shouldMixLanesRepeatsAndSizesAsTheSharesSay() {
        List<PlannedRequest> plan = LoadPlan.of(
                workload("batchShare: 0.25\nrepeatShare: 0.1\npromptBytesLeast: 100\npromptBytesMost: 300"), 3);

        assertThat(plan.stream().filter(PlannedRequest::batch).count() / (double) plan.size()).isCloseTo(0.25, within(0.03));
        assertThat(plan.stream().filter(PlannedRequest::isRepeat).count() / (double) plan.size()).isCloseTo(0.1, within(0.02));
        assertThat(plan).allSatisfy(request -> assertThat(request.promptBytes()).isBetween(100, 300));
        assertThat(plan).filteredOn(PlannedRequest::isRepeat).allSatisfy(repeat -> {
            PlannedRequest original = plan.get(repeat.original());
            assertThat(original.isRepeat()).isFalse();
            assertThat(original.index()).isLessThan(repeat.index());
            // The same id must go to the same lane with the same body, or it is not the same request.
            assertThat(repeat.batch()).isEqualTo(original.batch());
            assertThat(repeat.promptBytes()).isEqualTo(original.promptBytes());
        });
    }
}
