package io.spillway.worker.consume;

import org.jspecify.annotations.Nullable;

import io.spillway.v1.Lane;
import io.spillway.v1.Limits;
import io.spillway.worker.domain.AimdLimit;
import io.spillway.worker.domain.LaneShare;
import io.spillway.worker.domain.TokenBucket;

/**
 * Concurrency and pace of one deployment in this worker, shared by both lanes. The rules are in {@code domain}; this class
 * holds their state behind a lock. Instants are milliseconds of the monotonic clock.
 */
final class DeploymentLimiter {

    /** A lane that was refused counts as waiting this long; intakes ask again far more often. */
    private static final long WAITING_MILLIS = 200;
    private static final long NEVER = Long.MIN_VALUE / 2;

    /** The part of the catalogue's limits that matters here; comparing Avro records costs more. */
    private record Bounds(int concurrency, @Nullable Long requestsPerMinute, @Nullable Long tokensPerMinute) {
        static Bounds of(Limits limits) {
            return new Bounds(limits.getConcurrency(), limits.getRequestsPerMinute(), limits.getTokensPerMinute());
        }
    }

    private Bounds bounds;
    private AimdLimit concurrency;
    private @Nullable TokenBucket requests;
    private @Nullable TokenBucket tokens;
    private LaneShare share = LaneShare.fresh();
    private int inFlight;
    private long heldUntil = NEVER;
    private long interactiveWaitsUntil = NEVER;
    private long batchWaitsUntil = NEVER;

    DeploymentLimiter(Limits limits, long now) {
        this.bounds = Bounds.of(limits);
        this.concurrency = AimdLimit.startingAt(limits.getConcurrency());
        this.requests = paced(null, limits.getRequestsPerMinute(), now);
        this.tokens = paced(null, limits.getTokensPerMinute(), now);
    }

    /** Follows the catalogue. */
    synchronized void update(Limits current, long now) {
        Bounds next = Bounds.of(current);
        if (next.equals(bounds)) {
            return;
        }
        bounds = next;
        concurrency = concurrency.withMax(current.getConcurrency());
        requests = paced(requests, current.getRequestsPerMinute(), now);
        tokens = paced(tokens, current.getTokensPerMinute(), now);
    }

    /** A permit for a call of about so many tokens, or null when it has to wait. */
    synchronized @Nullable Permit tryAcquire(Lane lane, long estimatedTokens, long now) {
        boolean interactive = lane == Lane.INTERACTIVE;
        boolean otherWaits = now < (interactive ? batchWaitsUntil : interactiveWaitsUntil);
        if (isExhausted(estimatedTokens, now) || !share.admits(interactive, otherWaits)) {
            setWaiting(interactive, now + WAITING_MILLIS);
            return null;
        }
        share = share.took(interactive, otherWaits);
        setWaiting(interactive, NEVER);
        inFlight++;
        requests = requests == null ? null : requests.taken(1, now);
        tokens = tokens == null ? null : tokens.taken(estimatedTokens, now);
        return new Permit(this, estimatedTokens, now);
    }

    synchronized void cancelled(long reservedTokens, long now) {
        inFlight--;
        requests = requests == null ? null : requests.returned(1, now);
        tokens = tokens == null ? null : tokens.returned(reservedTokens, now);
    }

    synchronized void finished(long acquiredAt, long reservedTokens, Feedback feedback, long now) {
        concurrency = switch (feedback.load()) {
            case LIGHT -> concurrency.succeeded(inFlight);
            case TOO_MUCH -> concurrency.overloaded(acquiredAt, now);
            case UNRELATED -> concurrency;
        };
        inFlight--;
        if (feedback.holdMillis() > 0) {
            heldUntil = Math.max(heldUntil, now + feedback.holdMillis());
        }
        if (tokens != null && feedback.tokens() >= 0) {
            tokens = tokens.returned(reservedTokens - feedback.tokens(), now);
        }
    }

    synchronized int limit() {
        return concurrency.limit();
    }

    synchronized int inFlight() {
        return inFlight;
    }

    private boolean isExhausted(long estimatedTokens, long now) {
        return now < heldUntil || inFlight >= concurrency.limit() || (requests != null && requests.waitMillis(1, now) > 0)
                || (tokens != null && tokens.waitMillis(estimatedTokens, now) > 0);
    }

    private void setWaiting(boolean interactive, long until) {
        if (interactive) {
            interactiveWaitsUntil = until;
        } else {
            batchWaitsUntil = until;
        }
    }

    private static @Nullable TokenBucket paced(@Nullable TokenBucket bucket, @Nullable Long perMinute, long now) {
        if (perMinute == null || perMinute < 1) {
            return null;
        }
        return bucket == null ? TokenBucket.full(perMinute, now) : bucket.atPace(perMinute, now);
    }
}
