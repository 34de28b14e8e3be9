package io.spillway.health.topology;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

import io.spillway.health.domain.AttemptSample;
import io.spillway.health.domain.FailureKind;
import io.spillway.health.domain.HealthClass;
import io.spillway.health.domain.Outcome;
import io.spillway.health.domain.WorkerLoad;
import io.spillway.v1.AttemptTelemetry;
import io.spillway.v1.Failure;
import io.spillway.v1.TimeoutPhase;
import io.spillway.v1.WorkerHeartbeat;

/** The workers' records in the domain's terms. Never fails: a number that cannot be true counts as zero. */
final class TelemetryMapper {

    private TelemetryMapper() {}

    /** @param at when the broker appended the record */
    static AttemptSample toSample(AttemptTelemetry attempt, Instant at) {
        Long firstByte = attempt.getFirstByteMillis();
        return new AttemptSample(at, outcome(attempt.getFailure()), atLeastZero(attempt.getDurationMillis()),
                firstByte == null ? OptionalLong.empty() : OptionalLong.of(atLeastZero(firstByte)),
                atLeastZero(attempt.getQueueWaitMillis()), ProbeIds.grant(attempt.getDeployment(), attempt.getProbe()),
                isOutOfTime(attempt.getFailure()));
    }

    static WorkerLoad toLoad(WorkerHeartbeat heartbeat) {
        return new WorkerLoad(Math.max(0, heartbeat.getInFlight()), Math.max(0, heartbeat.getConcurrencyLimit()),
                Math.max(0, heartbeat.getQueued()), Duration.ofMillis(atLeastZero(heartbeat.getOldestMillis())));
    }

    private static Outcome outcome(@Nullable Failure failure) {
        if (failure == null) {
            return new Outcome.Succeeded();
        }
        return new Outcome.Failed(blamed(failure), Optional.ofNullable(failure.getRetryAfterMillis()).map(Duration::ofMillis));
    }

    private static boolean isOutOfTime(@Nullable Failure failure) {
        return failure != null && failure.getKind() == io.spillway.v1.FailureKind.TIMEOUT
                && failure.getPhase() == TimeoutPhase.TOTAL;
    }

    /**
     * The kind that counts. What is the caller's or the worker's own fault must not make a deployment sick, whatever it looked
     * like, so it becomes a kind that says nothing about the deployment.
     */
    private static FailureKind blamed(Failure failure) {
        FailureKind kind = kind(failure.getKind());
        if (kind.healthClass() == HealthClass.NEUTRAL) {
            return kind;
        }
        return switch (failure.getScope()) {
            case WORKER -> FailureKind.WORKER_LOST;
            case REQUEST -> FailureKind.INVALID_REQUEST;
            case UNKNOWN, DEPLOYMENT, CREDENTIAL, PROVIDER -> kind;
        };
    }

    private static FailureKind kind(io.spillway.v1.FailureKind kind) {
        return switch (kind) {
            case UNKNOWN -> FailureKind.UNKNOWN;
            case RATE_LIMITED -> FailureKind.RATE_LIMITED;
            case QUOTA_EXHAUSTED -> FailureKind.QUOTA_EXHAUSTED;
            case OVERLOADED -> FailureKind.OVERLOADED;
            case SERVER_ERROR -> FailureKind.SERVER_ERROR;
            case CONNECTION_FAILED -> FailureKind.CONNECTION_FAILED;
            case TIMEOUT -> FailureKind.TIMEOUT;
            case MALFORMED_RESPONSE -> FailureKind.MALFORMED_RESPONSE;
            case AUTHENTICATION_FAILED -> FailureKind.AUTHENTICATION_FAILED;
            case PERMISSION_DENIED -> FailureKind.PERMISSION_DENIED;
            case MODEL_NOT_FOUND -> FailureKind.MODEL_NOT_FOUND;
            case CONTEXT_WINDOW_EXCEEDED -> FailureKind.CONTEXT_WINDOW_EXCEEDED;
            case UNSUPPORTED_PARAMETER -> FailureKind.UNSUPPORTED_PARAMETER;
            case CONTENT_FILTERED -> FailureKind.CONTENT_FILTERED;
            case INVALID_REQUEST -> FailureKind.INVALID_REQUEST;
            case QUEUE_TIMEOUT -> FailureKind.QUEUE_TIMEOUT;
            case EXPIRED -> FailureKind.EXPIRED;
            case WORKER_LOST -> FailureKind.WORKER_LOST;
            case CANCELLED -> FailureKind.CANCELLED;
        };
    }

    private static long atLeastZero(long millis) {
        return Math.max(0, millis);
    }
}
