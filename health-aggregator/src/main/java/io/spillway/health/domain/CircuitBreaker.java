package io.spillway.health.domain;

import io.spillway.health.domain.BreakerEvent.Judged;
import io.spillway.health.domain.BreakerEvent.Reported;
import io.spillway.health.domain.BreakerEvent.TimePassed;
import io.spillway.health.domain.BreakerState.Closed;
import io.spillway.health.domain.BreakerState.HalfOpen;
import io.spillway.health.domain.BreakerState.Open;
import io.spillway.health.domain.BreakerState.Rechecking;
import io.spillway.health.domain.BreakerState.Suspended;
import io.spillway.health.domain.Outcome.Failed;
import io.spillway.health.domain.Outcome.Succeeded;
import io.spillway.health.domain.Transition.Cause;
import java.time.Duration;
import java.time.Instant;

/**
 * The circuit breaker as a total function: every event is allowed in every state, and what has no meaning there changes
 * nothing. Two rules keep it from getting stuck: every state that lets no traffic through ends by time, and every probe
 * ends its grant, be it by any result whatever or by expiry. Only the holder of the current grant is heard while probing;
 * late results of earlier grants and calls sent before the opening are not.
 */
final class CircuitBreaker {

    private CircuitBreaker() {}

    static Step next(BreakerState state, BreakerEvent event, Moment moment, HealthPolicy policy) {
        return switch (state) {
            case Closed closed -> whenClosed(closed, event, moment, policy);
            case Open open -> whenOpen(open, event, moment, policy);
            case HalfOpen halfOpen -> whenHalfOpen(halfOpen, event, moment, policy);
            case Suspended suspended -> whenSuspended(suspended, event, moment, policy);
            case Rechecking rechecking -> whenRechecking(rechecking, event, moment, policy);
        };
    }

    private static Step whenClosed(Closed closed, BreakerEvent event, Moment moment, HealthPolicy policy) {
        return switch (event) {
            case TimePassed() -> grownOlder(closed, moment, policy);
            case Reported reported -> switch (reported.sample().outcome()) {
                case Succeeded() when closed.ramping() && closed.isEvidence(reported.sample()) -> Step.silent(
                        ramped(closed, closed.rampSuccesses() + 1, closed.rampFailures()));
                case Succeeded() -> Step.silent(closed);
                case Failed failed when closed.isEvidence(reported.sample()) -> failedWhileClosed(closed, failed.kind(), moment,
                        policy);
                case Failed failed -> Step.silent(closed);
            };
            case Judged judged -> switch (judged.verdict()) {
                case Verdict.TooFew tooFew -> Step.silent(closed);
                case Verdict.Fit fit -> Step.silent(closed);
                case Verdict.SickByRate sick -> open(closed.exponent(), Cause.OPENED_BY_RATE,
                        ReasonText.openedByRate(sick, judged.mainKind()), moment, policy);
                case Verdict.SickByStreak sick -> open(closed.exponent(), Cause.OPENED_BY_STREAK,
                        ReasonText.openedByStreak(sick, judged.mainKind()), moment, policy);
            };
        };
    }

    private static Step failedWhileClosed(Closed closed, FailureKind kind, Moment moment, HealthPolicy policy) {
        return switch (kind.healthClass()) {
            case QUOTA, CREDENTIAL, MODEL_MISSING -> suspend(Suspension.first(kind, moment.now()), closed.exponent(), moment,
                    policy);
            case SICK -> closed.ramping() ? failedInRamp(closed, kind, moment, policy) : Step.silent(closed);
            case CAPACITY, NEUTRAL -> Step.silent(closed);
        };
    }

    private static Step failedInRamp(Closed closed, FailureKind kind, Moment moment, HealthPolicy policy) {
        int failures = closed.rampFailures() + 1;
        if (OpeningRule.reopensRamp(closed.rampSuccesses(), failures, policy)) {
            return open(closed.exponent(), Cause.OPENED_IN_RAMP,
                    ReasonText.openedInRamp(failures, closed.rampSuccesses() + failures, kind), moment, policy);
        }
        return Step.silent(ramped(closed, closed.rampSuccesses(), failures));
    }

