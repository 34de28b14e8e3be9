package io.spillway.router.domain;

import java.time.Instant;
import java.util.Optional;

import io.spillway.router.domain.Rejection.Reason;

/**
 * Whether a deployment may take a request now: first what the request itself demands, then what policy and health say. Health
 * older than {@link Surroundings#STALE_AFTER} counts as unknown, and unknown never takes a deployment out.
 */
final class Eligibility {

    private Eligibility() {}

    /** The first reason against the deployment; empty when it may take the request. */
    static Optional<Rejection> against(Deployment deployment, Tier tier, RequestFacts facts, Progress progress,
            Surroundings around) {
        Optional<Rejection> permanent = demands(deployment, tier, facts, progress);
        if (permanent.isPresent()) {
            return permanent;
        }
        Instant now = around.now();
        if (deployment.drain()) {
            return rejection(deployment, tier, Reason.DRAINED, "taken out by the operator", Optional.empty());
        }
        Optional<Rejection> tried = tried(deployment, tier, progress, now);
        if (tried.isPresent()) {
            return tried;
        }
        DeploymentHealth health = around.believed(deployment.id());
        Optional<Rejection> sick = sick(deployment, tier, health, now);
        if (sick.isPresent()) {
            return sick;
        }
        return full(deployment, tier, around);
    }

    /**
     * Whether a deployment may take a request whatever its breaker says, because no other is left. The draw is fixed for the request's
     * next attempt, so a look at another time does not throw the dice again.
     */
    static boolean permitsAsLast(Deployment deployment, Tier tier, double draw, Surroundings around) {
        DeploymentHealth health = around.believed(deployment.id());
        return draw < health.shareWhenLast() && cooling(deployment, tier, health, around.now()).isEmpty()
                && full(deployment, tier, around).isEmpty();
    }

    private static Optional<Rejection> full(Deployment deployment, Tier tier, Surroundings around) {
        int open = around.openHere().applyAsInt(deployment.id());
        int limit = around.openLimit().applyAsInt(deployment);
        if (open >= limit) {
            return rejection(deployment, tier, Reason.QUEUE_FULL, open + " of " + limit + " places taken here",
                    Optional.empty());
        }
        return Optional.empty();
    }

    private static Optional<Rejection> demands(Deployment deployment, Tier tier, RequestFacts facts, Progress progress) {
        if (!deployment.dataClasses().contains(facts.dataClass())) {
            return permanent(deployment, tier, Reason.DATA_CLASS, "not declared for data class " + facts.dataClass());
        }
        if (!facts.regions().isEmpty() && !deployment.region().map(facts.regions()::contains).orElse(false)) {
            return permanent(deployment, tier, Reason.REGION,
                    "region " + deployment.region().orElse("unknown") + " is not among " + facts.regions());
        }
        if (facts.tools() && !deployment.tools()) {
            return permanent(deployment, tier, Reason.NO_TOOLS, "takes no tools");
        }
        if (facts.vision() && !deployment.vision()) {
            return permanent(deployment, tier, Reason.NO_VISION, "takes no images");
        }
        if (facts.jsonSchema() && !deployment.jsonSchema()) {
            return permanent(deployment, tier, Reason.NO_JSON_SCHEMA, "takes no JSON schema");
        }
        long window = deployment.contextWindow().orElse(Long.MAX_VALUE);
        if (facts.leastPromptTokens() > window) {
            return permanent(deployment, tier, Reason.CONTEXT_WINDOW,
                    "prompt of at least " + facts.leastPromptTokens() + " tokens, window of " + window);
        }
        if (progress.windowTooSmall() > 0 && (deployment.contextWindow().isEmpty() || window <= progress.windowTooSmall())) {
            return permanent(deployment, tier, Reason.CONTEXT_WINDOW,
                    "a window of " + progress.windowTooSmall() + " was too small, and this one is not known to be larger");
        }
        return Optional.empty();
    }

    private static Optional<Rejection> tried(Deployment deployment, Tier tier, Progress progress, Instant now) {
        Visit visit = progress.visits().get(deployment.id());
        if (visit == null) {
            return Optional.empty();
        }
        if (!visit.mayTryAgain()) {
            return rejection(deployment, tier, Reason.ALREADY_TRIED, "failed with " + visit.lastFailure(), Optional.empty());
        }
        if (visit.isPausing(now)) {
            return rejection(deployment, tier, Reason.ALREADY_TRIED, "failed with " + visit.lastFailure() + ", pausing",
                    visit.notBefore());
        }
        return Optional.empty();
    }

    private static Optional<Rejection> sick(Deployment deployment, Tier tier, DeploymentHealth health, Instant now) {
        if (health.suspendedUntil().isPresent() && now.isBefore(health.suspendedUntil().get())) {
            return rejection(deployment, tier, Reason.SUSPENDED, health.reason(), health.suspendedUntil());
        }
        Optional<Rejection> broken = switch (health.breaker()) {
            case OPEN -> rejection(deployment, tier, Reason.BREAKER_OPEN, health.reason(), health.openUntil());
            case HALF_OPEN -> health.probe().isPresent()
                    ? Optional.empty()
                    : rejection(deployment, tier, Reason.PROBE_TAKEN, "one probe at a time", Optional.empty());
            case CLOSED, UNKNOWN -> Optional.empty();
        };
        return broken.isPresent() ? broken : cooling(deployment, tier, health, now);
    }

    private static Optional<Rejection> cooling(Deployment deployment, Tier tier, DeploymentHealth health, Instant now) {
        if (health.cooldownUntil().isPresent() && now.isBefore(health.cooldownUntil().get())) {
            return rejection(deployment, tier, Reason.COOLDOWN, "resting after a rate limit", health.cooldownUntil());
        }
        return Optional.empty();
    }

    private static Optional<Rejection> permanent(Deployment deployment, Tier tier, Reason reason, String detail) {
        return rejection(deployment, tier, reason, detail, Optional.empty());
    }

    private static Optional<Rejection> rejection(Deployment deployment, Tier tier, Reason reason, String detail,
            Optional<Instant> until) {
        return Optional.of(new Rejection(deployment.id(), tier.index(), reason, detail, until));
    }
}
