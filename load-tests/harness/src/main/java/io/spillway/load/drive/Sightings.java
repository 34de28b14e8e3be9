package io.spillway.load.drive;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/** When something of each request was first seen, by position in the plan. */
public final class Sightings {

    private static final long NEVER = 0;

    private final AtomicLongArray at;
    private final AtomicInteger count = new AtomicInteger();

    Sightings(int size) {
        this.at = new AtomicLongArray(size);
    }

    /**
     * Notes a sighting, if it is the first of that request.
     *
     * @param index a negative one is ignored
     * @param nanos since the run began
     */
    boolean see(int index, long nanos) {
        if (index >= 0 && at.compareAndSet(index, NEVER, Math.max(1, nanos))) {
            count.incrementAndGet();
            return true;
        }
        return false;
    }

    public boolean isSeen(int index) {
        return at.get(index) != NEVER;
    }

    /** Nanoseconds since the run began. */
    public long at(int index) {
        return at.get(index);
    }

    public int count() {
        return count.get();
    }
}
