package io.spillway.load.drive;

import java.time.Duration;
import java.util.function.IntToLongFunction;

import org.HdrHistogram.Histogram;

/** Latency distributions of a finished run, in microseconds. */
public final class Latencies {

    private static final long HIGHEST_MICROS = Duration.ofHours(1).toNanos() / 1000;

    private Latencies() {}

    /** From the planned send: what a caller with that schedule would have waited. */
    public static Histogram fromIntent(RunRecord record, Sightings sightings, Duration warmUp) {
        return of(record, sightings, warmUp, record::intendedAt);
    }

    /** From the moment the request was handed to the producer; for stages inside the system. */
    public static Histogram fromSend(RunRecord record, Sightings sightings, Duration warmUp) {
        return of(record, sightings, warmUp, record::sentAt);
    }

    private static Histogram of(RunRecord record, Sightings sightings, Duration warmUp, IntToLongFunction begin) {
        Histogram histogram = new Histogram(HIGHEST_MICROS, 3);
        for (int index = 0; index < record.sent(); index++) {
            if (record.intendedAt(index) >= warmUp.toNanos() && sightings.isSeen(index)) {
                long micros = (sightings.at(index) - begin.applyAsLong(index)) / 1000;
                histogram.recordValue(Math.clamp(micros, 0, HIGHEST_MICROS));
            }
        }
        return histogram;
    }
}
