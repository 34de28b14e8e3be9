package io.spillway.router.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import io.spillway.router.domain.Decision.Defer;
import io.spillway.router.domain.Decision.Dispatch;
import io.spillway.router.domain.Decision.Reject;
import io.spillway.router.domain.Rejection.Reason;
import io.spillway.router.domain.WeightedPick.Weighted;

/**
 * Decides where a request goes next. Tiers are looked at in order; within the first tier that has eligible deployments the
 * draw picks by weight. When no tier has one, a deployment with an open breaker that still answers is better than none; else the
 * request waits for the earliest that may come back; when every deployment was tried in vain, it waits a growing pause and begins a
 * new round. It ends in an error only at its deadline, when its cap on
 * billable failures is reached, or when waiting cannot help.
 */
public final class Router {

    /** First pause between rounds; doubles with every round. */
    static final Duration FIRST_ROUND_PAUSE = Duration.ofSeconds(1);
    /** Longest pause between rounds, and between two looks at a deployment whose return is unknown. */
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    /** A call shorter than this is not worth beginning before the deadline. */
    static final Duration LEAST_CALL = Duration.ofMillis(50);

    private Router() {}

    /** What to do with a request that has no open attempt. */
    public static Decision decide(RequestFacts facts, Progress progress, Surroundings around) {
        Optional<Route> found = around.catalogue().route(facts.route());
        if (found.isEmpty()) {
            return new Reject(ErrorCode.INVALID_REQUEST, "there is no route '" + facts.route() + "'",
                    "route not in catalogue revision " + around.catalogue().revision(), List.of());
        }
        Route route = found.get();
        if (!around.now().plus(LEAST_CALL).isBefore(facts.deadline())) {
            return deadlineExceeded(progress);
        }
        Optional<Reject> terminal = terminalFailure(route, progress);
        if (terminal.isPresent()) {
            return terminal.get();
        }
        List<Rejection> rejected = new ArrayList<>();
        if (progress.maybePaid() >= route.maxPaidCalls()) {
            return lastResort(route, facts, progress, around, rejected)
                    .orElseGet(() -> unavailable(
                            progress.maybePaid() + " failed calls may have been billed, the route allows no more",
                            rejected));
        }
        Optional<Options> again = Optional.empty();
        for (Tier tier : route.tiers()) {
            Options options = options(tier, facts, progress, around, rejected);
            if (!options.fresh().isEmpty()) {
                return dispatch(tier, options.fresh(), facts, progress, around, rejected);
            }
            if (again.isEmpty() && !options.tried().isEmpty()) {
                again = Optional.of(options);
            }
            if (facts.lane() == Lane.BATCH && waitsForPlace(tier, rejected)) {
                break;
            }
        }
        if (again.isPresent()) {
            return dispatch(again.get().tier(), again.get().tried(), facts, progress, around, rejected);
        }
        if (isHopeless(rejected, progress)) {
            Optional<Decision> dispatch = lastResort(route, facts, progress, around, rejected);
            if (dispatch.isPresent()) {
                return dispatch.get();
            }
            if (isHopeless(rejected, progress)) {
                return noTarget(rejected, progress);
            }
        }
        return defer(route, facts, progress, around, rejected);
    }

    /** The error a request ends with at its deadline. */
    public static Reject deadlineExceeded(Progress progress) {
        String last = progress.lastFailure().map(kind -> ", the last failure was " + kind).orElse("");
        return new Reject(ErrorCode.DEADLINE_EXCEEDED,
                "no answer before the deadline after " + progress.attempts() + " attempts" + last,
                "deadline reached" + last, List.of());
    }

    /** The eligible deployments of a tier: those not tried in this round, and those that may be tried again. */
    private record Options(Tier tier, List<Weighted> fresh, List<Weighted> tried) {}

    private static Options options(Tier tier, RequestFacts facts, Progress progress, Surroundings around,
            List<Rejection> rejected) {
        List<Weighted> fresh = new ArrayList<>();
        List<Weighted> tried = new ArrayList<>();
        for (Tier.Candidate candidate : tier.candidates()) {
            Deployment deployment = candidate.deployment();
            Optional<Rejection> rejection = Eligibility.against(deployment, tier, facts, progress, around);
            if (rejection.isPresent()) {
                rejected.add(rejection.get());
                continue;
            }
            double ramp = Math.clamp(around.believed(deployment.id()).ramp(), 0.01, 1.0);
            Weighted weighted = new Weighted(candidate, candidate.weight() * ramp);
            (progress.visits().containsKey(deployment.id()) ? tried : fresh).add(weighted);
        }
        return new Options(tier, fresh, tried);
    }

