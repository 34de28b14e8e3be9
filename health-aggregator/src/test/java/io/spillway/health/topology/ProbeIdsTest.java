package io.spillway.health.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProbeIdsTest {

    @Test
    void shouldFindTheGrantOfAnId() {
        assertThat(ProbeIds.grant("a#b", ProbeIds.id("a#b", 1_772_000_000_123L))).hasValue(1_772_000_000_123L);
    }

    @Test
    void shouldTellApartTheSameGrantOfTwoDeployments() {
        assertThat(ProbeIds.id("a", 7)).isNotEqualTo(ProbeIds.id("b", 7));
        assertThat(ProbeIds.grant("b", ProbeIds.id("a", 7))).isEmpty();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "7", "a", "a#", "a#x", "a#99999999999999999999"})
    void shouldFindNoGrantInWhatIsNoneOfOurs(String id) {
        assertThat(ProbeIds.grant("a", id)).isEmpty();
    }
}
