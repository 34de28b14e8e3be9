package io.spillway.cli.submit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** Events a second over the last seconds. Times are given, in nanoseconds. */
final class RateMeter {

    private static final long WINDOW_NANOS = Duration.ofSeconds(15).toNanos();
    private static final double NANOS_PER_SECOND = 1e9;

    private record Sample(long nanos, long count) {}

    private final Deque<Sample> samples = new ArrayDeque<>();

    /** @param count events since the beginning */
    double update(long nanos, long count) {
        samples.addLast(new Sample(nanos, count));
        while (samples.size() > 2 && nanos - samples.getFirst().nanos() > WINDOW_NANOS) {
            samples.removeFirst();
        }
        Sample oldest = samples.getFirst();
        return nanos == oldest.nanos() ? 0 : (count - oldest.count()) * NANOS_PER_SECOND / (nanos - oldest.nanos());
    }
}
