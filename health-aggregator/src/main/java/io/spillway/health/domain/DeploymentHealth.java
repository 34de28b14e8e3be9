package io.spillway.health.domain;

import io.spillway.health.domain.BreakerState.Closed;
import io.spillway.health.domain.Outcome.Failed;
import io.spillway.health.domain.Outcome.Succeeded;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The health of one deployment: folds finished attempts, heartbeats and time into a state to publish. It only keeps the
 * pieces together; each rule is a pure function of its own. Owned by one thread.
 *
 * <p>{@code now} is the caller's own clock throughout, bucketing uses the broker's append time of the sample. Publish
 * {@link #view} whenever a method returns transitions, and at least once per {@code state.heartbeat}. Call {@link #tick}
 * about once a second: probe grants, ramps and windows move by time alone.
 */
public final class DeploymentHealth {

    private static final BreakerEvent TIME_PASSED = new BreakerEvent.TimePassed();

    /** A cooldown that moves by less is not worth a record of its own; the next heartbeat carries it. */
    private static final Duration COOLDOWN_STEP = Duration.ofSeconds(1);

    private static final Duration USUAL_FOR = Duration.ofSeconds(1);

    private final long jitterSeed;
    private final BucketRing ring;
    private final WorkerLoads workers = new WorkerLoads();
    private HealthPolicy policy;
    private long epoch;
    private BreakerState breaker;
    private String breakerReason;
    private Cooldown cooldown;
    private String cooldownReason;
    private Instant announcedCooldown;
    private Streak streak;
    private long tooOld;
    private @Nullable Instant usualFrom;
    private long usualMillis;
    private boolean serves;

    DeploymentHealth(String deployment, HealthPolicy policy, HealthMemory memory) {
        this.jitterSeed = JitterDraw.seed(deployment);
        this.policy = policy;
        this.epoch = memory.epoch();
        this.breaker = memory.breaker();
        this.breakerReason = memory.breakerReason();
        this.cooldown = memory.cooldown();
        this.cooldownReason = memory.cooldownReason();
        this.announcedCooldown = memory.cooldown().until();
        this.streak = memory.streak();
        this.ring = memory.ring();
        this.serves = breaker instanceof Closed;
    }

    /** A deployment nothing is known about: closed, at full weight. */
    public static DeploymentHealth unknown(String deployment, HealthPolicy policy, Instant now) {
        return new DeploymentHealth(deployment, policy, HealthMemory.empty(now));
    }

    /** From now on judges by other numbers; what is already under way (an open time, a grant) keeps its end. */
    public void adopt(HealthPolicy next) {
        policy = next;
    }

    /**
     * Takes in one finished attempt.
     *
     * @return the transitions it caused, mostly none, in order
     */
    public List<Transition> apply(AttemptSample reported, Instant now) {
        AttemptSample sample = isTooShortToTell(reported, now) ? reported.withoutBlame() : reported;
        List<Transition> transitions = new ArrayList<>(2);
        step(TIME_PASSED, now, transitions);
        if (!ring.covers(sample.at(), now)) {
            tooOld++;
            return List.copyOf(transitions);
        }
        if (isEvidence(sample)) {
            ring.record(sample, now);
            streak = streak.after(sample.outcome());
        }
        switch (sample.outcome()) {
            case Succeeded() -> cooldown = cooldown.afterSuccess();
            case Failed failed -> {
                if (failed.kind().healthClass() == HealthClass.CAPACITY) {
                    rest(failed.retryAfter(), now, transitions);
                }
            }
        }
        step(new BreakerEvent.Reported(sample), now, transitions);
        judge(Optional.of(sample.outcome()), now, transitions);
        announceShare(now, transitions);
        return List.copyOf(transitions);
    }

    /** Takes in what one worker holds; it counts until the worker has been silent for {@code state.worker_expiry}. */
    public void heartbeat(String worker, WorkerLoad load, Instant now) {
        workers.heard(worker, load, now);
    }

    /**
     * Lets time pass.
     *
     * @return the transitions it caused, in order
     */
    public List<Transition> tick(Instant now) {
        List<Transition> transitions = new ArrayList<>(2);
        step(TIME_PASSED, now, transitions);
        judge(Optional.empty(), now, transitions);
        announceShare(now, transitions);
        return List.copyOf(transitions);
    }

    /** The state to publish. Costs up to a millisecond on a busy deployment: take it to publish, not per sample. */
    public HealthView view(Instant now) {
        WindowCounts counts = counts(now);
        Duration window = counts.window();
        boolean cooling = cooldown.isActive(now, policy.cooldown());
        return new HealthView(epoch, now, breaker.position(), breaker.closedToTrafficUntil(), breaker.outstandingGrant(),
                breaker instanceof Closed closed ? closed.rampStartedAt() : Optional.empty(),
                ShareWhenLast.of(breaker, () -> counts, streak, policy.opening()),
                cooling ? Optional.of(cooldown.until()) : Optional.empty(), breaker.currentSuspension(), window, counts.n(),
                counts.rate(), ring.failures(window, now), times(Measure.DURATION, window, now),
                times(Measure.FIRST_BYTE, window, now), times(Measure.QUEUE_WAIT, window, now),
                workers.sum(now, policy.reporting().workerExpiry()),
                cooling && breaker instanceof Closed ? cooldownReason : breakerReason);
    }

    /** Samples left out because they were appended longer than ten minutes before {@code now}. */
    public long tooOld() {
        return tooOld;
    }

    HealthMemory memory() {
        return new HealthMemory(epoch, breaker, breakerReason, cooldown, cooldownReason, streak, ring);
    }

    /**
     * A call that was given less time than half of the good ones take would most likely have been broken off on a healthy
     * deployment too. If it counted, callers who are almost out of time, as they are after an outage, would keep it from coming back.
     */
    private boolean isTooShortToTell(AttemptSample sample, Instant now) {
        return sample.outOfTime() && sample.durationMs() < usualMillis(now);
    }

    /** The median of good calls, looked up once a second at most; 0 when there were none. */
    private long usualMillis(Instant now) {
        if (usualFrom == null || Duration.between(usualFrom, now).abs().compareTo(USUAL_FOR) > 0) {
            usualFrom = now;
            usualMillis = times(Measure.DURATION, BucketRing.SPAN, now).p50Ms().orElse(0);
        }
        return usualMillis;
    }

    /** While closed, calls begun before the closing and late probes say nothing about now. */
    private boolean isEvidence(AttemptSample sample) {
        return !(breaker instanceof Closed closed) || closed.isEvidence(sample);
    }

    private void step(BreakerEvent event, Instant now, List<Transition> transitions) {
        long next = nextEpoch(now);
        Step step = CircuitBreaker.next(breaker, event, new Moment(now, next, JitterDraw.draw(jitterSeed, next)), policy);
        boolean closes = step.state() instanceof Closed && !(breaker instanceof Closed);
        breaker = step.state();
        if (step.transition().isPresent()) {
            Transition transition = step.transition().get();
            epoch = transition.epoch();
            breakerReason = transition.reason();
            transitions.add(transition);
        }
        if (closes) {
            ring.clearCounts();
            streak = Streak.NONE;
        }
    }

    private void judge(Optional<Outcome> latest, Instant now, List<Transition> transitions) {
        if (!(breaker instanceof Closed)) {
            return;
        }
        Verdict verdict = OpeningRule.judge(window -> ring.counts(window, now), streak, policy.opening());
        switch (verdict) {
            case Verdict.TooFew tooFew -> {}
            case Verdict.Fit fit -> {}
            case Verdict.SickByRate sick -> step(
                    new BreakerEvent.Judged(sick, mostFrequentSick(sick.counts().window(), now)), now, transitions);
            case Verdict.SickByStreak sick -> step(new BreakerEvent.Judged(sick, latestSick(latest, now)), now, transitions);
        }
    }

    /** A share that comes or goes must not wait for the next heartbeat: requests are parked or failing meanwhile. */
    private void announceShare(Instant now, List<Transition> transitions) {
        double share = ShareWhenLast.of(breaker, () -> counts(now), streak, policy.opening());
        boolean before = serves;
        serves = share > 0;
        if (serves != before && transitions.isEmpty()) {
            epoch = nextEpoch(now);
            transitions.add(new Transition(epoch, now, Transition.Cause.SHARE_WHEN_LAST, ReasonText.shareWhenLast(share)));
        }
    }

    private WindowCounts counts(Instant now) {
        return OpeningRule.window(window -> ring.counts(window, now), policy.opening());
    }

    private FailureKind latestSick(Optional<Outcome> latest, Instant now) {
        if (latest.isPresent() && latest.get() instanceof Failed(var kind, var hint) && latest.get().isSick()) {
            return kind;
        }
        return mostFrequentSick(policy.opening().longestWindow(), now);
    }

    private FailureKind mostFrequentSick(Duration window, Instant now) {
        return ring.failures(window, now).entrySet().stream()
                .filter(entry -> entry.getKey().healthClass() == HealthClass.SICK).max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey).orElse(FailureKind.UNKNOWN);
    }

    private void rest(Optional<Duration> hint, Instant now, List<Transition> transitions) {
        boolean fresh = !cooldown.isActive(now, policy.cooldown());
        cooldown = cooldown.afterRateLimit(hint, now, policy.cooldown());
        if (fresh || !cooldown.until().isBefore(announcedCooldown.plus(COOLDOWN_STEP))) {
            epoch = nextEpoch(now);
            announcedCooldown = cooldown.until();
            cooldownReason = ReasonText.cooldown(Duration.between(now, cooldown.until()), hint);
            transitions.add(new Transition(epoch, now, Transition.Cause.COOLDOWN, cooldownReason));
        }
    }

    private LatencySummary times(Measure measure, Duration window, Instant now) {
        return LatencySummary.of(ring.times(measure, window, now), policy.reporting().minSamplesForP99());
    }

    private long nextEpoch(Instant now) {
        return Math.max(epoch + 1, now.toEpochMilli());
    }
}
