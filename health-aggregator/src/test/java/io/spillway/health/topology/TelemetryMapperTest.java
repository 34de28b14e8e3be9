package io.spillway.health.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.spillway.health.domain.AttemptSample;
import io.spillway.health.domain.Outcome;
import io.spillway.v1.Failure;
import io.spillway.v1.FailureKind;
import io.spillway.v1.FailureScope;
import io.spillway.v1.TimeoutPhase;

class TelemetryMapperTest {

    @ParameterizedTest
    @EnumSource(FailureKind.class)
    void shouldKeepTheNameOfEveryKind(FailureKind kind) {
        assertThat(outcome(Failure.newBuilder().setKind(kind).setScope(FailureScope.DEPLOYMENT).build()))
                .isEqualTo(new Outcome.Failed(io.spillway.health.domain.FailureKind.valueOf(kind.name())));
    }

    @ParameterizedTest
    @EnumSource(FailureKind.class)
    void shouldBlameNobodyForTheFaultOfAWorker(FailureKind kind) {
        Outcome outcome = outcome(Failure.newBuilder().setKind(kind).setScope(FailureScope.WORKER).build());

        assertThat(outcome.isSick()).isFalse();
        assertThat(((Outcome.Failed) outcome).kind().healthClass().suspends()).isFalse();
    }

    @Test
    void shouldTakeOverTimesHintsAndTheProbe() {
        // When
        AttemptSample sample = TelemetryMapper.toSample(TestContract.attempt("d").setProbe(ProbeIds.id("d", 42))
                .setFailure(Failure.newBuilder().setKind(FailureKind.RATE_LIMITED).setRetryAfterMillis(1_500L).build()).build(),
                TestContract.start());

        // Then
        assertThat(sample).isEqualTo(new AttemptSample(TestContract.start(),
                new Outcome.Failed(io.spillway.health.domain.FailureKind.RATE_LIMITED, Optional.of(Duration.ofMillis(1_500))),
                1_000,
                OptionalLong.of(200), 5, OptionalLong.of(42)));
    }

    @ParameterizedTest
    @EnumSource(TimeoutPhase.class)
    void shouldTellCallsThatRanOutOfTimeFromThoseThatWereSilentForTooLong(TimeoutPhase phase) {
        AttemptSample sample = TelemetryMapper.toSample(TestContract.attempt("d")
                .setFailure(Failure.newBuilder().setKind(FailureKind.TIMEOUT).setPhase(phase).build()).build(),
                TestContract.start());

        assertThat(sample.outOfTime()).isEqualTo(phase == TimeoutPhase.TOTAL);
    }

    @Test
    void shouldTakeTimesThatCannotBeTrueAsZero() {
        // When
        AttemptSample sample = TelemetryMapper.toSample(
                TestContract.attempt("d").setDurationMillis(-1).setFirstByteMillis(-2L).setQueueWaitMillis(-3).build(),
                TestContract.start());

        // Then
        assertThat(sample.durationMs()).isZero();
        assertThat(sample.firstByteMs()).hasValue(0);
        assertThat(sample.queueWaitMs()).isZero();
    }

    private static Outcome outcome(Failure failure) {
        return TelemetryMapper.toSample(TestContract.attempt("d").setFailure(failure).build(), TestContract.start()).outcome();
    }
}
