package io.spillway.router.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the router does with a request now. */
public sealed interface Decision {

    /** Deployments that were looked at and not chosen. */
    List<Rejection> rejected();

    /** The decision in words. */
    String reason();

    /**
     * A new attempt.
     *
     * @param progress the request's progress once the attempt is out
     * @param startBy the call must have begun by then
     * @param timeout longest duration of the call
     * @param probe the health probe it serves as
     * @param draw the number that picked among weights
     */
    record Dispatch(Deployment deployment, Tier tier, Progress progress, Instant startBy, Duration timeout,
            Optional<String> probe, double draw, String reason, List<Rejection> rejected) implements Decision {}

    /**
     * Nothing can take it now.
     *
     * @param progress the request's progress while it waits
     * @param until when to decide again at the latest
     * @param pausing true when it must not be decided before {@code until}: the pause between two rounds; false when any news of
     *     a deployment is a reason to decide again
     */
    record Defer(Progress progress, Instant until, boolean pausing, String reason, List<Rejection> rejected)
            implements
                Decision {}

    /**
     * The request ends in an error.
     *
     * @param message for the caller; names neither deployments nor endpoints
     */
    record Reject(ErrorCode code, String message, String reason, List<Rejection> rejected) implements Decision {}
}
