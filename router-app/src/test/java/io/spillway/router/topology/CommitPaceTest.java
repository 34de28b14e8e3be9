package io.spillway.router.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class CommitPaceTest {

    private static final TopicPartition REQUESTS = new TopicPartition("requests", 3);
    private static final TopicPartition RESULTS = new TopicPartition("results", 3);

    private final ReadAhead readAhead = new ReadAhead();
    private final CommitPace pace = new CommitPace(readAhead);

    @Test
    void shouldNotAskForACommitWhenNothingWasProcessed() {
        readAhead.read(REQUESTS, 7);

        assertThat(pace.isDue()).isFalse();
    }

    @Test
    void shouldAskForACommitOnceAllThatWasReadIsProcessed() {
        // Given
        readAhead.read(REQUESTS, 7);
        pace.handled(REQUESTS, 6);
        assertThat(pace.isDue()).as("one record waits").isFalse();
        // When
        pace.handled(REQUESTS, 7);
        // Then
        assertThat(pace.isDue()).isTrue();
        assertThat(pace.isDue()).as("nothing was processed since").isFalse();
    }

    @Test
    void shouldWaitForTheOtherInputToo() {
        // Given
        readAhead.read(RESULTS, 100);
        pace.handled(RESULTS, 90);
        readAhead.read(REQUESTS, 7);
        // When
        pace.handled(REQUESTS, 7);
        // Then
        assertThat(pace.isDue()).isFalse();
        pace.handled(RESULTS, 100);
        assertThat(pace.isDue()).isTrue();
    }

    @Test
    void shouldNotWaitForRecordsOfAnotherPartition() {
        readAhead.read(new TopicPartition("requests", 4), 500);
        readAhead.read(REQUESTS, 7);
        pace.handled(REQUESTS, 7);

        assertThat(pace.isDue()).isTrue();
    }

    @Test
    void shouldNotBeHeldUpByWhatAnEarlierOwnerRead() {
        // Given the partition came back after a rebalance, at an earlier offset than was read before
        readAhead.read(REQUESTS, 900);
        readAhead.read(REQUESTS, 7);
        // When
        pace.handled(REQUESTS, 7);
        // Then
        assertThat(pace.isDue()).isTrue();
    }
}
