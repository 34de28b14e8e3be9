package io.spillway.worker.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AimdLimitTest {

    @ParameterizedTest
    @CsvSource({"64,64,32", "64,9,4", "64,3,1", "64,2,1", "64,1,1", "3,3,1", "2,2,1", "1,1,1", "10000,10000,5000"})
    void shouldHalveDownToTheFloorWhenOverloaded(int max, int before, int after) {
        AimdLimit limit = new AimdLimit(before, max, 3, -10_000);

        AimdLimit halved = limit.overloaded(0, 0);

        assertThat(halved.limit()).isEqualTo(after);
        assertThat(halved.successes()).isZero();
    }

    @Test
    void shouldHalveOncePerWindowWhenABurstIsRefused() {
        AimdLimit limit = AimdLimit.startingAt(64);
        for (int i = 0; i < 50; i++) {
            limit = limit.overloaded(5_000 + i, 5_000 + i);
        }

        assertThat(limit.limit()).isEqualTo(32);
        assertThat(limit.overloaded(6_001, 6_001).limit()).isEqualTo(16);
    }

    @Test
    void shouldIgnoreARefusalWhenItsCallBeganBeforeTheLastHalving() {
        AimdLimit halved = AimdLimit.startingAt(64).overloaded(100, 10_000);

        assertThat(halved.overloaded(9_999, 60_000).limit()).isEqualTo(32);
        assertThat(halved.overloaded(10_001, 60_000).limit()).isEqualTo(16);
    }

    @Test
    void shouldGrowByOnePerWindowWhenCallsSucceed() {
        AimdLimit limit = new AimdLimit(32, 64, 0, 0);
        for (int i = 0; i < AimdLimit.WINDOW * 10; i++) {
            limit = limit.succeeded(32);
        }

        assertThat(limit.limit()).isEqualTo(42);
    }

    @Test
    void shouldNotGrowWhenTheLimitIsNotInUse() {
        AimdLimit limit = new AimdLimit(32, 64, 0, 0);
        for (int i = 0; i < 1_000; i++) {
            limit = limit.succeeded(15);
        }

        assertThat(limit.limit()).isEqualTo(32);
    }

    @Test
    void shouldNeverPassTheMaximumWhenCallsSucceed() {
        AimdLimit limit = AimdLimit.startingAt(8).overloaded(2_000, 2_000);
        for (int i = 0; i < 1_000; i++) {
            limit = limit.succeeded(limit.limit());
            assertThat(limit.limit()).isBetween(1, 8);
        }

        assertThat(limit.limit()).isEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource({"64,64,128,128", "64,64,16,16", "10,64,128,10", "10,64,8,8", "64,64,0,1"})
    void shouldFollowTheOperatorWhenTheMaximumChanges(int limit, int max, int newMax, int expected) {
        assertThat(new AimdLimit(limit, max, 0, 0).withMax(newMax).limit()).isEqualTo(expected);
    }
}