    private static Dispatch dispatch(Tier tier, List<Weighted> options, RequestFacts facts, Progress progress,
            Surroundings around, List<Rejection> rejected) {
        double draw = Draw.of(facts.requestId(), progress.attempts() + 1);
        Deployment deployment = WeightedPick.pick(options, draw).deployment();
        Instant now = around.now();
        Duration timeout = shorter(tier.timeout(), Duration.between(now, facts.deadline()));
        Instant startBy = earlier(now.plus(tier.queueTimeout(facts.lane())), facts.deadline());
        DeploymentHealth health = around.believed(deployment.id());
        Optional<String> probe = health.probe();
        String choice = options.size() == 1 ? "the only one eligible" : "drawn by weight from " + options.size() + " eligible";
        String reason = choice + " in tier " + (tier.index() + 1) + (probe.isPresent() ? ", as a health probe" : "")
                + (health.isClosedToTraffic() ? ", its breaker is open but no other is left" : "")
                + (progress.lastFailure().isPresent() ? ", after " + progress.lastFailure().get() : "");
        return new Dispatch(deployment, tier, progress.dispatched(), startBy, timeout, probe, draw, reason, rejected);
    }

    /** A batch request waits for a place in the first tier that is merely full, rather than go where it costs more. */
    private static boolean waitsForPlace(Tier tier, List<Rejection> rejected) {
        return rejected.stream()
                .anyMatch(rejection -> rejection.tier() == tier.index() && rejection.reason() == Reason.QUEUE_FULL);
    }

    private static Decision defer(Route route, RequestFacts facts, Progress progress, Surroundings around,
            List<Rejection> rejected) {
        Instant now = around.now();
        Instant comeback = now.plus(LONGEST_PAUSE);
        boolean busy = false;
        boolean spent = false;
        for (Rejection rejection : rejected) {
            comeback = earlier(comeback, rejection.until().orElse(comeback));
            busy |= rejection.reason() == Reason.QUEUE_FULL;
            spent |= isSpent(rejection, progress);
        }
        Instant nextRound = earlier(now.plus(roundPause(facts, progress.rounds() + 1)), now.plus(LONGEST_PAUSE));
        // A deployment that is merely busy frees a place soon; one that rests for long must not keep the others waiting.
        boolean exhausted = spent && !busy && !comeback.isBefore(nextRound);
        Progress next = exhausted ? progress.nextRound(now) : progress;
        Instant until = exhausted ? nextRound : comeback;
        String reason = exhausted
                ? "every deployment that can be was tried, round " + next.rounds() + " of repeats begins after a pause"
                : "no deployment can take it now";
        Optional<Tier> lastResort = route.lastResort()
                .filter(tier -> rejected.stream().noneMatch(rejection -> rejection.tier() == tier.index()));
        if (lastResort.isPresent()) {
            Instant fallback = facts.deadline().minus(lastResort.get().timeout());
            if (!now.isBefore(fallback)) {
                Optional<Decision> dispatch = lastResort(route, facts, progress, around, rejected);
                if (dispatch.isPresent()) {
                    return dispatch.get();
                }
            } else {
                until = earlier(until, fallback);
            }
        }
        Optional<Decision> standing = lastStanding(route, facts, progress, around, rejected);
        if (standing.isPresent()) {
            return standing.get();
        }
        return new Defer(next, earlier(later(until, now.plusMillis(1)), facts.deadline()), exhausted, reason, rejected);
    }

    /** A deployment whose breaker is open but which answers some of its calls, when all others are out and none is merely full. */
    private static Optional<Decision> lastStanding(Route route, RequestFacts facts, Progress progress, Surroundings around,
            List<Rejection> rejected) {
        if (rejected.stream().anyMatch(rejection -> rejection.reason() == Reason.QUEUE_FULL)) {
            return Optional.empty();
        }
        double draw = Draw.of(facts.requestId(), progress.attempts() + 1);
        for (Tier tier : route.tiers()) {
            Set<String> broken = rejected.stream().filter(rejection -> rejection.tier() == tier.index() && isBroken(rejection))
                    .map(Rejection::deployment).collect(Collectors.toSet());
            List<Weighted> standing = tier.candidates().stream()
                    .filter(candidate -> broken.contains(candidate.deployment().id())
                            && Eligibility.permitsAsLast(candidate.deployment(), tier, draw, around))
                    .map(candidate -> new Weighted(candidate, candidate.weight())).toList();
            if (!standing.isEmpty()) {
                return Optional.of(dispatch(tier, standing, facts, progress, around, rejected));
            }
        }
        return Optional.empty();
    }

    private static boolean isBroken(Rejection rejection) {
        return rejection.reason() == Reason.BREAKER_OPEN || rejection.reason() == Reason.PROBE_TAKEN;
    }

