package io.spillway.router.topology;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.spillway.router.domain.Progress;
import io.spillway.v1.state.OpenAttempt;

/**
 * The working copy of an open request's progress, in memory. What must survive a crash is also in the stores; leases and
 * parking are rebuilt. Owned by one stream thread; only {@link OpenRequests} moves it between indexes.
 */
final class OpenRequest {

    /** Where the stores hold a request's progress. */
    enum Kept {
        /** Not accepted yet. */
        NOWHERE,
        /** In the record of its payload: it has seen one decision. */
        WITH_PAYLOAD,
        /** In a record of its own beside the payload's. */
        APART
    }

    final String id;
    final String route;
    final Instant deadline;
    final long sequence;

    Progress progress;
    Kept kept = Kept.NOWHERE;
    int decisions;
    @Nullable
    OpenAttempt attempt;
    /** Whether the worker said that it began the call. */
    boolean started;
    /** When the attempt is given up without word from a worker. */
    long leaseUntil;

    /** Key in the timer index: the next instant at which something must happen. */
    long due;
    /** Key in the parking index, or {@link #NOT_PARKED}. */
    long parkedUntil = NOT_PARKED;
    /** With a parked request: whether it must not be looked at earlier, whatever the news. */
    boolean pausing;

    static final long NOT_PARKED = Long.MAX_VALUE;

    OpenRequest(String id, String route, Instant deadline, long sequence, Progress progress) {
        this.id = id;
        this.route = route;
        this.deadline = deadline;
        this.sequence = sequence;
        this.progress = progress;
    }
}