    private static Closed ramped(Closed closed, int successes, int failures) {
        return new Closed(closed.exponent(), closed.since(), closed.steppedDownAt(), true, successes, failures);
    }

    private static Step grownOlder(Closed closed, Moment moment, HealthPolicy policy) {
        if (closed.since().isAfter(moment.now())) {
            // The clock stepped back. Staying would make every result one of a call begun before the closing.
            return Step.silent(new Closed(closed.exponent(), moment.now(), moment.now(), closed.ramping(),
                    closed.rampSuccesses(), closed.rampFailures()));
        }
        int exponent = closed.exponent();
        Instant steppedDownAt = closed.steppedDownAt();
        Duration step = policy.openTime().healthyPerStep();
        while (exponent > 0 && !moment.now().isBefore(steppedDownAt.plus(step))) {
            exponent--;
            steppedDownAt = steppedDownAt.plus(step);
        }
        if (closed.ramping() && Ramp.isOver(closed.since(), moment.now(), policy.probing())) {
            return Step.to(new Closed(exponent, closed.since(), steppedDownAt, false, 0, 0), Cause.RAMP_FINISHED,
                    ReasonText.rampFinished(), moment);
        }
        return Step.silent(exponent == closed.exponent()
                ? closed
                : new Closed(exponent, closed.since(), steppedDownAt, closed.ramping(), closed.rampSuccesses(),
                        closed.rampFailures()));
    }

    private static Step whenOpen(Open open, BreakerEvent event, Moment moment, HealthPolicy policy) {
        return switch (event) {
            case TimePassed() when Deadlines.isDue(open.until(), moment.now(), policy.openTime().longest()) -> probe(open, 0,
                    Cause.PROBE_GRANTED, ReasonText.probeGranted(open.currentSuspension()), moment, policy);
            case TimePassed() -> Step.silent(open);
            case Reported late -> Step.silent(open);
            case Judged judged -> Step.silent(open);
        };
    }

    private static Step whenHalfOpen(HalfOpen halfOpen, BreakerEvent event, Moment moment, HealthPolicy policy) {
        return switch (event) {
            case TimePassed() when isExpired(halfOpen.grant(), moment, policy) -> probe(halfOpen, halfOpen.successes(),
                    Cause.PROBE_EXPIRED, ReasonText.probeExpired(policy.probing().grantLifetime()), moment, policy);
            case TimePassed() -> Step.silent(halfOpen);
            case Reported reported when answers(halfOpen.grant(), reported) -> probed(halfOpen, reported.sample().outcome(),
                    moment, policy);
            case Reported late -> Step.silent(halfOpen);
            case Judged judged -> Step.silent(halfOpen);
        };
    }

    private static Step probed(HalfOpen halfOpen, Outcome outcome, Moment moment, HealthPolicy policy) {
        return switch (outcome) {
            case Succeeded() -> probeSucceeded(halfOpen, moment, policy);
            case Failed failed -> switch (failed.kind().healthClass()) {
                case SICK -> open(halfOpen.raisedExponent(policy.openTime()), Cause.OPENED_BY_PROBE,
                        ReasonText.openedByProbe(failed.kind()), moment, policy);
                case QUOTA, CREDENTIAL, MODEL_MISSING -> suspend(Suspension.first(failed.kind(), moment.now()),
                        halfOpen.exponent(), moment, policy);
                case CAPACITY, NEUTRAL -> probe(halfOpen, halfOpen.successes(), Cause.PROBE_INCONCLUSIVE,
                        ReasonText.probeInconclusive(failed.kind()), moment, policy);
            };
        };
    }

    private static Step probeSucceeded(HalfOpen halfOpen, Moment moment, HealthPolicy policy) {
        int successes = halfOpen.successes() + 1;
        int needed = policy.probing().successesToClose();
        if (successes < needed) {
            return probe(halfOpen, successes, Cause.PROBE_SUCCEEDED, ReasonText.probeSucceeded(successes, needed), moment,
                    policy);
        }
        return Step.to(Closed.recovered(halfOpen.raisedExponent(policy.openTime()), moment.now()), Cause.CLOSED,
                ReasonText.closed(successes), moment);
    }

