package io.spillway.load.history;

/**
 * A call in a provider's own log that it did the work for.
 *
 * @param attempt number of the attempt; 0 when the caller named none
 * @param sequence position in the provider's log
 * @param atNanos when it was paid, since the run began
 */
public record PaidCall(String requestId, int attempt, String deployment, long promptTokens, long completionTokens, long sequence,
        long atNanos) {

    String where() {
        return "call " + deployment + "#" + sequence;
    }
}
