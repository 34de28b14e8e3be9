package io.spillway.load.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import io.spillway.load.rig.NemesisPlan.Strike;

class NemesisPlanTest {

    /** As in the workload of chaos. */
    private static final Duration LENGTH = Duration.ofSeconds(230);
    private static final List<Row> ALL = List.of(Row.values());

    @Test
    void shouldPlanTheSameForTheSameSeedAndOtherwiseForAnother() {
        assertThat(NemesisPlan.of(1, LENGTH, ALL).strikes()).isEqualTo(NemesisPlan.of(1, LENGTH, ALL).strikes())
                .isNotEqualTo(NemesisPlan.of(2, LENGTH, ALL).strikes());
    }

    @Test
    void shouldStrikeEveryRowInTheUsualRunAndLeaveTimeToHeal() {
        for (long seed = 0; seed < 50; seed++) {
            NemesisPlan plan = NemesisPlan.of(seed, LENGTH, ALL);
            assertThat(plan.leftOut()).isEmpty();
            assertThat(plan.strikes()).extracting(Strike::row).containsAll(ALL);
            for (Strike strike : plan.strikes()) {
                assertThat(strike.at()).isGreaterThanOrEqualTo(LENGTH.dividedBy(20));
                assertThat(strike.at().plus(strike.row().length())).isLessThanOrEqualTo(LENGTH.multipliedBy(9).dividedBy(10));
            }
        }
    }

    @Test
    void shouldNotStrikeTwiceAtOnceInOneLane() {
        for (long seed = 0; seed < 50; seed++) {
            NemesisPlan.of(seed, LENGTH.multipliedBy(5), ALL).strikes().stream()
                    .collect(Collectors.groupingBy(strike -> strike.row().lane())).values().forEach(lane -> {
                        for (int i = 1; i < lane.size(); i++) {
                            Strike before = lane.get(i - 1);
                            assertThat(lane.get(i).at()).isGreaterThan(before.at().plus(before.row().length()));
                        }
                    });
        }
    }

    @Test
    void shouldComeAgainInALongRun() {
        long once = NemesisPlan.of(1, LENGTH, ALL).strikes().stream().filter(strike -> strike.row() == Row.BROKERS_LOST).count();
        long often = NemesisPlan.of(1, LENGTH.multipliedBy(5), ALL).strikes().stream()
                .filter(strike -> strike.row() == Row.BROKERS_LOST).count();
        assertThat(once).isEqualTo(1);
        assertThat(often).isGreaterThan(3);
    }

    @Test
    void shouldSpreadALaneOfFewRowsOverTheRun() {
        for (long seed = 0; seed < 50; seed++) {
            List<Strike> workers = NemesisPlan.of(seed, LENGTH, ALL).strikes().stream()
                    .filter(strike -> strike.row().lane() == Row.Lane.WORKERS).toList();

            // A lane with more to do has no time to begin again, so this one does not either.
            assertThat(workers).hasSize(2);
            assertThat(workers.getLast().at().minus(workers.getFirst().at())).isGreaterThan(LENGTH.dividedBy(4));
        }
    }

    @Test
    void shouldSayWhatAShortRunHasNoTimeFor() {
        NemesisPlan plan = NemesisPlan.of(1, Duration.ofSeconds(30), List.of(Row.AGGREGATOR_GONE, Row.OTHER_BODY));

        assertThat(plan.strikes()).extracting(Strike::row).containsOnly(Row.OTHER_BODY);
        assertThat(plan.leftOut()).containsExactly(Row.AGGREGATOR_GONE);
    }

    @Test
    void shouldHaveEveryRowOfTheMatrix() {
        for (int number = 1; number <= 32; number++) {
            assertThat(Row.exists(number)).as("row %d", number).isTrue();
        }
        assertThat(Row.exists(33)).isFalse();
    }
}
