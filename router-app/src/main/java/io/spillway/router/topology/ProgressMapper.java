package io.spillway.router.topology;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.spillway.router.domain.AttemptFailure;
import io.spillway.router.domain.FailureKind;
import io.spillway.router.domain.Progress;
import io.spillway.router.domain.SendState;
import io.spillway.router.domain.Visit;
import io.spillway.v1.Failure;
import io.spillway.v1.state.OpenAttempt;
import io.spillway.v1.state.RequestProgress;

/** A request's progress and its failures between Avro and the domain. */
final class ProgressMapper {

    private ProgressMapper() {}

    static RequestProgress toAvro(String route, Instant deadline, Progress progress, int decisions,
            @Nullable OpenAttempt open) {
        List<io.spillway.v1.state.Visit> visits = new ArrayList<>(progress.visits().size());
        progress.visits().forEach((deployment, visit) -> visits.add(new io.spillway.v1.state.Visit(deployment, visit.attempts(),
                toAvro(visit.lastFailure()), toAvro(visit.sent()), visit.notBefore().orElse(null))));
        return new RequestProgress(route, deadline, progress.attempts(), progress.maybePaid(), progress.rounds(), decisions,
                visits,
                progress.windowTooSmall(), open, progress.lastFailure().map(ProgressMapper::toAvro).orElse(null));
    }

    static Progress toDomain(RequestProgress progress) {
        Map<String, Visit> visits = new HashMap<>();
        for (io.spillway.v1.state.Visit visit : progress.getVisits()) {
            visits.put(visit.getDeployment(), new Visit(visit.getAttempts(), toDomain(visit.getLastFailure()),
                    toDomain(visit.getSent()), Optional.ofNullable(visit.getNotBefore())));
        }
        return new Progress(progress.getAttempts(), progress.getMaybePaid(), progress.getRounds(), visits,
                progress.getContextTooSmall(), Optional.ofNullable(progress.getLastFailure()).map(ProgressMapper::toDomain));
    }

    static AttemptFailure toDomain(Failure failure) {
        return new AttemptFailure(toDomain(failure.getKind()), toDomain(failure.getSent()), failure.getMaybePaid(),
                Optional.ofNullable(failure.getRetryAfterMillis()).map(Duration::ofMillis));
    }

    /** Same names on both sides; a test holds them together. */
    static FailureKind toDomain(io.spillway.v1.FailureKind kind) {
        return FailureKind.valueOf(kind.name());
    }

    static io.spillway.v1.FailureKind toAvro(FailureKind kind) {
        return io.spillway.v1.FailureKind.valueOf(kind.name());
    }

    private static SendState toDomain(io.spillway.v1.SendState sent) {
        return switch (sent) {
            case NOT_SENT -> SendState.NOT_SENT;
            case MAYBE_SENT, UNKNOWN -> SendState.MAYBE_SENT;
            case ANSWERED -> SendState.ANSWERED;
        };
    }

    private static io.spillway.v1.SendState toAvro(SendState sent) {
        return io.spillway.v1.SendState.valueOf(sent.name());
    }
}
