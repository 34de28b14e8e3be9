package io.spillway.router.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What has happened to a request so far. Changed only by its methods, which return the next value.
 *
 * @param attempts attempts dispatched
 * @param maybePaid failed attempts that a provider may bill
 * @param rounds times every tier was tried in vain
 * @param visits deployments tried in the present round, by id
 * @param windowTooSmall largest context window that proved too small; 0 = none
 * @param lastFailure of the latest attempt
 */
public record Progress(int attempts, int maybePaid, int rounds, Map<String, Visit> visits, long windowTooSmall,
        Optional<FailureKind> lastFailure) {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    /** Providers may ask for hours, or for nothing at all; neither is done blindly. */
    private static final Duration LONGEST_HINT = Duration.ofMinutes(2);

    public Progress {
        visits = Map.copyOf(visits);
    }

    /** A request nothing has happened to. */
    public static Progress none() {
        return new Progress(0, 0, 0, Map.of(), 0, Optional.empty());
    }

    /** One more attempt goes out. */
    public Progress dispatched() {
        return new Progress(attempts + 1, maybePaid, rounds, visits, windowTooSmall, lastFailure);
    }

    /**
     * Every tier was tried in vain; all may be tried again, except those that still pause at {@code now} and those that would
     * give this request the same answer as before.
     */
    public Progress nextRound(Instant now) {
        Map<String, Visit> kept = new HashMap<>(visits);
        kept.values().removeIf(visit -> !visit.isFinal() && !visit.isPausing(now));
        return new Progress(attempts, maybePaid, rounds + 1, kept, windowTooSmall, lastFailure);
    }

    /**
     * The open attempt failed.
     *
     * @param deployment id of the deployment it was made to
     * @param contextWindow of that deployment, when known
     * @param draw in [0,1), spreads repeated attempts in time
     */
    public Progress failed(String deployment, OptionalLong contextWindow, AttemptFailure failure, Instant now, double draw) {
        Map<String, Visit> next = new HashMap<>(visits);
        if (failure.kind() != FailureKind.WORKER_LOST) {
            Visit earlier = visits.get(deployment);
            int before = earlier == null ? 0 : earlier.attempts();
            next.put(deployment, new Visit(before + 1, failure.kind(), failure.sent(), notBefore(failure, before, now, draw)));
        }
        long tooSmall = failure.kind() == FailureKind.CONTEXT_WINDOW_EXCEEDED
                ? Math.max(windowTooSmall, contextWindow.orElse(1))
                : windowTooSmall;
        return new Progress(attempts, maybePaid + (failure.maybePaid() ? 1 : 0), rounds, next, tooSmall,
                Optional.of(failure.kind()));
    }

    private static Optional<Instant> notBefore(AttemptFailure failure, int repeats, Instant now, double draw) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(repeats, 6));
        return switch (failure.kind().again()) {
            case NEVER, NEVER_THIS_REQUEST, ALWAYS -> Optional.empty();
            case AFTER_HINT -> Optional.of(now.plus(clamp(failure.retryAfter().orElse(pause), pause, LONGEST_HINT)));
            case ONCE, ONCE_IF_NOT_SENT -> Optional.of(now.plusMillis((long) (pause.toMillis() * (0.5 + draw))));
        };
    }

    private static Duration clamp(Duration value, Duration least, Duration most) {
        Duration atLeast = value.compareTo(least) < 0 ? least : value;
        return atLeast.compareTo(most) > 0 ? most : atLeast;
    }
}
