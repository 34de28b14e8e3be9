package io.spillway.load.history;

/**
 * A committed record on the responses topic.
 *
 * @param id the request it answers
 * @param fingerprint of the body
 * @param outcome {@code ok} or an error code in lower case
 * @param deployment that answered; empty when none did
 * @param tier index of the tier that answered; -1 when none did
 * @param attempts made for it, as the router counts them
 * @param fits false when the body is visibly the answer to another request
 * @param readNanos when it was read, since the run began
 */
public record Answer(String id, long fingerprint, String outcome, String deployment, int tier, int attempts, boolean fits,
        int partition, long offset, long readNanos) {

    /** Outcome of an answer that is no error. */
    public static final String OK = "ok";
    /** Outcome of a request whose id was taken by another body. */
    public static final String CONFLICT = "idempotency_conflict";

    String where() {
        return "answer " + partition + "@" + offset;
    }
}
