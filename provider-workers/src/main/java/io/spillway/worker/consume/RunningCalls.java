package io.spillway.worker.consume;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

import io.spillway.v1.Attempt;
import io.spillway.v1.Lane;

/** The calls this worker has announced and not yet reported the end of. Thread-safe. */
public final class RunningCalls {

    /** Enough to notice the repeats of a crashed router's last seconds. */
    private static final int REMEMBERED = 20_000;

    /** One attempt of one request. */
    record Id(String requestId, int attempt) {
        static Id of(Attempt attempt) {
            return new Id(attempt.getRequestId(), attempt.getAttempt());
        }
    }

    /** @param since {@link BrokerClock#millis()} when it was announced */
    record Call(Id id, String deployment, Lane lane, int ownerPartition, long since) {}

    private final Map<Id, Call> calls = new ConcurrentHashMap<>();
    private final AtomicInteger ofBatch = new AtomicInteger();
    private final Map<Id, Boolean> remembered = Collections.synchronizedMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Id, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    });

    /** @return whether this worker had not started the same attempt before, as far as it remembers */
    boolean add(Call call) {
        count(call, 1);
        count(calls.put(call.id(), call), -1);
        return remembered.put(call.id(), Boolean.TRUE) == null;
    }

    /** The call did not begin after all. */
    void forget(Id id) {
        remove(id);
        remembered.remove(id);
    }

    void remove(Id id) {
        count(calls.remove(id), -1);
    }

    boolean contains(Id id) {
        return calls.containsKey(id);
    }

    int size() {
        return calls.size();
    }

    /** Those of the batch lane. */
    int ofBatch() {
        return ofBatch.get();
    }

    private void count(@Nullable Call call, int change) {
        if (call != null && call.lane() == Lane.BATCH) {
            ofBatch.addAndGet(change);
        }
    }

    Collection<Call> all() {
        return calls.values();
    }
}
