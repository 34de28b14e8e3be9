package io.spillway.worker.provider;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AdaptersTest {

    @Test
    void shouldHaveADialectForEveryName() {
        assertThat(Adapters.names()).isSorted().allSatisfy(name -> assertThat(Adapters.forApi(name)).isPresent());
        assertThat(Adapters.forApi("nonsense")).isEmpty();
    }
}
