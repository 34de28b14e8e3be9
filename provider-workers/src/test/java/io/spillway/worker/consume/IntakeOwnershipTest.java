package io.spillway.worker.consume;

import static io.spillway.worker.consume.IntakeBench.P0;
import static io.spillway.worker.consume.IntakeBench.P1;
import static io.spillway.worker.consume.IntakeBench.TOPIC;
import static io.spillway.worker.consume.Samples.attempt;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;

import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.Lane;
import io.spillway.worker.domain.LimitShare.Owned;

class IntakeOwnershipTest {

    private static final DeploymentEntry DEPLOYMENT = Samples.deployment("a", 64);

    private final IntakeBench bench = new IntakeBench();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void shouldDivideLimitsByThePartitionsOwnedAtEveryRebalance() {
        topicOf(4);
        assertThat(limit()).as("before the first assignment").isZero();

        bench.assigned(P0);
        assertThat(limit()).isEqualTo(16);

        bench.assigned(P0, P1);
        assertThat(limit()).isEqualTo(32);

        bench.assigned(P1);
        assertThat(limit()).isEqualTo(16);

        bench.intake.abandon();
        assertThat(limit()).as("lost").isZero();
    }

    @Test
    void shouldHaveNoLimitLeftWhenItStops() {
        topicOf(2);
        bench.assigned(P0, P1);
        assertThat(limit()).isEqualTo(64);

        bench.intake.finish();

        assertThat(limit()).isZero();
    }

    @Test
    void shouldFollowATopicThatGrows() {
        topicOf(2);
        bench.assigned(P0, P1);

        topicOf(8);
        bench.intake.onPartitionsAssigned(List.of());

        assertThat(limit()).isEqualTo(16);
    }

    @Test
    void shouldWeighTheLanes() {
        topicOf(2);
        bench.limiters.owns(Samples.PROVIDER, Lane.BATCH, new Owned(0, 6));
        bench.assigned(P0, P1);
        assertThat(limit()).as("another worker has the batch lane").isEqualTo(56);

        bench.limiters.owns(Samples.PROVIDER, Lane.BATCH, new Owned(6, 6));
        assertThat(limit()).isEqualTo(64);
    }

    @Test
    void shouldNotTouchTheSharesOfOtherProviders() {
        bench.assigned(P0);
        DeploymentEntry other = DeploymentEntry.newBuilder(DEPLOYMENT).setId("o").setProvider("other").build();

        assertThat(bench.limiters.of(other).limit()).isZero();
    }

    @Test
    void shouldStartNoMoreThanItsShare() {
        topicOf(4);
        bench.assigned(P0);
        IntStream.range(0, 40).forEach(i -> bench.add(attempt("r" + i, "a", 3)));

        bench.turn(10);
        bench.acknowledgeAll();

        assertThat(bench.running.size()).isEqualTo(16);
    }

    private int limit() {
        return bench.limiters.of(DEPLOYMENT).limit();
    }

    private void topicOf(int partitions) {
        Node node = new Node(0, "localhost", 9092);
        bench.consumer.updatePartitions(TOPIC, IntStream.range(0, partitions)
                .mapToObj(i -> new PartitionInfo(TOPIC, i, node, new Node[]{node}, new Node[]{node})).toList());
    }
}
