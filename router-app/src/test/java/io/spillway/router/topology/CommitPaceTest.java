package io.spillway.router.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CommitPaceTest {

    private final CommitPace pace = new CommitPace();

    @Test
    void shouldNotAskForACommitWhenNothingWasHandled() {
        assertThat(pace.isDue()).isFalse();
    }

    @Test
    void shouldAskForACommitSoonWhenLoadIsLight() {
        handle(CommitPace.LIGHT);

        assertThat(pace.isDue()).isTrue();
    }

    @Test
    void shouldLeaveTheCommitToTheLongerIntervalWhenLoadIsHeavy() {
        handle(CommitPace.LIGHT + 1);

        assertThat(pace.isDue()).isFalse();
    }

    @Test
    void shouldJudgeEachLookOnItsOwn() {
        handle(CommitPace.LIGHT + 1);
        pace.isDue();

        assertThat(pace.isDue()).as("nothing since").isFalse();
        handle(1);
        assertThat(pace.isDue()).as("one since").isTrue();
        assertThat(pace.isDue()).as("nothing since").isFalse();
    }

    private void handle(int records) {
        for (int i = 0; i < records; i++) {
            pace.handled();
        }
    }
}
