package io.spillway.worker.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

class StandstillsTest {

    private final AtomicLong nanos = new AtomicLong();
    private final Standstills standstills = new Standstills(new BrokerClock(() -> Instant.EPOCH, nanos::get));

    @Test
    void shouldCountNothingWhileSomebodyAsksOftenEnough() {
        for (int i = 0; i < 100; i++) {
            pass(Standstills.LIMIT_MILLIS);
            assertThat(standstills.count()).isZero();
        }
    }

    @Test
    void shouldCountAStandstillOnceForAllWhoAsk() {
        Tenure first = new Tenure(standstills);
        Tenure second = new Tenure(standstills);

        pass(Standstills.LIMIT_MILLIS + 1);

        assertThat(first.isCertain()).isFalse();
        assertThat(second.isCertain()).as("also when another asked first").isFalse();
        first.confirm(() -> {});
        assertThat(first.isCertain()).isTrue();
        assertThat(second.isCertain()).as("each asks for itself").isFalse();
    }

    @Test
    void shouldStayInDoubtWhenAStandstillComesDuringTheCommit() {
        Tenure tenure = new Tenure(standstills);
        pass(Standstills.LIMIT_MILLIS + 1);

        tenure.confirm(() -> pass(Standstills.LIMIT_MILLIS + 1));

        assertThat(tenure.isCertain()).isFalse();
    }

    private void pass(long millis) {
        nanos.addAndGet(Duration.ofMillis(millis).toNanos());
    }
}
