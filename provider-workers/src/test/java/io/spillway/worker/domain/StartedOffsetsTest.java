package io.spillway.worker.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartedOffsetsTest {

    @Test
    void shouldCommitTheContiguousPrefixWhenStartsComeOutOfOrder() {
        StartedOffsets offsets = read(5, 6, 7, 9);

        offsets.started(6);
        offsets.started(9);
        assertThat(offsets.lowestUnstarted()).hasValue(5);
        assertThat(offsets.ahead()).isEqualTo(2);

        offsets.started(5);
        assertThat(offsets.lowestUnstarted()).hasValue(7);
        assertThat(offsets.ahead()).isEqualTo(1);

        offsets.started(7);
        assertThat(offsets.lowestUnstarted()).isEmpty();
        assertThat(offsets.ahead()).isZero();
    }

    @Test
    void shouldBoundWhatStartsAheadWhenTheLowestWaits() {
        StartedOffsets offsets = new StartedOffsets();
        for (long offset = 0; offset <= StartedOffsets.MAX_AHEAD + 1; offset++) {
            offsets.read(offset);
        }
        for (long offset = 1; offset <= StartedOffsets.MAX_AHEAD; offset++) {
            assertThat(offsets.mayStart(offset)).isTrue();
            offsets.started(offset);
        }

        assertThat(offsets.mayStart(StartedOffsets.MAX_AHEAD + 1)).isFalse();
        assertThat(offsets.mayStart(0)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldReadBackWhatWasStartedAheadWhenThePatternIsRandom(long seed) {
        Random random = new Random(seed);
        long base = random.nextLong(1L << 40);
        StartedOffsets offsets = new StartedOffsets();
        TreeSet<Long> ahead = new TreeSet<>();
        for (long offset = base; offset < base + 500; offset++) {
            offsets.read(offset);
        }
        for (long offset = base + 1; offset < base + 500; offset++) {
            if (random.nextInt(3) == 0) {
                offsets.started(offset);
                ahead.add(offset);
            }
        }

        assertThat(StartedOffsets.parse(base, offsets.metadata())).isEqualTo(ahead);
        assertThat(offsets.metadata().length()).isLessThan(4_096);
    }

    @Test
    void shouldStayWithinTheBrokersLimitWhenThePatternIsTheWorst() {
        StartedOffsets offsets = new StartedOffsets();
        for (long offset = 0; offset < 2_000_000; offset++) {
            if (offset % 1_000 == 0) {
                offsets.read(offset);
            }
        }
        for (long offset = 1_000; offset < 1_000_000; offset += 1_000) {
            offsets.started(offset);
        }

        assertThat(offsets.metadata().length()).isLessThanOrEqualTo(4_000);
        assertThat(StartedOffsets.parse(0, offsets.metadata())).contains(1_000L, 2_000L).doesNotContain(0L, 1L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a1:", "a1:+", "a1:!+y,", "a1:zzzzzzzzzzzzzzzzzzzz+1,", "somebody else's", "a1:1+-5,"})
    void shouldSkipNothingWhenTheMetadataIsNotOurs(String metadata) {
        assertThat(StartedOffsets.parse(10, metadata)).isEmpty();
    }

    private static StartedOffsets read(long... all) {
        StartedOffsets offsets = new StartedOffsets();
        for (long offset : all) {
            offsets.read(offset);
        }
        return offsets;
    }
}
