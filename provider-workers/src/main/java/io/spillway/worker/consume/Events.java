package io.spillway.worker.consume;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.spillway.v1.Attempt;
import io.spillway.v1.AttemptEvent;
import io.spillway.v1.AttemptRef;
import io.spillway.v1.AttemptTelemetry;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.Failed;
import io.spillway.v1.Failure;
import io.spillway.v1.FailureKind;
import io.spillway.v1.FailureScope;
import io.spillway.v1.Lane;
import io.spillway.v1.Renewed;
import io.spillway.v1.SendState;
import io.spillway.v1.Started;
import io.spillway.v1.Succeeded;
import io.spillway.v1.Telemetry;
import io.spillway.worker.credential.CredentialResolver;
import io.spillway.worker.domain.AttemptClock;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.Failures;

/** The records a worker writes, and the failures it finds without asking a provider. */
final class Events {

    private final String worker;
    private final BrokerClock clock;

    Events(String worker, BrokerClock clock) {
        this.worker = worker;
        this.clock = clock;
    }

    static AttemptClock clockOf(Attempt attempt) {
        return new AttemptClock(attempt.getStartBy(), attempt.getDeadline(), Duration.ofMillis(attempt.getTimeoutMillis()));
    }

    AttemptEvent started(Attempt attempt, long queueWaitMillis) {
        return about(attempt, Started.newBuilder().setQueueWaitMillis(queueWaitMillis).build());
    }

    AttemptEvent ended(Attempt attempt, CallOutcome outcome, long durationMillis) {
        return switch (outcome) {
            case CallOutcome.Answered(ChatResponse response) ->
                about(attempt, Succeeded.newBuilder().setResponse(response).setDurationMillis(durationMillis).build());
            case CallOutcome.Failed(Failure failure, String parameter) ->
                about(attempt, Failed.newBuilder().setFailure(failure).setDurationMillis(durationMillis).build());
        };
    }

    AttemptEvent renewed(List<AttemptRef> attempts) {
        return AttemptEvent.newBuilder().setRequestId("").setAttempt(0).setDeployment("").setWorker(worker).setAt(clock.now())
                .setEvent(Renewed.newBuilder().setAttempts(attempts).build()).build();
    }

    Telemetry telemetry(Attempt attempt, Lane lane, @Nullable Target target, long queueWaitMillis, CallEnd end) {
        AttemptTelemetry.Builder telemetry = AttemptTelemetry.newBuilder().setRequestId(attempt.getRequestId())
                .setAttempt(attempt.getAttempt()).setDeployment(attempt.getDeployment()).setWorker(worker).setLane(lane)
                .setQueueWaitMillis(queueWaitMillis).setFirstByteMillis(end.firstByteMillis())
                .setDurationMillis(end.durationMillis()).setProbe(attempt.getProbe()).setTenant(attempt.getTenant());
        if (target != null) {
            telemetry.setProvider(target.provider().getId()).setCredential(credential(target, end));
        }
        switch (end.outcome()) {
            case CallOutcome.Answered(ChatResponse response) -> telemetry.setUsage(response.getUsage());
            case CallOutcome.Failed(Failure failure, String parameter) -> telemetry.setFailure(failure);
        }
        return Telemetry.newBuilder().setEvent(telemetry.build()).build();
    }

    /** The one that was used; else the deployment's, if it is one that may be shown. */
    private static @Nullable String credential(Target target, CallEnd end) {
        String declared = target.deployment().getCredential();
        return end.credential() != null ? end.credential() : CredentialResolver.isReference(declared) ? declared : null;
    }

    static CallOutcome.Failed expired() {
        return new CallOutcome.Failed(Failures.workerSide(FailureKind.EXPIRED,
                "the attempt waited in the provider's queue past its time to start"));
    }

    /** Something is wrong with this worker or its catalogue; the deployment is not to blame. */
    static CallOutcome.Failed workerFault(SendState sent, String message) {
        Failure failure = Failures.of(FailureKind.UNKNOWN, sent, message);
        failure.setScope(FailureScope.WORKER);
        return new CallOutcome.Failed(failure);
    }

    private AttemptEvent about(Attempt attempt, Object event) {
        return AttemptEvent.newBuilder().setRequestId(attempt.getRequestId()).setAttempt(attempt.getAttempt())
                .setDeployment(attempt.getDeployment()).setWorker(worker).setAt(clock.now()).setEvent(event).build();
    }
}
