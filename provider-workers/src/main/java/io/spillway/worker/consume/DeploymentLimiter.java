package io.spillway.worker.consume;

import org.jspecify.annotations.Nullable;

import io.spillway.v1.Lane;
import io.spillway.v1.Limits;
import io.spillway.worker.domain.AimdLimit;
import io.spillway.worker.domain.LaneShare;
import io.spillway.worker.domain.LimitShare;
import io.spillway.worker.domain.Pace;

/**
 * Concurrency and pace of one deployment in this worker, shared by both lanes. The rules are in {@code domain}; this class
 * holds their state behind a lock. Instants are milliseconds of the monotonic clock.
 */
final class DeploymentLimiter {

    private static final long NEVER = Long.MIN_VALUE / 2;

    /** What the limits follow; comparing Avro records costs more. */
    private record Bounds(int concurrency, @Nullable Long requestsPerMinute, @Nullable Long tokensPerMinute, LimitShare share) {
        static Bounds of(Limits limits, LimitShare share) {
            return new Bounds(limits.getConcurrency(), limits.getRequestsPerMinute(), limits.getTokensPerMinute(), share);
        }

        int ownConcurrency() {
            return Math.toIntExact(Math.max(1, share.of(concurrency)));
        }
    }

    private final LaneShare lanes = new LaneShare();
    private Bounds bounds;
    private AimdLimit concurrency;
    private Pace requests;
    private Pace tokens;
    private int inFlight;
    private long heldUntil = NEVER;
    private boolean isPaced;
    private long paceWaits;

    /** Of a worker that is alone. */
    DeploymentLimiter(Limits limits, long now) {
        this(limits, LimitShare.WHOLE, now);
    }

    DeploymentLimiter(Limits limits, LimitShare share, long now) {
        this.bounds = Bounds.of(limits, share);
        this.concurrency = AimdLimit.startingAt(bounds.ownConcurrency());
        this.requests = Pace.of(limits.getRequestsPerMinute(), share, now);
        this.tokens = Pace.of(limits.getTokensPerMinute(), share, now);
    }

    /** Follows the catalogue and the assignment of partitions. */
    synchronized void update(Limits current, LimitShare share, long now) {
        Bounds next = Bounds.of(current, share);
        if (next.equals(bounds)) {
            return;
        }
        bounds = next;
        if (share.isNone()) {
            // Nothing starts here now; what was learnt about the provider may be of use after the next assignment.
            return;
        }
        concurrency = concurrency.withMax(next.ownConcurrency());
        requests = requests.follow(next.requestsPerMinute(), share, now);
        tokens = tokens.follow(next.tokensPerMinute(), share, now);
    }

    /** A permit for a call of about so many tokens, or null when it has to wait. */
    synchronized @Nullable Permit tryAcquire(Lane lane, long estimatedTokens, long now) {
        boolean isInteractive = lane != Lane.BATCH;
        long weight = tokens.weight(estimatedTokens);
        boolean isTooFast = now < heldUntil || requests.waitMillis(1, now) > 0 || tokens.waitMillis(estimatedTokens, now) > 0;
        if (isTooFast && !isPaced) {
            isPaced = true;
            paceWaits++;
        }
        if (isTooFast || inFlight >= limit() || !lanes.admits(isInteractive, weight, inFlight, limit(), now)
                || (isInteractive && wouldTakeWhatIsOwed(weight, now))) {
            lanes.refused(isInteractive, weight, now);
            return null;
        }
        lanes.took(isInteractive, weight, limit(), now);
        isPaced = false;
        inFlight++;
        requests = requests.taken(1, now);
        tokens = tokens.taken(estimatedTokens, now);
        return new Permit(this, isInteractive, estimatedTokens, now);
    }

    synchronized void cancelled(Permit permit, long now) {
        inFlight--;
        lanes.ended(permit.isInteractive());
        requests = requests.returned(1, permit.acquiredAt(), now);
        tokens = tokens.returned(permit.reservedTokens(), permit.acquiredAt(), now);
    }

    synchronized void finished(Permit permit, Feedback feedback, long now) {
        concurrency = switch (feedback.load()) {
            case LIGHT -> concurrency.succeeded(inFlight);
            case TOO_MUCH -> concurrency.overloaded(permit.acquiredAt(), now);
            case UNRELATED -> concurrency;
        };
        inFlight--;
        lanes.ended(permit.isInteractive());
        if (feedback.holdMillis() > 0) {
            heldUntil = Math.max(heldUntil, now + feedback.holdMillis());
        }
        if (feedback.tokens() >= 0) {
            tokens = tokens.returned(permit.reservedTokens() - feedback.tokens(), permit.acquiredAt(), now);
        }
        requests = requests.heard(feedback.rates().requests(), permit.acquiredAt(), now);
        tokens = tokens.heard(feedback.rates().tokens(), permit.acquiredAt(), now);
    }

    /** Calls allowed at once now. */
    synchronized int limit() {
        return bounds.share().isNone() ? 0 : concurrency.limit();
    }

    synchronized int inFlight() {
        return inFlight;
    }

    /** What the pace of calls allows now; NaN = not limited. */
    synchronized double requestsLeft(long now) {
        return orNaN(requests, now);
    }

    /** What the pace of tokens allows now, negative after more was used than expected; NaN = not limited. */
    synchronized double tokensLeft(long now) {
        return orNaN(tokens, now);
    }

    /** Times that starts had to wait for the pace or for a provider's pause. */
    synchronized long paceWaits() {
        return paceWaits;
    }

    /** Whether after this call the pace would not allow the batch call that is owed. */
    private boolean wouldTakeWhatIsOwed(long weight, long now) {
        return lanes.owed(limit(), now) > 0
                && (!requests.has(2, now) || !tokens.has(weight + lanes.owedTokens(limit(), now), now));
    }

    private static double orNaN(Pace pace, long now) {
        return pace.left(now).stream().asDoubleStream().findFirst().orElse(Double.NaN);
    }
}
