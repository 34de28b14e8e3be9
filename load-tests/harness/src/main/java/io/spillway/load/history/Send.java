package io.spillway.load.history;

/**
 * A request handed to Kafka. Times are nanoseconds since the run began.
 *
 * @param id the request id; several sends may carry the same
 * @param fingerprint of the body: equal bodies have equal fingerprints
 * @param route the name asked for
 * @param intendedNanos when it was planned to be sent
 * @param partition -1 unless acknowledged
 * @param offset -1 unless acknowledged
 */
public record Send(String id, long fingerprint, String route, long intendedNanos, Acknowledgement acknowledgement, int partition,
        long offset) {

    /** Where it stands, in words. */
    String where() {
        return acknowledgement == Acknowledgement.ACKED
                ? "request " + partition + "@" + offset
                : "request " + acknowledgement.name().toLowerCase(java.util.Locale.ROOT);
    }
}
