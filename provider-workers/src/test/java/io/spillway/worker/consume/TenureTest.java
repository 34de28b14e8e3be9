package io.spillway.worker.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

class TenureTest {

    private static final long TERM = 7_000;

    private final AtomicLong nanos = new AtomicLong();
    private final BrokerClock clock = new BrokerClock(() -> Instant.EPOCH, nanos::get);
    private final Tenure tenure = new Tenure(clock, Duration.ofMillis(TERM));

    @Test
    void shouldNotBeCertainBeforeTheFirstCommit() {
        assertThat(tenure.isCertain()).isFalse();
    }

    @Test
    void shouldCountFromWhenTheCommitWasSentAndNotFromItsAnswer() {
        long sentAt = clock.millis();
        pass(3_000);
        tenure.accepted(sentAt);

        pass(TERM - 3_000 - 1);
        assertThat(tenure.isCertain()).isTrue();
        pass(1);
        assertThat(tenure.isCertain()).isFalse();
    }

    @Test
    void shouldNotBeCertainWhenTheAnswerComesTooLate() {
        long sentAt = clock.millis();
        pass(TERM);

        tenure.accepted(sentAt);

        assertThat(tenure.isCertain()).isFalse();
    }

    @Test
    void shouldNotBeShortenedByALateAnswerToAnOlderCommit() {
        tenure.accepted(clock.millis());
        tenure.accepted(clock.millis() - TERM);

        assertThat(tenure.isCertain()).isTrue();
    }

    @Test
    void shouldEndWhenACommitIsRefused() {
        tenure.accepted(clock.millis());
        tenure.refused();
        assertThat(tenure.isCertain()).isFalse();

        tenure.accepted(clock.millis());
        assertThat(tenure.isCertain()).isTrue();
    }

    private void pass(long millis) {
        nanos.addAndGet(Duration.ofMillis(millis).toNanos());
    }
}