    private static Step whenSuspended(Suspended suspended, BreakerEvent event, Moment moment, HealthPolicy policy) {
        return switch (event) {
            case TimePassed() when Deadlines.isDue(suspended.recheckAt(), moment.now(), policy.suspension().longest()) -> recheck(
                    suspended.suspension(), suspended.exponent(), Cause.PROBE_GRANTED,
                    ReasonText.probeGranted(suspended.currentSuspension()), moment, policy);
            case TimePassed() -> Step.silent(suspended);
            case Reported late -> Step.silent(suspended);
            case Judged judged -> Step.silent(suspended);
        };
    }

    private static Step whenRechecking(Rechecking rechecking, BreakerEvent event, Moment moment, HealthPolicy policy) {
        return switch (event) {
            case TimePassed() when isExpired(rechecking.grant(), moment, policy) -> recheck(rechecking.suspension(),
                    rechecking.exponent(), Cause.PROBE_EXPIRED, ReasonText.probeExpired(policy.probing().grantLifetime()),
                    moment, policy);
            case TimePassed() -> Step.silent(rechecking);
            case Reported reported when answers(rechecking.grant(), reported) -> rechecked(rechecking,
                    reported.sample().outcome(), moment, policy);
            case Reported late -> Step.silent(rechecking);
            case Judged judged -> Step.silent(rechecking);
        };
    }

    private static Step rechecked(Rechecking rechecking, Outcome outcome, Moment moment, HealthPolicy policy) {
        return switch (outcome) {
            case Succeeded() -> Step.to(Closed.recovered(rechecking.exponent(), moment.now()), Cause.RESUMED,
                    ReasonText.resumed(rechecking.suspension()), moment);
            case Failed failed -> switch (failed.kind().healthClass()) {
                case SICK -> open(rechecking.exponent(), Cause.OPENED_BY_PROBE, ReasonText.openedByProbe(failed.kind()), moment,
                        policy);
                case QUOTA, CREDENTIAL, MODEL_MISSING -> suspend(rechecking.suspension().again(failed.kind()),
                        rechecking.exponent(), moment, policy);
                case CAPACITY, NEUTRAL -> recheck(rechecking.suspension(), rechecking.exponent(), Cause.PROBE_INCONCLUSIVE,
                        ReasonText.probeInconclusive(failed.kind()), moment, policy);
            };
        };
    }

    private static boolean answers(ProbeGrant grant, Reported reported) {
        return reported.sample().grantId().orElse(-1) == grant.id();
    }

    private static boolean isExpired(ProbeGrant grant, Moment moment, HealthPolicy policy) {
        return Deadlines.isDue(grant.expires(), moment.now(), policy.probing().grantLifetime());
    }

    private static Step open(int exponent, Cause cause, String reason, Moment moment, HealthPolicy policy) {
        Duration wait = policy.openTime().forExponent(exponent, moment.draw());
        return Step.to(new Open(moment.now().plus(wait), exponent), cause, reason, moment);
    }

    private static Step suspend(Suspension suspension, int exponent, Moment moment, HealthPolicy policy) {
        Duration wait = suspension.recheckAfter(policy.suspension());
        return Step.to(new Suspended(suspension, moment.now().plus(wait), exponent), Cause.SUSPENDED,
                ReasonText.suspended(suspension, wait), moment);
    }

    private static Step probe(BreakerState from, int successes, Cause cause, String reason, Moment moment,
            HealthPolicy policy) {
        return Step.to(new HalfOpen(grant(moment, policy), successes, from.exponent()), cause, reason, moment);
    }

    private static Step recheck(Suspension suspension, int exponent, Cause cause, String reason, Moment moment,
            HealthPolicy policy) {
        return Step.to(new Rechecking(suspension, grant(moment, policy), exponent), cause, reason, moment);
    }

    private static ProbeGrant grant(Moment moment, HealthPolicy policy) {
        return new ProbeGrant(moment.nextEpoch(), moment.now().plus(policy.probing().grantLifetime()));
    }
}
