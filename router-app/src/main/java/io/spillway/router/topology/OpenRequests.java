package io.spillway.router.topology;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.spillway.router.domain.Progress;
import io.spillway.v1.state.OpenAttempt;

/**
 * The open requests of a task, indexed by id, by the next instant something must happen, and, for parked ones, by route and the
 * instant to look again. In memory only: no changelog, no tombstones.
 */
final class OpenRequests {

    private static final Comparator<OpenRequest> BY_DUE = Comparator.<OpenRequest>comparingLong(open -> open.due)
            .thenComparingLong(open -> open.sequence);
    private static final Comparator<OpenRequest> BY_PARKING = Comparator.<OpenRequest>comparingLong(open -> open.parkedUntil)
            .thenComparingLong(open -> open.sequence);

    private final Map<String, OpenRequest> byId = new HashMap<>();
    private final TreeSet<OpenRequest> byDue = new TreeSet<>(BY_DUE);
    private final Map<String, NavigableSet<OpenRequest>> pausing = new HashMap<>();
    private final Map<String, NavigableSet<OpenRequest>> waiting = new HashMap<>();
    private final Map<String, Integer> attemptsByDeployment = new HashMap<>();
    private long sequence;
    private int parkedCount;
    private boolean placeFreed;

    OpenRequest add(String id, String route, Instant deadline, Progress progress) {
        OpenRequest open = new OpenRequest(id, route, deadline, sequence++, progress);
        open.due = deadline.toEpochMilli();
        byId.put(id, open);
        byDue.add(open);
        return open;
    }

    @Nullable
    OpenRequest get(String id) {
        return byId.get(id);
    }

    void remove(OpenRequest open) {
        endAttempt(open);
        unpark(open);
        byDue.remove(open);
        byId.remove(open.id);
    }

    /** The request has an attempt out; it is given up at {@code leaseUntil} unless the worker reports. */
    void beginAttempt(OpenRequest open, OpenAttempt attempt, boolean started, long leaseUntil) {
        unpark(open);
        open.attempt = attempt;
        attemptsByDeployment.merge(attempt.getDeployment(), 1, Integer::sum);
        lease(open, started, leaseUntil);
    }

    /** A worker reported on the attempt. */
    void lease(OpenRequest open, boolean started, long leaseUntil) {
        open.started = started;
        open.leaseUntil = leaseUntil;
        reschedule(open, Math.min(leaseUntil, open.deadline.toEpochMilli()));
    }

    void endAttempt(OpenRequest open) {
        OpenAttempt attempt = open.attempt;
        if (attempt != null) {
            attemptsByDeployment.computeIfPresent(attempt.getDeployment(), (id, count) -> count > 1 ? count - 1 : null);
            open.attempt = null;
            open.started = false;
            placeFreed = true;
            reschedule(open, open.deadline.toEpochMilli());
        }
    }

    /** Nothing can take the request before {@code until}, as far as is known now. */
    void park(OpenRequest open, long until, boolean pause) {
        unpark(open);
        open.parkedUntil = until;
        open.pausing = pause;
        index(open).computeIfAbsent(open.route, route -> new TreeSet<>(BY_PARKING)).add(open);
        parkedCount++;
    }

    /** The request that is due first, if it is due by {@code now}. */
    @Nullable
    OpenRequest firstDue(long now) {
        return byDue.isEmpty() || byDue.first().due > now ? null : byDue.first();
    }

    Set<String> routesWithParked() {
        Set<String> routes = new HashSet<>(waiting.keySet());
        routes.addAll(pausing.keySet());
        return routes;
    }

    /**
     * The parked request of a route that is to be looked at first.
     *
     * @param news whether a deployment's state changed or a place came free, so that waiting ones deserve an early look
     */
    @Nullable
    OpenRequest firstParked(String route, long now, boolean news) {
        NavigableSet<OpenRequest> paused = pausing.get(route);
        if (paused != null && paused.first().parkedUntil <= now) {
            return paused.first();
        }
        NavigableSet<OpenRequest> patient = waiting.get(route);
        return patient != null && (news || patient.first().parkedUntil <= now) ? patient.first() : null;
    }

    /** Whether a place came free since this was asked last. */
    boolean takePlaceFreed() {
        boolean freed = placeFreed;
        placeFreed = false;
        return freed;
    }

    int attemptsAt(String deployment) {
        return attemptsByDeployment.getOrDefault(deployment, 0);
    }

    int size() {
        return byId.size();
    }

    int parkedCount() {
        return parkedCount;
    }

    private void unpark(OpenRequest open) {
        if (open.parkedUntil == OpenRequest.NOT_PARKED) {
            return;
        }
        Map<String, NavigableSet<OpenRequest>> index = index(open);
        NavigableSet<OpenRequest> siblings = index.get(open.route);
        if (siblings != null && siblings.remove(open)) {
            parkedCount--;
            if (siblings.isEmpty()) {
                index.remove(open.route);
            }
        }
        open.parkedUntil = OpenRequest.NOT_PARKED;
    }

    private Map<String, NavigableSet<OpenRequest>> index(OpenRequest open) {
        return open.pausing ? pausing : waiting;
    }

    private void reschedule(OpenRequest open, long due) {
        if (due != open.due) {
            byDue.remove(open);
            open.due = due;
            byDue.add(open);
        }
    }
}
