package io.spillway.router.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

final class SourceOrderTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Instant MINUTES_AGO = NOW.minusSeconds(1_800);
    /** Without a timestamp, as some clients write them. */
    private static final ConsumerRecord<Object, Object> ANY = new ConsumerRecord<>("t", 0, 0, new byte[0], new byte[0]);

    @Test
    void shouldPutReportsBeforeRequestsThatHaveWaitedForLong() {
        long request = SourceOrder.second(() -> MINUTES_AGO).extract(ANY, -1);

        assertThat(SourceOrder.first(() -> NOW).extract(ANY, -1)).isLessThan(request);
    }

    @Test
    void shouldStampWithTheTimeOfReadingWhateverTheCallerClaims() {
        assertThat(ANY.timestamp()).isNegative();
        assertThat(SourceOrder.second(() -> NOW).extract(ANY, -1)).isEqualTo(NOW.toEpochMilli());
    }
}
