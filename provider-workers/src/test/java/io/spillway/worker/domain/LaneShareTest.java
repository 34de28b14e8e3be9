package io.spillway.worker.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LaneShareTest {

    @Test
    void shouldGiveBatchEveryEighthPermitWhenBothLanesWait() {
        LaneShare share = LaneShare.fresh();
        int batch = 0;
        for (int permit = 0; permit < 800; permit++) {
            boolean interactive = share.admits(true, true);
            assertThat(share.admits(false, true)).isNotEqualTo(interactive);
            batch += interactive ? 0 : 1;
            share = share.took(interactive, true);
        }

        assertThat(batch).isEqualTo(100);
    }

    @Test
    void shouldAdmitEitherLaneWhenTheOtherDoesNotWait() {
        LaneShare due = new LaneShare(LaneShare.ROUND);

        assertThat(due.admits(true, false)).isTrue();
        assertThat(LaneShare.fresh().admits(false, false)).isTrue();
    }
}
