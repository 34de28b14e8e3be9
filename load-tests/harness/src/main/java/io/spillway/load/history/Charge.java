package io.spillway.load.history;

/** A spend event: what Spillway booked for one attempt. */
public record Charge(String requestId, int attempt, String deployment, long promptTokens, long completionTokens) {

    String where() {
        return "charge " + deployment + ":" + attempt;
    }
}
