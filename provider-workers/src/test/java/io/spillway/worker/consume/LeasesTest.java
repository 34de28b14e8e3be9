package io.spillway.worker.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.spillway.contract.Topics;
import io.spillway.v1.AttemptRef;
import io.spillway.v1.Lane;
import io.spillway.v1.Renewed;

class LeasesTest {

    private final BrokerClock clock = new BrokerClock(() -> Samples.NOW, () -> 0);
    private final MockProducer<byte[], byte[]> producer = new MockProducer<>(true, null, new ByteArraySerializer(),
            new ByteArraySerializer());
    private final RunningCalls running = new RunningCalls();
    private final WorkerMetrics metrics = new WorkerMetrics(new SimpleMeterRegistry());
    private final Leases leases = new Leases(running,
            new Outbox(producer, Topics.standard(), Samples.events(), Samples.telemetry(), clock, Duration.ofMinutes(1)),
            new Events("w1", clock), metrics);

    @Test
    void shouldRenewEveryRunningCallOnceInChunksPerOwner() {
        IntStream.range(0, 2_500).forEach(i -> add("r" + i, Lane.INTERACTIVE, 4));
        add("other", Lane.INTERACTIVE, 5);
        add("batch", Lane.BATCH, 4);

        leases.renew();

        assertThat(producer.history()).hasSize(5);
        assertThat(producer.history()).filteredOn(item -> item.topic().equals("llm.attempt-results") && item.partition() == 4)
                .hasSize(3);
        assertThat(producer.history()).filteredOn(item -> item.topic().equals("llm.attempt-results.batch")).singleElement()
                .satisfies(item -> assertThat(item.partition()).isEqualTo(4));
        List<Renewed> renewals = Samples.of(Samples.written(producer, "llm.attempt-results"), Renewed.class);
        assertThat(renewals).allSatisfy(renewed -> assertThat(renewed.getAttempts()).hasSizeBetween(1, Leases.CHUNK));
        assertThat(renewals.stream().flatMap(renewed -> renewed.getAttempts().stream()).map(AttemptRef::getRequestId))
                .hasSize(2_501).doesNotHaveDuplicates();
        assertThat(metrics.stats(0).leaseRenewals()).isEqualTo(2_502);
    }

    @Test
    void shouldWriteNothingWhenNothingRuns() {
        add("r1", Lane.INTERACTIVE, 1);
        running.remove(new RunningCalls.Id("r1", 1));

        leases.renew();

        assertThat(producer.history()).isEmpty();
    }

    private void add(String requestId, Lane lane, int partition) {
        running.add(new RunningCalls.Call(new RunningCalls.Id(requestId, 1), "a", lane, partition, 0));
    }
}
