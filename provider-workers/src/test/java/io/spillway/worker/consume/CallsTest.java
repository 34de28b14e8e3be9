package io.spillway.worker.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.spillway.contract.Topics;
import io.spillway.v1.AttemptEvent;
import io.spillway.v1.AttemptTelemetry;
import io.spillway.v1.Failed;
import io.spillway.v1.FailureKind;
import io.spillway.v1.Lane;
import io.spillway.v1.SendState;
import io.spillway.v1.Succeeded;
import io.spillway.worker.provider.CallOutcome;

class CallsTest {

    private static final String RESULTS = "llm.attempt-results";

    private final BrokerClock clock = new BrokerClock(() -> Samples.NOW, System::nanoTime);
    private final MockProducer<byte[], byte[]> producer = new MockProducer<>(true, null, new ByteArraySerializer(),
            new ByteArraySerializer());
    private final RunningCalls running = new RunningCalls();
    private final WorkerMetrics metrics = new WorkerMetrics(new SimpleMeterRegistry());
    private final DeploymentLimiter limiter = new DeploymentLimiter(Samples.deployment("a", 4).getLimits(), 0);
    private Calls calls;

    @AfterEach
    void close() {
        calls.kill();
    }

    @Test
    void shouldTryAgainUntilTheResultIsWrittenWhenTheBrokersAreAway() {
        AtomicInteger tries = new AtomicInteger();
        begin((topic, event) -> {
            if (tries.incrementAndGet() < 3) {
                throw new TimeoutException("no broker");
            }
            return Samples.events().serialize(topic, event);
        });

        await().until(() -> running.size() == 0);

        assertThat(Samples.of(Samples.written(producer, RESULTS), Succeeded.class)).hasSize(1);
        assertThat(metrics.stats(0).undeliveredResults()).isZero();
        assertThat(limiter.inFlight()).isZero();
    }

    @Test
    void shouldReportAFailureThatMayHaveBeenPaidWhenTheAnswerIsTooLarge() {
        begin((topic, event) -> {
            if (event.getEvent() instanceof Succeeded) {
                throw new RecordTooLargeException("5 MiB");
            }
            return Samples.events().serialize(topic, event);
        });

        await().until(() -> running.size() == 0);

        assertThat(Samples.of(Samples.written(producer, RESULTS), Failed.class)).singleElement().satisfies(failed -> {
            assertThat(failed.getFailure().getKind()).isEqualTo(FailureKind.MALFORMED_RESPONSE);
            assertThat(failed.getFailure().getSent()).isEqualTo(SendState.ANSWERED);
            assertThat(failed.getFailure().getMaybePaid()).isTrue();
        });
    }

    @Test
    void shouldCountTheResultAndFreeThePermitWhenItCannotBeWritten() {
        begin((topic, event) -> {
            throw new AuthorizationException("no");
        });

        await().until(() -> running.size() == 0);

        assertThat(metrics.stats(0).undeliveredResults()).isEqualTo(1);
        assertThat(limiter.inFlight()).isZero();
        assertThat(Samples.of(Samples.telemetryOf(producer), AttemptTelemetry.class)).as("still exactly one").hasSize(1);
    }

    private void begin(Serializer<AttemptEvent> serializer) {
        Outbox outbox = new Outbox(producer, Topics.standard(), serializer, Samples.telemetry(), clock, Duration.ofMinutes(1));
        calls = new Calls((attempt, target) -> CallEnd.withoutCall(new CallOutcome.Answered(Samples.response())), outbox,
                new Events("w1", clock), running, clock, metrics);
        var attempt = Samples.attempt("r1", "a", 3);
        running.add(new RunningCalls.Call(RunningCalls.Id.of(attempt), "a", Lane.INTERACTIVE, 3, 0));
        calls.begin(attempt, Lane.INTERACTIVE,
                new Target(Samples.catalogue().providers().get(Samples.PROVIDER), Samples.deployment("a", 4)),
                limiter.tryAcquire(Lane.INTERACTIVE, 1, 0), 5);
    }
}
