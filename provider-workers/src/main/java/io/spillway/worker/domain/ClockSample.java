package io.spillway.worker.domain;

/**
 * One comparison of the broker's clock with our monotonic clock: a record sent, stamped by the broker on append, acknowledged.
 * The stamp was taken somewhere between sending and acknowledgement, so half the round trip bounds the error.
 *
 * @param brokerMillis the broker's stamp, milliseconds since the epoch
 * @param monotonicMillis the middle of the round trip by the monotonic clock
 * @param errorMillis half the round trip
 */
public record ClockSample(long brokerMillis, long monotonicMillis, long errorMillis) {

    /** Clocks drift, and brokers get corrected: a sample loses a millisecond of trust per second. */
    private static final long DRIFT_DIVISOR = 1_000;

    public static ClockSample of(long brokerMillis, long sentAt, long acknowledgedAt) {
        long roundTrip = Math.max(0, acknowledgedAt - sentAt);
        return new ClockSample(brokerMillis, sentAt + roundTrip / 2, Math.ceilDiv(roundTrip, 2));
    }

    /** The broker's time now, milliseconds since the epoch. */
    public long brokerMillisAt(long now) {
        return brokerMillis + (now - monotonicMillis);
    }

    /** The better of two samples at {@code now}; the newer of equals. */
    public ClockSample orBetter(ClockSample newer, long now) {
        return newer.errorAt(now) <= errorAt(now) ? newer : this;
    }

    private long errorAt(long now) {
        return errorMillis + Math.max(0, now - monotonicMillis) / DRIFT_DIVISOR;
    }
}
