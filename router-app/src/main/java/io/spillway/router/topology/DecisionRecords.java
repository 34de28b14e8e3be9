package io.spillway.router.topology;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.spillway.router.domain.Decision;
import io.spillway.router.domain.ErrorCode;
import io.spillway.router.domain.FailureKind;
import io.spillway.router.domain.Rejection;
import io.spillway.router.domain.Surroundings;
import io.spillway.v1.DecisionKind;
import io.spillway.v1.DecisionTrigger;
import io.spillway.v1.Lane;
import io.spillway.v1.RejectedCandidate;
import io.spillway.v1.RejectionReason;
import io.spillway.v1.RoutingDecision;

/** Writes decisions down so that a person can read why. */
final class DecisionRecords {

    /**
     * What made the router decide.
     *
     * @param failure with a failed attempt: what went wrong
     * @param deployment with a failed or succeeded attempt: where
     */
    record Cause(DecisionTrigger trigger, Optional<FailureKind> failure, Optional<String> deployment) {

        static Cause of(DecisionTrigger trigger) {
            return new Cause(trigger, Optional.empty(), Optional.empty());
        }
    }

    private final Lane lane;

    DecisionRecords(Lane lane) {
        this.lane = lane;
    }

    RoutingDecision of(OpenRequest open, Decision decision, Cause cause, Surroundings around) {
        RoutingDecision record = base(open, cause, around.now());
        record.setCatalogRevision(around.catalogue().revision());
        record.setStateVersion(around.stateVersion());
        record.setReason(decision.reason());
        record.setRejected(rejected(decision.rejected()));
        switch (decision) {
            case Decision.Dispatch dispatch -> {
                record.setKind(DecisionKind.DISPATCH);
                record.setAttempt(dispatch.progress().attempts());
                record.setDeployment(dispatch.deployment().id());
                record.setTier(dispatch.tier().index());
                record.setDraw(dispatch.draw());
            }
            case Decision.Defer defer -> {
                record.setKind(DecisionKind.DEFER);
                record.setUntil(defer.until());
            }
            case Decision.Reject reject -> {
                record.setKind(DecisionKind.REJECT);
                record.setError(io.spillway.v1.ErrorCode.valueOf(reject.code().name()));
            }
        }
        return record;
    }

    /** An attempt succeeded: its answer is the request's. */
    RoutingDecision complete(OpenRequest open, String deployment, int tier, int attempt, long catalogRevision, Instant now) {
        RoutingDecision record = base(open,
                new Cause(DecisionTrigger.ATTEMPT_SUCCEEDED, Optional.empty(), Optional.of(deployment)), now);
        record.setKind(DecisionKind.COMPLETE);
        record.setAttempt(attempt);
        record.setDeployment(deployment);
        record.setTier(tier);
        record.setReason("the first success is the answer");
        record.setCatalogRevision(catalogRevision);
        return record;
    }

    /** A request refused before it was accepted. */
    RoutingDecision refused(String requestId, ErrorCode code, String message, long catalogRevision, Instant now) {
        return RoutingDecision.newBuilder().setRequestId(requestId).setSequence(1).setAt(now).setLane(lane)
                .setTrigger(DecisionTrigger.ACCEPTED).setKind(DecisionKind.REJECT)
                .setError(io.spillway.v1.ErrorCode.valueOf(code.name())).setReason(message).setCatalogRevision(catalogRevision)
                .build();
    }

    private RoutingDecision base(OpenRequest open, Cause cause, Instant now) {
        RoutingDecision record = new RoutingDecision();
        record.setRequestId(open.id);
        record.setSequence(++open.decisions);
        record.setAt(now);
        record.setRoute(open.route);
        record.setLane(lane);
        record.setTrigger(cause.trigger());
        record.setKind(DecisionKind.UNKNOWN);
        record.setAttempt(open.progress.attempts());
        record.setFailure(cause.failure().map(ProgressMapper::toAvro).orElse(null));
        record.setFailedDeployment(cause.failure().isPresent() ? cause.deployment().orElse(null) : null);
        record.setReason("");
        record.setRejected(List.of());
        return record;
    }

    private static List<RejectedCandidate> rejected(List<Rejection> rejections) {
        List<RejectedCandidate> records = new ArrayList<>(rejections.size());
        for (Rejection rejection : rejections) {
            records.add(new RejectedCandidate(rejection.deployment(), rejection.tier(),
                    RejectionReason.valueOf(rejection.reason().name()), rejection.detail()));
        }
        return records;
    }
}
