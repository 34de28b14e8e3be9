package io.spillway.worker.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClockSampleTest {

    @Test
    void shouldCarryTheBrokersTimeForwardWhenAsked() {
        ClockSample sample = ClockSample.of(1_000_000, 500, 520);

        assertThat(sample.brokerMillisAt(510)).isEqualTo(1_000_000);
        assertThat(sample.brokerMillisAt(10_510)).isEqualTo(1_010_000);
    }

    @Test
    void shouldKeepTheTighterSampleWhenTheNewerTookLonger() {
        ClockSample tight = ClockSample.of(1_000_000, 500, 502);
        ClockSample loose = ClockSample.of(1_005_300, 5_000, 6_000);

        assertThat(tight.orBetter(loose, 6_000)).isEqualTo(tight);
        assertThat(loose.orBetter(tight, 6_000)).isEqualTo(tight);
    }

    @Test
    void shouldPreferTheNewerSampleWhenTheTighterOneHasAged() {
        ClockSample tight = ClockSample.of(1_000_000, 0, 2);
        ClockSample newer = ClockSample.of(1_600_000, 600_000, 600_100);

        assertThat(tight.orBetter(newer, 600_100)).isEqualTo(newer);
    }
}