    /** Doubles with every round; spread, so that requests which failed together do not come back together. */
    private static Duration roundPause(RequestFacts facts, int round) {
        double spread = 0.75 + 0.5 * Draw.of(facts.requestId(), -round);
        long pause = FIRST_ROUND_PAUSE.toMillis() << Math.min(round - 1, 5);
        return Duration.ofMillis((long) (pause * spread));
    }

    /** Out of this round, but not of the next. */
    private static boolean isSpent(Rejection rejection, Progress progress) {
        return rejection.reason() == Reason.ALREADY_TRIED && rejection.until().isEmpty()
                && !isFinal(rejection, progress);
    }

    private static boolean isFinal(Rejection rejection, Progress progress) {
        Visit visit = progress.visits().get(rejection.deployment());
        return visit != null && visit.isFinal();
    }

    /** Whether the request itself rules out every deployment, so that waiting cannot help. */
    private static boolean isHopeless(List<Rejection> rejected, Progress progress) {
        return rejected.stream().allMatch(rejection -> rejection.reason().permanent() || isFinal(rejection, progress));
    }

    private static Optional<Decision> lastResort(Route route, RequestFacts facts, Progress progress, Surroundings around,
            List<Rejection> rejected) {
        if (route.lastResort().isEmpty()) {
            return Optional.empty();
        }
        Options options = options(route.lastResort().get(), facts, progress, around, rejected);
        List<Weighted> any = options.fresh().isEmpty() ? options.tried() : options.fresh();
        return any.isEmpty()
                ? Optional.empty()
                : Optional.of(dispatch(options.tier(), any, facts, progress, around, rejected));
    }

    /** The error that the latest failure demands whatever other deployments could do. */
    private static Optional<Reject> terminalFailure(Route route, Progress progress) {
        if (progress.lastFailure().isEmpty()) {
            return Optional.empty();
        }
        FailureKind kind = progress.lastFailure().get();
        boolean ends = switch (kind.elsewhere()) {
            case YES, LARGER_WINDOW -> false;
            case NO -> true;
            case IF_ROUTE_ALLOWS -> !route.fallbackOnContentFilter();
        };
        return ends ? Optional.of(terminal(kind)) : Optional.empty();
    }

    private static Reject terminal(FailureKind kind) {
        return switch (kind) {
            case CONTENT_FILTERED -> new Reject(ErrorCode.CONTENT_FILTERED, "a provider's content filter blocked the request",
                    "content filter, and the route does not allow another try", List.of());
            case INVALID_REQUEST -> new Reject(ErrorCode.INVALID_REQUEST, "the provider refused the request as invalid",
                    "wrong everywhere", List.of());
            case RATE_LIMITED, QUOTA_EXHAUSTED, OVERLOADED, SERVER_ERROR, CONNECTION_FAILED, TIMEOUT, MALFORMED_RESPONSE,
                    AUTHENTICATION_FAILED, PERMISSION_DENIED, MODEL_NOT_FOUND, CONTEXT_WINDOW_EXCEEDED, UNSUPPORTED_PARAMETER,
                    QUEUE_TIMEOUT, EXPIRED, WORKER_LOST, CANCELLED, UNKNOWN ->
                new Reject(ErrorCode.INTERNAL, "the attempt was cancelled", "failed with " + kind, List.of());
        };
    }

    private static Reject noTarget(List<Rejection> rejected, Progress progress) {
        if (progress.visits().values().stream().anyMatch(visit -> visit.lastFailure() == FailureKind.CONTENT_FILTERED)) {
            return new Reject(ErrorCode.CONTENT_FILTERED, "the content filters of all providers blocked the request",
                    "content filter at the last deployment left", rejected);
        }
        if (progress.visits().values().stream().anyMatch(Visit::isFinal)) {
            return new Reject(ErrorCode.INVALID_REQUEST, "no provider of the route supports all parameters of the request",
                    "a parameter is unsupported at the last deployment left", rejected);
        }
        if (rejected.stream().anyMatch(rejection -> rejection.reason() == Reason.CONTEXT_WINDOW)) {
            return new Reject(ErrorCode.CONTEXT_WINDOW_EXCEEDED, "the prompt is too long for every model this request may use",
                    "no larger context window among the permitted deployments", rejected);
        }
        return new Reject(ErrorCode.POLICY_NO_TARGET,
                "no deployment of the route may serve this request's data class, region and features",
                "policy leaves no deployment", rejected);
    }

    private static Reject unavailable(String reason, List<Rejection> rejected) {
        return new Reject(ErrorCode.ALL_PROVIDERS_UNAVAILABLE, "every provider failed", reason, rejected);
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
