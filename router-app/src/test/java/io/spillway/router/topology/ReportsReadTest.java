package io.spillway.router.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** When a missing report means something. */
class ReportsReadTest {

    private static final TopicPartition REPORTS = new TopicPartition("attempt-results", 3);

    private final Deque<CompletableFuture<ReportsLog.Extent>> questions = new ArrayDeque<>();
    private final ReportsRead reports = new ReportsRead(REPORTS, partition -> {
        assertThat(partition).isEqualTo(REPORTS);
        CompletableFuture<ReportsLog.Extent> question = new CompletableFuture<>();
        questions.add(question);
        return question;
    });

    @Test
    void shouldBeUpToWhatWasReportedWhenTheBrokerWasAskedOnceThatIsRead() {
        assertThat(reports.isUpTo(100, 105)).isFalse();
        questions.element().complete(new ReportsLog.Extent(0, 2));
        assertThat(reports.isUpTo(100, 110)).isFalse();
        reports.read(0);
        assertThat(reports.isUpTo(100, 115)).isFalse();
        reports.read(1);

        assertThat(reports.isUpTo(100, 120)).isTrue();
        assertThat(reports.isUpTo(105, 120)).as("the moment it was asked").isTrue();
        assertThat(questions).hasSize(1);
        assertThat(reports.isUpTo(106, 120)).as("later than that").isFalse();
        assertThat(questions).hasSize(2);
    }

    @Test
    void shouldAskOnceUntilThereIsAnAnswer() {
        assertThat(reports.isUpTo(100, 105)).isFalse();
        assertThat(reports.isUpTo(100, 130)).isFalse();
        assertThat(questions).hasSize(1);
    }

    @Test
    void shouldCountWhatWasCommittedBeforeTheTaskCameHere() {
        reports.isUpTo(100, 105);
        questions.element().complete(new ReportsLog.Extent(40, 40));

        assertThat(reports.isUpTo(100, 110)).isTrue();
    }

    @Test
    void shouldAskAgainAfterAWhileWhenNoBrokerAnswered() {
        reports.isUpTo(100, 105);
        questions.remove().completeExceptionally(new IllegalStateException("no broker"));
        assertThat(reports.isUpTo(100, 110)).isFalse();
        assertThat(questions).isEmpty();
        assertThat(reports.isUpTo(100, 110 + ReportsRead.ASK_AGAIN_MILLIS)).isFalse();
        questions.element().complete(new ReportsLog.Extent(0, 0));

        assertThat(reports.isUpTo(100, 1_200)).isTrue();
    }

    @Test
    void shouldLoseItsPatienceInTheEnd() {
        assertThat(reports.isUpTo(100, 105)).isFalse();
        assertThat(reports.isUpTo(100, 104 + ReportsRead.PATIENCE_MILLIS)).isFalse();
        assertThat(reports.isUpTo(100, 105 + ReportsRead.PATIENCE_MILLIS)).isTrue();
    }
}
