package io.spillway.worker.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

class BrokerClockTest {

    private final AtomicLong nanos = new AtomicLong();

    @Test
    void shouldFollowTheBrokersWhenTheMachinesClockIsFifteenMinutesOff() {
        Instant wrong = Samples.NOW.minus(Duration.ofMinutes(15));
        BrokerClock clock = new BrokerClock(() -> wrong, nanos::get);
        assertThat(clock.now()).as("nothing better is known").isEqualTo(wrong);
        assertThat(clock.isSynchronised()).isFalse();

        long sentAt = clock.millis();
        nanos.addAndGet(Duration.ofMillis(4).toNanos());
        clock.acknowledged(Samples.NOW.toEpochMilli(), sentAt);
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());

        assertThat(clock.isSynchronised()).isTrue();
        assertThat(clock.now()).isEqualTo(Samples.NOW.plusMillis(10_002));
    }
}
