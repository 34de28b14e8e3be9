package io.spillway.load.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.spillway.load.rig.NemesisPlan.Harm;
import io.spillway.load.rig.NemesisPlan.Strike;

class NemesisPlanTest {

    private static final Duration LENGTH = Duration.ofMinutes(30);
    private static final List<String> PROCESSES = List.of("router-1", "worker-1", "worker-2");
    private static final List<String> PROVIDERS = List.of("alpha", "beta");

    private static List<Strike> plan(long seed) {
        return NemesisPlan.of(seed, LENGTH, PROCESSES, PROVIDERS, Duration.ofSeconds(8));
    }

    @Test
    void shouldPlanTheSameForTheSameSeedAndOtherwiseForAnother() {
        assertThat(plan(1)).isEqualTo(plan(1)).isNotEqualTo(plan(2));
    }

    @Test
    void shouldStrikeEverybodyInEveryWayAndLeaveTimeToHeal() {
        Set<String> targets = new HashSet<>();
        Set<Class<?>> kinds = new HashSet<>();
        for (Strike strike : plan(1)) {
            targets.add(NemesisPlan.target(strike.harm()));
            kinds.add(strike.harm().getClass());
            assertThat(strike.at()).isBetween(LENGTH.dividedBy(10), LENGTH.multipliedBy(4).dividedBy(5));
        }
        assertThat(targets).containsAll(PROCESSES).containsAll(PROVIDERS);
        assertThat(kinds).containsExactlyInAnyOrder(Harm.Kill.class, Harm.Pause.class, Harm.Fail.class);
    }

    @Test
    void shouldLetOneProviderBeWellAndNobodyBeStruckTwiceAtOnce() {
        for (long seed = 0; seed < 20; seed++) {
            List<Strike> strikes = plan(seed);
            for (Strike strike : strikes) {
                List<Strike> during = strikes.stream().filter(other -> other != strike && other.at().compareTo(strike.at()) <= 0
                        && other.at().plus(other.length()).compareTo(strike.at()) > 0).toList();
                assertThat(during).noneMatch(
                        other -> NemesisPlan.target(other.harm()).equals(NemesisPlan.target(strike.harm())));
                if (strike.harm() instanceof Harm.Fail) {
                    assertThat(during).noneMatch(other -> other.harm() instanceof Harm.Fail);
                }
            }
        }
    }
}
